import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { PNG } from 'pngjs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createImage } from '../../src/image.ts';
import { overWhite, type Picture, visibleColors, withColors } from '../../src/node/picture.ts';
import { decodePicture, encodePicture, readPicture, writePicture } from '../../src/node/pictureFile.ts';
import { encode } from './pngSource.ts';

const path = join(temporaryFolder(), 'picture.png');

const floats = (...values: readonly number[]) => Float32Array.from(values);

/** Red, a green of which a fifth shows, and an invisible blue. */
const RED_GREEN_BLUE: Picture = {
  image: createImage(3, 1, 3, floats(1, 0, 0, 0, 1, 0, 0, 0, 1)),
  alpha: floats(1, 0.2, 0),
  bitDepth: 8,
  description: [],
};

test('on a white page', () => {
  assert.equal([...overWhite(RED_GREEN_BLUE).data], [...floats(1, 0, 0, 0.8, 1, 0.8, 1, 1, 1)]);
});

test('a colour that does not show is white for a network, and stays what it was', () => {
  const seen = visibleColors(RED_GREEN_BLUE);
  assert.equal([...seen.data], [1, 0, 0, 0, 1, 0, 1, 1, 1]);
  const dark = createImage(3, 1, 3);
  const changed = withColors(RED_GREEN_BLUE, dark);
  assert.equal([...changed.image.data], [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  assert.is(changed.alpha, RED_GREEN_BLUE.alpha);
});

test('an opaque picture is its image', () => {
  const opaque: Picture = { ...RED_GREEN_BLUE, alpha: undefined };
  assert.is(overWhite(opaque), opaque.image);
  assert.is(visibleColors(opaque), opaque.image);
  const dark = createImage(3, 1, 3);
  assert.is(withColors(opaque, dark).image, dark);
});

const DESCRIPTION = [
  { type: 'iCCP', data: Buffer.from('a profile\0\0of bytes that are kept as they are') },
  { type: 'gAMA', data: Buffer.from([0, 0, 177, 143]) },
  { type: 'pHYs', data: Buffer.from([0, 0, 11, 19, 0, 0, 11, 19, 1]) },
  { type: 'eXIf', data: Buffer.from('orientation') },
];

for (const bitDepth of [8, 16] as const) {
  for (const channels of [1, 3] as const) {
    for (const hasAlpha of [false, true]) {
      const title = `${bitDepth} bits, ${channels} channels, ${hasAlpha ? 'alpha' : 'opaque'}`;
      const levels = 2 ** bitDepth - 1;
      const [width, height] = [37, 21];
      const value = (i: number, factor: number) => ((i * factor) % (levels + 1)) / levels;
      const length = width * height;
      const picture: Picture = {
        image: createImage(
          width,
          height,
          channels,
          Float32Array.from({ length: length * channels }, (_, i) => value(i, 40503)),
        ),
        alpha: hasAlpha ? Float32Array.from({ length }, (_, i) => value(i, 25717)) : undefined,
        bitDepth,
        description: DESCRIPTION,
      };

      test(`what is written is read again: ${title}`, () => {
        writePicture(path, picture);
        assert.equal(readPicture(path), picture);
      });

      test(`another decoder reads the same: ${title}`, () => {
        writePicture(path, picture);
        const file = readFileSync(path);
        // With skipRescale pngjs gives 16-bit samples, which its types do not know.
        const rgba: ArrayLike<number> = PNG.sync.read(file, { skipRescale: true }).data;
        for (let pixel = 0; pixel < length; pixel++) {
          for (let c = 0; c < 3; c++) {
            const stored = picture.image.data[pixel * channels + (c % channels)]!;
            assert.is(rgba[4 * pixel + c], Math.round(stored * levels));
          }
          assert.is(rgba[4 * pixel + 3], Math.round((picture.alpha?.[pixel] ?? 1) * levels));
        }
      });
    }
  }
}

test('files of few bits, with a palette or interlaced become ones of 8 bits a sample, row by row', () => {
  const size = { width: 3, height: 3, interlaced: true };
  const palette = [255, 0, 0, 0, 255, 0, 0, 0, 255];
  const column = (x: number) => [x];
  for (const [source, kind] of [
    [{ ...size, depth: 2, colorType: 3, palette, transparency: [0, 51], pixel: column }, 6],
    [{ ...size, depth: 2, colorType: 3, palette, pixel: column }, 2],
    [{ ...size, depth: 1, colorType: 0, transparency: [0, 1], pixel: (x: number) => [x & 1] }, 4],
    [{ ...size, depth: 4, colorType: 0, pixel: column }, 0],
  ] as const) {
    writeFileSync(path, encode(source));
    const picture = readPicture(path);
    writePicture(path, picture);
    assert.equal(readPicture(path), picture);
    const [depth, colorType, , , interlace] = readFileSync(path).subarray(24);
    assert.equal([depth, colorType, interlace], [8, kind, 0]);
  }
});

test('a smooth picture takes a thirtieth of its bytes: rows are filtered', () => {
  const [width, height] = [256, 256];
  const ramp = createImage(
    width,
    height,
    1,
    Float32Array.from({ length: width * height }, (_, i) => ((i % 256) + (i >> 8)) / 512),
  );
  writePicture(path, { image: ramp, bitDepth: 16, description: [] });
  assert.ok(readFileSync(path).length < 4000, `${readFileSync(path).length} bytes`);
});

test('bytes are decoded wherever they lie, also in what is no Buffer', () => {
  const image = createImage(16, 8, 1, new Float32Array(128).fill(1));
  for (const format of ['png', 'jpg'] as const) {
    const parts = encodePicture('x', { image, bitDepth: 8, description: [] }, format);
    const bytes = Uint8Array.from([0, 0, 0, ...parts.flatMap((part) => [...part]), 0]).subarray(3, -1);
    assert.equal(decodePicture('x', bytes), decodePicture('x', Buffer.concat(parts)));
    assert.ok(decodePicture('x', bytes).image.data.every((value) => value === 1));
  }
});

test('a file of another format, whatever its name, is to be converted', () => {
  for (const bytes of ['\0\0\0\x18ftypheic', 'RIFF\x24\0\0\0WEBPVP8 ', 'GIF89a'])
    assert.throws(
      () => decodePicture('photo.jpg', Buffer.from(bytes, 'latin1')),
      /^photo\.jpg: neither a PNG nor a JPEG image, whatever its name; convert it to one of them, or replace it$/,
    );
  assert.throws(
    () => decodePicture('a.png', Buffer.from('\x89PN', 'latin1')),
    /truncated at byte 3; replace/,
  );
});

test('an empty file is neither', () => {
  assert.throws(
    () => decodePicture('photo.jpg', Buffer.alloc(0)),
    /^photo\.jpg: the file is empty; replace it by a whole PNG or JPEG image$/,
  );
});

test.run();
