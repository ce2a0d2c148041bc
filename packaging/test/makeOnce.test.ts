import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeOnce } from '../kernels/assemblyScript.ts';

const test = suite<{ folder: string }>('files that are made once');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'nlrn-made-'));
});

test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true });
});

/** Makes two files that say what they are made of; returns whether they had to be made. */
async function make(folder: string, from: string): Promise<boolean> {
  let isMade = false;
  await makeOnce(folder, [from], async (write) => {
    isMade = true;
    write('a.js', `a of ${from}`);
    write('b.js', `b of ${from}`);
  });
  return isMade;
}

const read = (folder: string) => ['a.js', 'b.js'].map((name) => readFileSync(join(folder, name), 'utf8'));

test('of the same they are made once, of something else again', async ({ folder }) => {
  assert.ok(await make(folder, 'one'));
  assert.not(await make(folder, 'one'));
  assert.ok(await make(folder, 'two'));
  assert.equal(read(folder), ['a of two', 'b of two']);
});

test('what is interrupted is not taken for what was there before', async ({ folder }) => {
  await make(folder, 'one');
  const interrupted = makeOnce(folder, ['two'], async (write) => {
    write('a.js', 'a of two');
    throw new Error('interrupted');
  });
  assert.is(await interrupted.catch(({ message }) => message), 'interrupted');
  assert.ok(await make(folder, 'one'));
  assert.equal(read(folder), ['a of one', 'b of one']);
});

test('a file that has gone is made again', async ({ folder }) => {
  await make(folder, 'one');
  rmSync(join(folder, 'b.js'));
  assert.ok(await make(folder, 'one'));
  assert.equal(read(folder), ['a of one', 'b of one']);
});

test.run();
