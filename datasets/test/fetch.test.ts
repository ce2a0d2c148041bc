import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { UserError } from '@nlrn/cli';
import { createImage, type Image, toMatlabGrey } from '@nlrn/data';
import { encodePicture, readPng, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { KnownSet } from '../catalogue.ts';
import { addressOf, type FetchOptions, fetchSet } from '../fetch.ts';
import { entryOf } from '../manifest.ts';

const root = temporaryFolder();
const servers: Server[] = [];
test.after(() => {
  for (const server of servers) server.close();
});

/** A place on this machine; paths are decoded. */
async function serve(answer: (path: string, ...rest: Parameters<RequestListener>) => void): Promise<string> {
  const server = createServer((request, response) =>
    answer(decodeURIComponent(request.url!), request, response),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Three images in colour, of which the set has the grey. */
const NAMES = ['a 1.png', 'b.png', 'c.png'];
const COLORS = NAMES.map((_, n) =>
  createImage(
    4,
    3,
    3,
    Float32Array.from({ length: 36 }, (_, i) => ((i * 37 + n * 11) % 256) / 255),
  ),
);
const FILES = COLORS.map((image, i) => bytesOf(image, NAMES[i]!));

const SET: KnownSet = {
  name: 'tiny',
  about: 'three images',
  source: {
    repository: 'owner/name',
    folder: 'a folder/images',
    fileOf: (name) => `HR_${name}`,
    convert: toMatlabGrey,
  },
};
const MANIFEST = COLORS.map((image, i) => entryOf({ name: NAMES[i]!, image: toMatlabGrey(image) }));
const fileAt = (path: string) => FILES[NAMES.findIndex((name) => path.endsWith(`/HR_${name}`))];

function bytesOf(image: Image, name: string): Buffer {
  const path = join(root, name);
  writePng(path, image);
  return readFileSync(path);
}

let folders = 0;

function optionsFor(from: string, more: Partial<FetchOptions> = {}): FetchOptions {
  return { set: SET, manifest: MANIFEST, folder: join(root, `set${folders++}`, 'tiny'), from, ...more };
}

async function fails(options: FetchOptions, message: RegExp): Promise<void> {
  try {
    await fetchSet(options);
  } catch (error) {
    assert.instance(error, UserError, String(error));
    return assert.match((error as Error).message, message);
  }
  assert.unreachable(`no error (${message})`);
}

/** A place that has all, and what it was asked for. */
async function goodPlace(): Promise<{ from: string; asked: string[] }> {
  const asked: string[] = [];
  const from = await serve((path, _, response) => {
    asked.push(path);
    response.end(fileAt(path));
  });
  return { from, asked };
}

test('the address of an image', () => {
  assert.is(
    addressOf('a 1.png', SET.source, 'https://host/'),
    'https://host/owner/name/HEAD/a%20folder/images/HR_a%201.png',
  );
});

test('every image comes, is converted and counted', async () => {
  const { from, asked } = await goodPlace();
  const counts: string[] = [];
  const options = optionsFor(from, { onImage: (done, total) => counts.push(`${done}/${total}`) });
  assert.is(await fetchSet(options), true);
  assert.equal(readdirSync(options.folder), NAMES);
  assert.equal(
    NAMES.map((name) => readPng(join(options.folder, name))),
    COLORS.map(toMatlabGrey),
  );
  assert.equal(counts, ['0/3', '1/3', '2/3', '3/3']);
  assert.is(asked[0], '/owner/name/HEAD/a folder/images/HR_a 1.png');
});

test('what is transparent comes over white', async () => {
  const [black, alpha] = [createImage(1, 1), Float32Array.of(51 / 255)];
  const parts = encodePicture('clear.png', { image: black, alpha, bitDepth: 8, description: [] }, 'png');
  const from = await serve((_, __, response) => response.end(Buffer.concat(parts)));
  // A fifth of black is four fifths of white.
  const grey = createImage(1, 1, 1, Float32Array.of(204 / 255));
  const set: KnownSet = { ...SET, source: { repository: 'owner/name', folder: 'clear' } };
  const options = optionsFor(from, { set, manifest: [entryOf({ name: 'clear.png', image: grey })] });
  assert.is(await fetchSet(options), true);
  assert.equal(readPng(join(options.folder, 'clear.png')), grey);
});

test('what is there is not fetched again, an abort loses nothing', async () => {
  const { from, asked } = await goodPlace();
  const controller = new AbortController();
  const stopAtFirst = (done: number) => done === 1 && controller.abort();
  const options = optionsFor(from, { signal: controller.signal, onImage: stopAtFirst });
  assert.is(await fetchSet(options), false);
  assert.equal(readdirSync(options.folder), NAMES.slice(0, 1));
  assert.is(await fetchSet({ ...options, signal: undefined, onImage: () => {} }), true);
  assert.equal(readdirSync(options.folder), NAMES);
  assert.is(asked.length, 3);
  assert.is(await fetchSet({ ...options, signal: undefined }), true);
  assert.is(asked.length, 3);
});

test('an abort ends a download that hangs', async () => {
  const controller = new AbortController();
  const from = await serve((_, __, response) => {
    response.write('PNG');
    controller.abort();
  });
  const options = optionsFor(from, { signal: controller.signal });
  assert.is(await fetchSet(options), false);
  assert.equal(readdirSync(options.folder), []);
});

test('another image, or none, is not written', async () => {
  const wrong = optionsFor(await serve((_, __, response) => response.end(FILES[2])));
  await fails(wrong, /HR_a%201\.png: not the image a 1\.png of tiny that the paper used; nothing is written/);
  assert.equal(readdirSync(wrong.folder), []);
  const page = optionsFor(await serve((_, __, response) => response.end('<html>')));
  await fetchSet(page).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /^http.*HR_a%201\.png: neither a PNG nor a JPEG image/),
  );
  assert.equal(readdirSync(page.folder), []);
});

test('an image that is there and is another one is not overwritten', async () => {
  const { from, asked } = await goodPlace();
  const options = optionsFor(from);
  mkdirSync(options.folder, { recursive: true });
  writeFileSync(join(options.folder, 'b.png'), FILES[0]!);
  await fails(options, /b\.png: is not the image of that name of tiny; move it away, nothing is overwritten/);
  assert.equal(asked, []);
  assert.equal(readFileSync(join(options.folder, 'b.png')), FILES[0]);
});

test('a place that does not have it is asked once, one that is overloaded three times', async () => {
  const asked = new Map<number, number>();
  const failing = (status: number) =>
    serve((_, __, response) => {
      asked.set(status, (asked.get(status) ?? 0) + 1);
      response.writeHead(status).end();
    });
  await Promise.all([
    fails(optionsFor(await failing(404)), /HR_a%201\.png: is not there \(HTTP 404\): it may have moved/),
    fails(optionsFor(await failing(403)), /the server answers HTTP 403; .* the same command goes on/),
    fails(optionsFor(await failing(429)), /the server answers HTTP 429/),
    fails(optionsFor(await failing(503)), /the server answers HTTP 503/),
  ]);
  assert.equal(
    [404, 403, 429, 503].map((status) => asked.get(status)),
    [1, 1, 3, 3],
  );
});

test('a connection that is lost is tried again, one that cannot be had is said', async () => {
  let attempts = 0;
  const from = await serve((path, _, response) => {
    const file = fileAt(path)!;
    if (++attempts > 1) return void response.end(file);
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.subarray(0, 20), () => response.destroy());
  });
  const nobody = await serve(() => {});
  await new Promise((resolve) => servers.at(-1)!.close(resolve));
  await Promise.all([
    fetchSet(optionsFor(from)).then((whole) => assert.is(whole, true)),
    fails(optionsFor(nobody), /could not be reached \(ECONNREFUSED\); check the network; .* goes on$/),
  ]);
  assert.is(attempts, 4);
});

test.run();
