// Slow: starts processes.

import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { assertRefused, inFolder } from '@nlrn/cli/test';
import { commandLine } from '@nlrn/cli/test/commandLine';
import { generateImage } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { sharedPath } from '@nlrn/data/test';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dataCli } from '../dataCli.ts';

const folder = temporaryFolder();
const { start, run } = commandLine(join(import.meta.dirname, '../cli.ts'), folder);

mkdirSync(join(folder, 'mine'));
writePng(join(folder, 'mine', 'x.png'), generateImage('leaves', { width: 8, height: 8, seed: 1 }));

const fails = (args: string, message: RegExp) => assertRefused(dataCli, args, message);

test('sets are listed with their source', async () => {
  const { code, out, err } = await run('list');
  assert.equal({ code, err }, { code: 0, err: '' });
  assert.match(out, /^set12\n {2}12 grey test images: .*\n {2}github\.com\/cszn\/DnCNN: testsets\/Set12\n/m);
});

test('what cannot be done is said in a line', () =>
  inFolder(folder, async () => {
    await fails('fetch set13', /^set13: no such set; they are train400, set12, bsd68, /);
    await fails(
      'fetch bsd200',
      /^bsd200: cannot be fetched \(JPEG .*github\.com\/BIDS\/BSDS500, BSDS500\/data/,
    );
    await fails('fetch set12 --from nowhere', /^--from nowhere: needs an address such as https:/);
    await fails('check mine', /^mine: none of its 1 images is of a set that is known; they are train400, /);
    await fails('check none', /none: no such folder; check the path$/m);
  }));

test('check says what differs from the set, and ends with code 1', async () => {
  const { code, out, err } = await run('check', 'mine', '--set', 'set12');
  assert.equal({ code, err }, { code: 1, err: '' });
  assert.is(
    out,
    'set12: 0 of 12 images are the same\n' +
      '  missing: 01.png, 02.png, 03.png, 04.png, 05.png and 7 more\n' +
      '  not of this set: x.png\n',
  );
});

/** The public place of Set12 on this machine; `delay` in milliseconds for each image. */
function serveSet12(set12: string, delay: number) {
  return createServer(async (request, response) => {
    await setTimeout(delay);
    const known = request.url!.startsWith('/cszn/DnCNN/HEAD/testsets/Set12/');
    response.writeHead(known ? 200 : 404).end(known ? readFileSync(join(set12, basename(request.url!))) : '');
  });
}

const set12 = sharedPath('set12');

(set12 ? test : test.skip)('fetch Set12, Ctrl-C, go on, kill, go on, check', async () => {
  const server = serveSet12(set12!, 100);
  // A test that fails must not wait for it.
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const { child, result } = start('fetch', 'set12', '--out', 'data', '--from', from);
    await Promise.race([once(server, 'request'), result]);
    child.kill(signal);
    const stopped = await result;
    assert.is(stopped.code, code, stopped.err);
    assert.match(stopped.out, /^stopped; .*\n {2}pnpm data fetch set12 --out data --from http:\S+\n$/);
  }

  const finished = await run('fetch', 'set12', '--out', 'data', '--from', from);
  server.close();
  assert.is(finished.code, 0, finished.err);
  assert.match(finished.out, /data.set12: all 12 images of set12\n$/);
  const checked = await run('check', 'data/set12');
  assert.equal(checked, {
    code: 0,
    out: 'set12: all 12 images, the same pixels under the same names\n',
    err: '',
  });

  cpSync(join(folder, 'data/set12'), join(folder, 'part'), { recursive: true });
  rmSync(join(folder, 'part', '03.png'));
  const part = await run('check', 'part');
  assert.equal([part.code, part.out], [1, 'set12: 11 of 12 images are the same\n  missing: 03.png\n']);
});

test.run();
