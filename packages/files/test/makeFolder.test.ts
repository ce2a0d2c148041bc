import fs, { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, parse } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FileError } from '../src/fileError.ts';
import { makeFolder } from '../src/makeFolder.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();

test('a folder is created with those above it; one that is there is left as it is', () => {
  const path = join(folder, 'a', 'b', 'c');
  makeFolder(path);
  assert.ok(statSync(path).isDirectory());
  writeFileSync(join(path, 'kept'), '');
  makeFolder(path);
  assert.ok(existsSync(join(path, 'kept')));
});

test('a file in the way is named', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below'), join(file, 'further', 'below')]) {
    assert.throws(
      () => makeFolder(path),
      (error: Error) => error instanceof FileError && error.message === `${file}: is a file, name a folder`,
    );
  }
});

test('a link that leads nowhere is called one', () => {
  const link = join(folder, 'link');
  symlinkSync('nowhere', link);
  assert.throws(() => makeFolder(join(link, 'below')), /link: is a link that leads nowhere, name a folder$/);
});

test('a folder that another process makes at the same time is as good', () => {
  const { mkdirSync } = fs;
  const path = join(folder, 'at once', 'below');
  fs.mkdirSync = ((at: string) => {
    mkdirSync(at);
    mkdirSync(at);
  }) as typeof mkdirSync;
  syncBuiltinESMExports();
  try {
    makeFolder(path);
  } finally {
    fs.mkdirSync = mkdirSync;
    syncBuiltinESMExports();
  }
  assert.ok(statSync(path).isDirectory());
});

test('a drive that is not there is named', () => {
  const { statSync } = fs;
  // As the root, which is its own folder, of a drive that Windows does not have.
  fs.statSync = (() => {
    throw new Error('ENOENT');
  }) as unknown as typeof statSync;
  syncBuiltinESMExports();
  const { root } = parse(folder);
  try {
    assert.throws(
      () => makeFolder(join(root, 'nlrn', 'below')),
      (error: Error) =>
        error instanceof FileError &&
        error.message === `${root}: there is no such drive, name a folder on another`,
    );
  } finally {
    fs.statSync = statSync;
    syncBuiltinESMExports();
  }
});

test('a name that cannot be is named', () => {
  const long = join(folder, 'x'.repeat(300));
  assert.throws(() => makeFolder(long), /x: cannot be created; its name is too long, give a shorter one$/);
});

test.run();
