// Slow: reads thousands of damaged files.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError } from '../../../src/dataError.ts';
import { readPicture } from '../../../src/node/pictureFile.ts';
import { chunk, encodeChunks, SIGNATURE, type Source } from '../pngSource.ts';

const path = join(temporaryFolder(), 'damaged.png');

/** Words of what a file is decoded with, or of JavaScript: nothing that helps a user. */
const INNER_WORDS = /undefined|null|NaN|stream|buffer|read requests|bounds|offset|Error/i;

/** The file is read, or refused with its name and a reason; nothing else. */
function readsOrRefuses(bytes: Uint8Array): 'read' | 'refused' {
  writeFileSync(path, bytes);
  try {
    const { image, alpha } = readPicture(path);
    assert.ok(image.data.every((value) => value >= 0 && value <= 1));
    assert.ok(!alpha || alpha.length === image.width * image.height);
    return 'read';
  } catch (error) {
    assert.instance(error, DataError, String(error));
    const { message } = error as DataError;
    assert.ok(message.startsWith(`${path}: `), message);
    assert.not.match(message.slice(path.length), INNER_WORDS);
    return 'refused';
  }
}

/** The data of each chunk of a file: the bytes whose damage a CRC can be made to hide. */
function* dataRanges(file: Buffer): Generator<{ type: number; end: number }> {
  for (let at = SIGNATURE.length; at < file.length; ) {
    const length = file.readUInt32BE(at);
    yield { type: at + 4, end: at + 8 + length };
    at += length + 12;
  }
}

/** A file with one byte changed, and the CRC of its chunk made right again. */
function damaged(file: Buffer, at: number, change: number): Buffer {
  const copy = Buffer.from(file);
  copy[at]! ^= change;
  const { type, end } = [...dataRanges(file)].find(({ type, end }) => at >= type && at < end)!;
  copy.writeUInt32BE(crc32(copy.subarray(type, end)), end);
  return copy;
}

const SIZE = { width: 5, height: 4 };
const SOURCES: Readonly<Record<string, Source>> = {
  'grey, 1 bit, interlaced': {
    ...SIZE,
    depth: 1,
    colorType: 0,
    interlaced: true,
    pixel: (x, y) => [(x * y) & 1],
  },
  'grey with an invisible grey': {
    ...SIZE,
    depth: 8,
    colorType: 0,
    transparency: [0, 3],
    pixel: (x, y) => [x * y],
  },
  'palette with transparency': {
    ...{ ...SIZE, depth: 4, colorType: 3, palette: [...Array(30).keys()], transparency: [0, 100, 255] },
    pixel: (x, y) => [x + y],
  },
  'RGB with alpha, 16 bits': {
    ...SIZE,
    depth: 16,
    colorType: 6,
    pixel: (x, y) => [x * 999, y * 9999, x * y, x * 16000],
  },
};

const DESCRIPTION = [
  chunk('gAMA', Uint8Array.of(0, 0, 177, 143)),
  chunk('sRGB', Uint8Array.of(0)),
  chunk('pHYs', Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1)),
];

for (const [name, source] of Object.entries(SOURCES)) {
  const file = Buffer.concat([SIGNATURE, ...encodeChunks(source).toSpliced(1, 0, ...DESCRIPTION)]);

  test(`${name}: every truncation is refused`, () => {
    assert.is(readsOrRefuses(file), 'read');
    for (let length = 0; length < file.length; length++)
      assert.is(readsOrRefuses(file.subarray(0, length)), 'refused', `${length} bytes`);
  });

  test(`${name}: every damage of a bit is refused`, () => {
    for (let at = 0; at < file.length; at++) {
      const copy = Buffer.from(file);
      copy[at]! ^= 1 << (at % 8);
      assert.is(readsOrRefuses(copy), 'refused', `byte ${at}`);
    }
  });

  test(`${name}: damage under a right CRC is refused or harmless`, () => {
    const counts = { read: 0, refused: 0 };
    for (const { type, end } of dataRanges(file))
      for (let at = type; at < end; at++)
        for (const change of [1, 2, 16, 128, 255]) counts[readsOrRefuses(damaged(file, at, change))]++;
    assert.ok(counts.refused > counts.read, JSON.stringify(counts));
    assert.ok(counts.read > 0, JSON.stringify(counts));
  });
}

test.run();
