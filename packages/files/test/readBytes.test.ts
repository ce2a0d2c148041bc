import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FileError } from '../src/fileError.ts';
import { readBytes, readText } from '../src/readBytes.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();
const place = (name: string) => join(folder, name);

function refused(path: string, fault: string): void {
  assert.throws(
    () => readBytes(path, 'a text'),
    (error: Error) => error instanceof FileError && error.message === `${path}: ${fault}`,
  );
}

test('all bytes are read', () => {
  writeFileSync(place('text'), 'text');
  assert.equal(readBytes(place('text'), 'a text'), Buffer.from('text'));
  writeFileSync(place('empty'), '');
  assert.is(readBytes(place('empty'), 'a text').length, 0);
});

test('what is no file, or none that can be read, is named with the remedy', () => {
  refused(place('none'), 'no such file; check the path');
  mkdirSync(place('folder'));
  refused(place('folder'), 'a folder, not a text');
  assert.throws(() => readBytes(place('none'), 'a text', 'its name'), /^its name: no such file/);
  assert.throws(() => readBytes(place('text/below'), 'a text'), /below: cannot be read: ENOTDIR/);
});

test('a text is read as UTF-8, up to what a string can hold', () => {
  writeFileSync(place('words'), 'größer');
  assert.is(readText(place('words'), 'a text'), 'größer');
  writeFileSync(place('long'), '');
  truncateSync(place('long'), 6e8);
  assert.throws(
    () => readText(place('long'), 'a text'),
    (error: Error) =>
      error instanceof FileError &&
      error.message === `${place('long')}: has 0.60 GB, at most 0.54 GB are read`,
  );
});

test('a file that is too large is refused with its size and the limit, before it is read', () => {
  writeFileSync(place('large'), '');
  truncateSync(place('large'), 3e9);
  refused(place('large'), 'has 3.00 GB, at most 2.15 GB are read');
});

const testWithZero = existsSync('/dev/zero') ? test : test.skip;

testWithZero('what never ends is refused', () => {
  refused('/dev/zero', 'a device or pipe, not a text; copy what it gives to a file');
});

test.run();
