import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FileError } from '../src/fileError.ts';
import { checkWritable, replaceFile } from '../src/replaceFile.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();

test('parts are joined, and what was there is replaced', () => {
  const path = join(folder, 'a');
  replaceFile(path, [Buffer.from('old')]);
  replaceFile(path, [Buffer.from('ne'), Buffer.from('w')]);
  assert.is(readFileSync(path, 'utf8'), 'new');
  assert.equal(readdirSync(folder), ['a']);
});

test('what cannot be written leaves nothing behind, and the message has the path and the remedy', () => {
  mkdirSync(join(folder, 'taken', 'inner'), { recursive: true });
  writeFileSync(join(folder, 'file'), '');
  const before = readdirSync(folder);
  const cases = [
    [join(folder, 'none', 'a'), 'none does not exist, create it first'],
    [join(folder, 'file', 'a'), 'file is not a folder'],
    [join(folder, 'taken'), 'a folder of that name is in the way'],
  ] as const;
  for (const [path, remedy] of cases) {
    assert.throws(
      () => replaceFile(path, []),
      (error: Error) =>
        error instanceof FileError && error.message.startsWith(`${path}: `) && error.message.endsWith(remedy),
    );
  }
  assert.equal(readdirSync(folder), before);
});

test('asking whether a file can be written leaves nothing behind', () => {
  const before = readdirSync(folder);
  checkWritable(join(folder, 'new'));
  assert.throws(() => checkWritable(join(folder, 'none', 'a')), /none does not exist/);
  assert.equal(readdirSync(folder), before);
});

test.run();
