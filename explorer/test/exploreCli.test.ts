import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { runCommand } from '@nlrn/cli';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exploreCli } from '../exploreCli.ts';
import { bundle } from '../lib/bundle.ts';
import { ISOLATION } from '../lib/isolation.ts';
import { serve } from '../lib/serve.ts';

/** Bytes that the page may have, without weights. */
const MOST = 1e6;

test('a folder gets all that the page needs, and one with other files is left as it is', async () => {
  const folder = join(temporaryFolder(), 'site');
  await runCommand(exploreCli, ['--build', folder]);
  for (const [path, contents] of await bundle())
    assert.equal(readFileSync(join(folder, path)), Buffer.from(contents));
  await runCommand(exploreCli, ['--build', folder, '--force']);

  const other = join(temporaryFolder(), 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'mine.txt'), '');
  const refused = await runCommand(exploreCli, ['--build', other]).catch((error: Error) => error.message);
  assert.match(String(refused), /^--build .*other: the folder is not empty; name another, or give --force$/);
  const file = join(other, 'mine.txt');
  const noFolder = await runCommand(exploreCli, ['--build', file, '--force']).catch(
    (error: Error) => error.message,
  );
  assert.match(String(noFolder), /^--build .*mine\.txt: is no folder; name one, or a new one$/);
  assert.not.ok(existsSync(join(other, 'index.html')));
});

test('options that would do nothing are refused', async () => {
  const folder = join(temporaryFolder(), 'none');
  const faultOf = (...args: string[]) =>
    runCommand(exploreCli, args).then(String, ({ message }: Error) => message);
  const both = await faultOf('--build', folder, '--port', '9000');
  assert.is(both, '--port 9000: nothing is served with --build; leave one of them out');
  assert.not.ok(existsSync(folder));
  // Nothing is served, refused or not: that is no port.
  const alone = await faultOf('--force', '--port', '-1');
  assert.is(alone, '--force: does nothing without --build; give that too, or leave it out');
});

/** Whether a program has gpu.js in it, which writes shaders for WebGPU. */
const hasGpuJs = (program: Uint8Array) => Buffer.from(program).includes('@compute @workgroup_size');

test('all files but the weights are small, and gpu.js is one that no other needs at once', async () => {
  const programs = [...(await bundle())].filter(([path]) => !path.startsWith('weights/'));
  assert.ok(programs.reduce((sum, [, { length }]) => sum + length, 0) < MOST);
  const gpuJs = programs.filter(([, contents]) => hasGpuJs(contents)).map(([path]) => path);
  assert.is(gpuJs.length, 1);
  const needed = programs.filter(([, contents]) =>
    new RegExp(`(import|from) ?"\\./${gpuJs[0]}"`).test(Buffer.from(contents).toString()),
  );
  assert.equal(needed, []);
});

test('the networks beside the page are those that remove noise', async () => {
  const site = await bundle();
  const list = JSON.parse(String(site.get('weights/models.json'))) as {
    name: string;
    file: string;
    scales?: number[];
  }[];
  const names = list.map(({ name }) => name);
  assert.ok(names.includes('nlrn-s25') && !names.includes('nlrn-sr'), names.join());
  const files = [...site.keys()].filter((path) => path.endsWith('.safetensors'));
  assert.equal(
    files,
    list.map(({ file }) => `weights/${file}`),
  );
});

/** What the server answers when it is asked for a target, which no browser has mended. */
async function answerTo(target: string, port: number): Promise<string> {
  const socket = connect(port, 'localhost');
  socket.end(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return String(answer);
}

test('the server sends what isolates the page, and says what is not there', async () => {
  const site = new Map([
    ['index.html', Buffer.from('<!doctype html>')],
    ['weights/a.safetensors', Buffer.from('abc')],
    ['weights/50 % é#.safetensors', Buffer.from('def')],
  ]);
  const { address, close } = await serve(site, { port: 0 });
  const page = await fetch(address);
  assert.is(await page.text(), '<!doctype html>');
  for (const [name, value] of Object.entries(ISOLATION)) assert.is(page.headers.get(name), value);
  assert.is(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.is(await (await fetch(`${address}weights/a.safetensors`)).text(), 'abc');
  assert.is((await fetch(`${address}../package.json`)).status, 404);
  assert.is(await (await fetch(`${address}weights/a.safetensors?again`)).text(), 'abc');
  const other = encodeURIComponent('50 % é#.safetensors');
  assert.is(await (await fetch(`${address}weights/${other}`)).text(), 'def');
  const port = Number(new URL(address).port);
  for (const target of ['//', '//[', '/../package.json', '/%', 'http://[/']) {
    const said = await answerTo(target, port);
    assert.match(said, /^HTTP\/1\.1 404 /, target);
  }
  const taken = await serve(site, { port }).catch((error: Error) => error.message);
  assert.match(String(taken), /^--port \d+: cannot be served \(.*EADDRINUSE.*\); give another$/);
  close();
});

test.run();
