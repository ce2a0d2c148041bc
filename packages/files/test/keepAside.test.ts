import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deleteFile, keepAside } from '../src/keepAside.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();

test('a file gets another name, and one that has it already is not overwritten', () => {
  for (const [name, places] of [
    ['a.b.json', ['a.b.old.json', 'a.b.old-2.json', 'a.b.old-3.json']],
    ['plain', ['plain.old', 'plain.old-2', 'plain.old-3']],
  ] as const) {
    for (const place of places) {
      writeFileSync(join(folder, name), place);
      assert.is(keepAside(join(folder, name), 'old'), join(folder, place));
    }
    for (const place of places) assert.is(readFileSync(join(folder, place), 'utf8'), place);
    assert.not.ok(readdirSync(folder).includes(name));
  }
});

test('what is not there cannot be kept, but need not be deleted', () => {
  assert.throws(() => keepAside(join(folder, 'none'), 'old'), /none: cannot be renamed to keep it; /);
  deleteFile(join(folder, 'none'));
});

test('a file is deleted; a folder is not, and is named', () => {
  writeFileSync(join(folder, 'gone'), '');
  deleteFile(join(folder, 'gone'));
  assert.not.ok(readdirSync(folder).includes('gone'));
  mkdirSync(join(folder, 'folder'));
  assert.throws(
    () => deleteFile(join(folder, 'folder')),
    /folder: cannot be deleted; a folder of that name is in the way$/,
  );
});

test.run();
