// Slow: starts processes.

import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ClaimedError, claim } from '../src/claim.ts';
import { FileError } from '../src/fileError.ts';
import { processId } from '../src/liveness.ts';
import { temporaryChildren, temporaryFolder } from './temporaryFolder.ts';

const temporary = temporaryChildren(test);
const folder = temporaryFolder();
const place = (name: string) => join(folder, name);
const lockOf = (name: string, content: string) => writeFileSync(place(`${name}.lock`), content);
const idOf = (change: (place: string, pid: string, start: string) => string) =>
  change(...(processId().split('-') as [string, string, string]));
const owner = (id: string) => JSON.stringify({ host: hostname(), pid: 1, id, token: '0123456789ab' });

/** What a process without a lock of ours, but with our host's name and any number, may be. */
const elsewhere = idOf((_, pid, start) => `00000000-${pid}-${start}`);

const start = (program: string, ...args: string[]) =>
  temporary(fork(join(import.meta.dirname, program), args, { silent: true }));

test('a name that leaves no room for what stands beside it is refused, and the longest that does is not', () => {
  // .lock, and the token behind it.
  const most = 255 - '.lock'.length - '.0123456789ab'.length;
  claim(place('n'.repeat(most))).release();
  assert.throws(
    () => claim(place('n'.repeat(most + 3))),
    (error: Error) =>
      error instanceof FileError &&
      /n: its name is too long by 3 bytes, with the lock beside it; shorten it$/.test(error.message),
  );
  assert.equal(
    readdirSync(folder).filter((name) => name.startsWith('nnn')),
    [],
  );
});

/** Does something as if it were so many seconds later. */
function later(seconds: number, act: () => void): void {
  const { now } = performance;
  performance.now = () => now.call(performance) + 1000 * seconds;
  act();
  performance.now = now;
}

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

test('processes that claim over and over, and are killed now and then, are never two at a time', async () => {
  const children = [1, 2, 3].map(() => start('claimLoop.ts', place('loop'), '2'));
  const counts = await Promise.all(children.map((child) => text(child.stdout!)));
  const [claims, overlaps] = [0, 1].map((i) =>
    counts.reduce((sum, printed) => sum + Number(printed.split(' ')[i]), 0),
  );
  assert.ok(claims! > 50, `${counts}`);
  assert.is(overlaps, 0);
  claim(place('loop')).release();
  assert.equal(readdirSync(folder), []);
});

test('the claim of a process that is gone is taken over at once', async () => {
  const child = start('claimProcess.ts', place('c'));
  await once(child.stdout!, 'data');
  assert.throws(() => claim(place('c')), /is at work on it/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(existsSync(place('c.lock')));
  claim(place('c')).release();
});

test('the claim of a process that is suspended holds, however long', async () => {
  const child = start('claimProcess.ts', place('s'));
  await once(child.stdout!, 'data');
  child.kill('SIGSTOP');
  utimesSync(place('s.lock'), 0, 0);
  assert.throws(() => claim(place('s')), /is at work on it/);
  child.kill('SIGKILL');
});

test('the claim of another machine, or another container of that name, holds for ten minutes after its last sign of life', () => {
  const minutesAgo = (n: number) => new Date(Date.now() - 60_000 * n);
  // Without an owner: it may be just being written.
  for (const content of [owner(elsewhere), '', '{"ho', '{"host":"elsewhere","pid":1}']) {
    lockOf('d', content);
    assert.throws(() => claim(place('d')), /the lock is free in 10 min$/);
    utimesSync(place('d.lock'), minutesAgo(9), minutesAgo(9));
    assert.throws(() => claim(place('d')), /the lock is free in 1 min$/);
    utimesSync(place('d.lock'), minutesAgo(11), minutesAgo(11));
    claim(place('d')).release();
  }
});

test('a lock that is deleted in mid-run is made again; one that is taken over is left, and the work told', () => {
  const claimed = claim(place('m'));
  rmSync(place('m.lock'));
  later(31, claimed.refresh);
  assert.not.ok(claimed.lost.aborted);
  assert.throws(() => claim(place('m')), /is at work on it/);
  lockOf('m', owner(elsewhere));
  claimed.refresh();
  assert.not.ok(claimed.lost.aborted, 'it is looked at every thirty seconds');
  later(62, claimed.refresh);
  assert.throws(() => claimed.lost.throwIfAborted(), /m: another process has taken it over, /);
  claimed.refresh();
  claimed.release();
  assert.is(readFileSync(place('m.lock'), 'utf8'), owner(elsewhere));
  rmSync(place('m.lock'));
});

test('before a file is written the lock is looked at, at once', () => {
  const claimed = claim(place('w'));
  claimed.check();
  rmSync(place('w.lock'));
  claimed.check();
  assert.throws(() => claim(place('w')), /is at work on it/);
  rmSync(place('w.lock'));
  const other = claim(place('w'));
  assert.throws(claimed.check, /w: another process has taken it over, /);
  assert.ok(claimed.lost.aborted);
  other.check();
  other.release();
  assert.throws(claimed.check, /w: another process/, 'once lost, always lost');
});

test('a refreshment keeps a lock young; one that fails ends nothing', async () => {
  const own = temporaryFolder();
  const claimed = claim(join(own, 'x'));
  utimesSync(join(own, 'x.lock'), 0, 0);
  later(31, claimed.refresh);
  const age = Date.now() - statSync(join(own, 'x.lock')).mtimeMs;
  assert.ok(age < 60_000, `${age} ms`);
  const warning = once(process, 'warning');
  rmSync(own, { recursive: true });
  writeFileSync(own, '');
  later(62, claimed.refresh);
  assert.match(
    String((await warning)[0]),
    /x\.lock: cannot be refreshed; .* is not a folder; the work goes on/,
  );
  assert.not.ok(claimed.lost.aborted);
  claimed.release();
});

test('what a process has left behind that was killed while it removed a lock is removed, too', () => {
  const gone = idOf((here, _, begun) => `${here}-${2 ** 22 + 1}-${begun}`);
  const left = ['aaaaaaaaaaaa', 'unknown', 'bbbbbbbbbbbb.cccccccccccc'].map((end) => place(`g.lock.${end}`));
  for (const path of left) writeFileSync(path, owner(gone));
  writeFileSync(place('g.lock.dddddddddddd'), owner(elsewhere));
  lockOf('g', owner(gone));
  claim(place('g')).release();
  assert.equal(left.filter(existsSync), []);
  assert.ok(existsSync(place('g.lock.dddddddddddd')));
});

test("a user's own files beside a lock are left alone, however old", () => {
  const own = { 'o.lock.txt': 'mine', 'o.lock.eeeeeeeeeeee': 'mine', 'o.lock.copy': owner(elsewhere) };
  for (const [name, content] of Object.entries(own)) {
    writeFileSync(place(name), content);
    utimesSync(place(name), 0, 0);
  }
  claim(place('o')).release();
  for (const [name, content] of Object.entries(own)) {
    assert.is(existsSync(place(name)) && readFileSync(place(name), 'utf8'), content, name);
    rmSync(place(name));
  }
});

test('a link that leads nowhere in the place of a lock is named', () => {
  symlinkSync('nowhere', place('l.lock'));
  // In a process of its own, for it might wait for ever.
  const { stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, 'claimProcess.ts'), place('l')],
    { encoding: 'utf8', timeout: 10_000 },
  );
  assert.match(stderr, /FileError: .*l\.lock: is a link that leads nowhere, delete it/);
  rmSync(place('l.lock'));
});

test('a lock that cannot be written is named with the remedy', () => {
  writeFileSync(place('file'), '');
  for (const [path, message] of [
    ['none/e', /none.e\.lock: cannot be written; .*none does not exist/],
    ['file/e', /file.e\.lock: cannot be written; .*file is not a folder/],
  ] as const) {
    assert.throws(
      () => claim(place(path)),
      (error: Error) => error instanceof FileError && message.test(error.message),
    );
  }
});

test.run();
