import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError } from '../../src/dataError.ts';
import { createImage, greyImage } from '../../src/image.ts';
import { loadFolder } from '../../src/node/folder.ts';
import { writePng } from '../../src/node/png.ts';
import { sharedPath } from '../sharedData.ts';

const root = mkdtempSync(join(tmpdir(), 'datasets-'));
test.after(() => rmSync(root, { recursive: true }));

function folderOf(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

const dark = greyImage([[0, 0.2]]);
const light = greyImage([[0.8, 1]]);

test('images come in the byte order of their names, other files are left out', () => {
  const folder = folderOf('order');
  for (const name of ['b.png', 'B.png', 'a10.png', 'a2.PNG']) writePng(join(folder, name), dark);
  writeFileSync(join(folder, 'notes.txt'), 'not an image');
  writeFileSync(join(folder, '._b.png'), 'not an image either');
  const set = loadFolder(folder);
  assert.equal(
    set.images.map(({ name }) => name),
    ['B.png', 'a10.png', 'a2.PNG', 'b.png'],
  );
  assert.equal([set.name, set.source], ['order', 'folder']);
  for (const { image } of set.images) assert.equal(image, dark);
});

test('colour is converted to grey unless it is wanted', () => {
  const folder = folderOf('colour');
  writePng(join(folder, 'red.png'), createImage(1, 1, 3, Float32Array.of(1, 0, 0)));
  assert.equal([...loadFolder(folder).images[0]!.image.data], [Math.fround(0.299)]);
  assert.equal([...loadFolder(folder, { grey: false }).images[0]!.image.data], [1, 0, 0]);
});

test('two folders with the same files have the same hash, one pixel makes another', () => {
  const [first, second] = [folderOf('first'), folderOf('second')];
  for (const folder of [first, second]) writePng(join(folder, 'x.png'), dark);
  assert.is(loadFolder(first).hash, loadFolder(second).hash);
  writePng(join(second, 'x.png'), light);
  assert.is.not(loadFolder(first).hash, loadFolder(second).hash);
});

function assertDataError(folder: string, message: RegExp): void {
  assert.throws(
    () => loadFolder(folder),
    (error: unknown) => error instanceof DataError,
  );
  assert.throws(() => loadFolder(folder), message);
}

test('errors name the folder or the file', () => {
  assertDataError(join(root, 'nowhere'), /nowhere: no such folder; check the path/);
  assertDataError(folderOf('empty'), /empty: no PNG file in this folder; put \*\.png images there/);
  const bad = folderOf('bad');
  writePng(join(bad, 'good.png'), dark);
  assertDataError(join(bad, 'good.png'), /good\.png: not a folder/);
  writeFileSync(join(bad, 'text.png'), 'a text file');
  assertDataError(bad, /bad.text\.png: not a PNG image/);
});

test('a name that is not in UTF-8 is refused with the reason', () => {
  const folder = folderOf('latin1');
  const name = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.png')]);
  try {
    writeFileSync(name, '');
  } catch {
    console.log('SKIP a name in Latin-1: this file system takes none');
    return;
  }
  assertDataError(folder, /latin1.caf\\xe9\.png: its name is not in UTF-8; rename it/);
});

const set12 = sharedPath('set12');
const set5 = sharedPath('set5');

(set12 && set5 ? test : test.skip)('Set12 and Set5 are read whole', () => {
  const sizes = loadFolder(set12!).images.map(
    ({ image }) => `${image.width} x ${image.height} x ${image.channels}`,
  );
  assert.equal(sizes, [...Array(7).fill('256 x 256 x 1'), ...Array(5).fill('512 x 512 x 1')]);
  assert.equal(
    loadFolder(set5!, { grey: false }).images.map(({ image }) => image.channels),
    [3, 3, 3, 3, 3],
  );
});

(set12 ? test : test.skip)('a copied real image keeps its pixels when written again', () => {
  const [original, copy] = [folderOf('original'), folderOf('copy')];
  copyFileSync(join(set12!, '01.png'), join(original, '01.png'));
  const set = loadFolder(original);
  writePng(join(copy, '01.png'), set.images[0]!.image);
  assert.is(loadFolder(copy).hash, set.hash);
});

test.run();
