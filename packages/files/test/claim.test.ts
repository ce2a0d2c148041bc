import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ClaimedError, claim } from '../src/claim.ts';
import { FileError } from '../src/fileError.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();
const place = (name: string) => join(folder, name);
const lockOf = (name: string, content: string) => writeFileSync(place(`${name}.lock`), content);

test('a claim excludes another until it is released', () => {
  const first = claim(place('a'));
  assert.throws(
    () => claim(place('a')),
    (error: Error) =>
      error instanceof ClaimedError &&
      error.message ===
        `${place('a')}: process ${process.pid} on ${hostname()} is at work on it; wait for it, or delete ${place('a')}.lock if it is gone`,
  );
  claim(place('b')).release();
  first.release();
  claim(place('a')).release();
  assert.equal(readdirSync(folder), []);
});

test('the claim of a process that is gone is taken over at once, or half written', async () => {
  const child = fork(join(import.meta.dirname, 'claimProcess.ts'), [place('c')], { silent: true });
  test.after(() => void child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  assert.throws(() => claim(place('c')), /is at work on it/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(existsSync(place('c.lock')));
  claim(place('c')).release();
  // As after a restart of a container, in which processes have the same numbers again.
  lockOf('c', JSON.stringify({ host: hostname(), pid: process.pid }));
  claim(place('c')).release();
  lockOf('c', '{"ho');
  claim(place('c')).release();
});

test('the claim of another machine holds for ten minutes after its last sign of life', () => {
  lockOf('d', JSON.stringify({ host: 'elsewhere', pid: 1 }));
  assert.throws(() => claim(place('d')), /process 1 on elsewhere is at work on it/);
  const minutesAgo = (n: number) => new Date(Date.now() - 60_000 * n);
  utimesSync(place('d.lock'), minutesAgo(9), minutesAgo(9));
  assert.throws(() => claim(place('d')), /is at work on it/);
  utimesSync(place('d.lock'), minutesAgo(11), minutesAgo(11));
  claim(place('d')).release();
});

test('a lock that cannot be written is named with the remedy', () => {
  assert.throws(
    () => claim(place('none/e')),
    (error: Error) =>
      error instanceof FileError &&
      /none.e\.lock: cannot be written; .*none does not exist/.test(error.message),
  );
});

test.run();
