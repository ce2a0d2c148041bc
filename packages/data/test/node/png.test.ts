import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileError } from '@nlrn/files';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError } from '../../src/dataError.ts';
import { createImage, greyImage, type Image } from '../../src/image.ts';
import { readChunks } from '../../src/node/png/chunk.ts';
import { encodePng } from '../../src/node/png/encode.ts';
import { readPng, writePng } from '../../src/node/png.ts';
import { chunk, encode, encodeChunks, header, SIGNATURE, type Source } from './pngSource.ts';

const folder = mkdtempSync(join(tmpdir(), 'png-'));
test.after(() => rmSync(folder, { recursive: true }));

function readBytes(bytes: Uint8Array, name = 'test.png'): Image {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return readPng(path);
}

/** A sample that takes all values of the depth, in no simple order. */
const sample = (depth: number, x: number, y: number, c: number) =>
  (x * 40503 + y * 25717 + c * 12345) % 2 ** depth;

function pixels(source: Source, channels: 1 | 3, value: (x: number, y: number, c: number) => number): Image {
  const { width, height } = source;
  const at = (i: number) =>
    value(Math.floor(i / channels) % width, Math.floor(i / channels / width), i % channels);
  return createImage(
    width,
    height,
    channels,
    Float32Array.from({ length: width * height * channels }, (_, i) => at(i)),
  );
}

for (const interlaced of [false, true]) {
  const layout = interlaced ? 'interlaced' : 'row by row';
  const size = { width: 11, height: 9, interlaced };

  for (const [colorType, depths] of [
    [0, [1, 2, 4, 8, 16]],
    [2, [8, 16]],
  ] as const) {
    for (const depth of depths) {
      test(`${colorType === 0 ? 'grey' : 'RGB'}, ${depth} bits, ${layout}`, () => {
        const channels = colorType === 0 ? 1 : 3;
        const pixel = (x: number, y: number) =>
          [0, 1, 2].slice(0, channels).map((c) => sample(depth, x, y, c));
        const source = { ...size, depth, colorType, pixel };
        const expected = pixels(source, channels, (x, y, c) => sample(depth, x, y, c) / (2 ** depth - 1));
        assert.equal(readBytes(encode(source)), expected);
      });
    }
  }

  for (const [colorType, channels] of [
    [4, 1],
    [6, 3],
  ] as const) {
    for (const depth of [8, 16]) {
      test(`${channels === 1 ? 'grey' : 'RGB'} with alpha over white, ${depth} bits, ${layout}`, () => {
        const levels = 2 ** depth - 1;
        const pixel = (x: number, y: number) =>
          [...Array(channels + 1).keys()].map((c) => sample(depth, x, y, c));
        const source = { ...size, depth, colorType, pixel };
        const expected = pixels(source, channels, (x, y, c) => {
          const alpha = sample(depth, x, y, channels) / levels;
          return alpha * (sample(depth, x, y, c) / levels) + (1 - alpha);
        });
        assertClose(readBytes(encode(source)), expected);
      });
    }
  }

  for (const depth of [1, 2, 4, 8]) {
    test(`palette, ${depth} bits, ${layout}`, () => {
      const palette = Array.from({ length: 3 * 2 ** depth }, (_, i) => (i * 89 + 7) % 256);
      const source = {
        ...size,
        depth,
        colorType: 3,
        palette,
        pixel: (x: number, y: number) => [sample(depth, x, y, 0)],
      };
      const expected = pixels(source, 3, (x, y, c) => palette[3 * sample(depth, x, y, 0) + c]! / 255);
      assert.equal(readBytes(encode(source)), expected);
    });
  }
}

/** The order of a product and a sum, rounded to float32. */
const FLOAT32 = 1e-7;

function assertClose(actual: Image, expected: Image): void {
  assert.equal(
    [actual.width, actual.height, actual.channels],
    [expected.width, expected.height, expected.channels],
  );
  const worst = actual.data.reduce((max, v, i) => Math.max(max, Math.abs(v - expected.data[i]!)), 0);
  assert.ok(worst < FLOAT32, `worst difference ${worst}`);
}

test('pixel data that are longer than a chunk may be are written in several', () => {
  const image = createImage(
    16,
    16,
    1,
    Float32Array.from({ length: 256 }, (_, i) => sample(8, i, 7 * i, 0) / 255),
  );
  const picture = { image, bitDepth: 8, description: [] } as const;
  const bytes = Buffer.concat(encodePng(picture, 100));
  const lengths = readChunks(bytes).flatMap(({ type, data }) => (type === 'IDAT' ? [data.length] : []));
  assert.ok(lengths.length > 1 && lengths.slice(0, -1).every((length) => length === 100), `${lengths}`);
  assert.equal(readBytes(bytes), image);
  assert.is(encodePng(picture).length, 4);
});

test('a transparent palette entry is composited over white', () => {
  const image = readBytes(
    encode({
      width: 3,
      height: 1,
      depth: 8,
      colorType: 3,
      palette: [255, 0, 0, 0, 0, 255, 0, 255, 0],
      transparency: [0, 51], // red is invisible, blue has alpha 0.2, green is opaque
      pixel: (x) => [x],
    }),
  );
  assert.equal([...image.data], [1, 1, 1, 0.8, 0.8, 1, 0, 1, 0].map(Math.fround));
});

test('the transparent grey and the transparent colour become white', () => {
  const grey = {
    width: 3,
    height: 1,
    depth: 8,
    colorType: 0,
    transparency: [0, 1],
    pixel: (x: number) => [x],
  };
  assert.equal([...readBytes(encode(grey)).data], [0, 1, 2 / 255].map(Math.fround));
  const color = {
    ...{ width: 2, height: 1, depth: 16, colorType: 2 },
    transparency: [1, 0, 2, 0, 3, 0], // 256, 512, 768
    pixel: (x: number) => [256 + x, 512, 768],
  };
  assert.equal(
    [...readBytes(encode(color)).data],
    [1, 1, 1, 257 / 65535, 512 / 65535, 768 / 65535].map(Math.fround),
  );
});

test('a one-pixel image and bytes after the end are read', () => {
  const source = { width: 1, height: 1, depth: 8, colorType: 0, interlaced: true, pixel: () => [51] };
  const file = Buffer.concat([encode(source), Buffer.from('appended by a camera')]);
  assert.equal([...readBytes(file).data], [Math.fround(0.2)]);
});

const GREY: Source = { width: 9, height: 7, depth: 8, colorType: 0, pixel: (x, y) => [sample(8, x, y, 0)] };
const DEEP: Source = {
  ...{ width: 9, height: 7, depth: 16, colorType: 2, interlaced: true },
  pixel: (x, y) => [0, 1, 2].map((c) => sample(16, x, y, c)),
};

for (const [what, source] of [
  ['8-bit grey', GREY],
  ['16-bit interlaced RGB', DEEP],
] as const) {
  test(`${what} truncated at any byte is an error`, () => {
    const whole = encode(source);
    for (let length = 0; length < whole.length; length++)
      assertDataError(whole.subarray(0, length), /empty|truncated/);
  });

  test(`${what} with any byte damaged is an error`, () => {
    const whole = encode(source);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x10;
      assertDataError(damaged, /not a PNG|truncated|damaged|not first|header/);
    }
  });

  test(`${what} without one of its chunks is an error`, () => {
    const chunks = encodeChunks(source);
    for (const missing of chunks) {
      assertDataError(
        Buffer.concat([SIGNATURE, ...chunks.filter((c) => c !== missing)]),
        /truncated|not first|no pixel data|ends too early|damaged/,
      );
    }
  });
}

test('truncated inside the pixel data, with everything else in order', () => {
  for (const source of [GREY, DEEP]) {
    const rows = encodeChunks({ ...source, height: source.height - 1 });
    rows[0] = chunk('IHDR', header(source));
    assertDataError(
      Buffer.concat([SIGNATURE, ...rows]),
      /its pixel data has \d+ bytes, but its header announces \d+/,
    );
  }
});

test('headers that cannot be are refused, and enormous sizes before any memory is taken', () => {
  const withHeader = (change: Partial<Source>) => {
    const [, ...rest] = encodeChunks(GREY);
    return Buffer.concat([SIGNATURE, chunk('IHDR', header({ ...GREY, ...change })), ...rest]);
  };
  assertDataError(withHeader({ depth: 5 }), /colour type 0 with 5 bits, which PNG does not know/);
  assertDataError(withHeader({ colorType: 2, depth: 4 }), /colour type 2 with 4 bits/);
  assertDataError(withHeader({ width: 0 }), /its header says 0 x 7 pixels/);
  assertDataError(
    withHeader({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }),
    /2147483647 x 2147483647 pixels are more than the 67108864 .*; cut it into/,
  );
  assertDataError(withHeader({ width: 4 }), /its pixel data has more than the 35 bytes/);
});

test('an index outside the palette is an error', () => {
  const source = {
    width: 2,
    height: 1,
    depth: 8,
    colorType: 3,
    palette: [1, 2, 3],
    pixel: (x: number) => [x],
  };
  assertDataError(encode(source), /the pixel at \(1, 0\) has colour 1 of a palette of 1/);
  assertDataError(encode({ ...source, palette: undefined } as unknown as Source), /it has no palette/);
});

function assertDataError(bytes: Uint8Array, message: RegExp): void {
  try {
    readBytes(bytes, 'bad.png');
  } catch (error) {
    assert.instance(error, DataError);
    const text = (error as DataError).message;
    assert.ok(text.startsWith(join(folder, 'bad.png: ')), text);
    assert.match(text, message);
    return;
  }
  assert.unreachable(`no error for a file of ${bytes.length} bytes that is not whole (${message})`);
}

test('files that are none, or no images', () => {
  assert.throws(() => readPng(join(folder, 'missing.png')), /missing\.png: no such file; check the path/);
  assert.throws(() => readPng(folder), /a folder, not a PNG image/);
  assertDataError(Buffer.alloc(0), /the file is empty; replace it by a whole PNG image/);
  assertDataError(Buffer.from('hello, this is text'), /not a PNG image \(no PNG signature\)/);
  assertDataError(Buffer.from('ffd8ffe000104a464946', 'hex'), /not a PNG image but a JPEG/);
});

for (const bitDepth of [8, 16] as const) {
  for (const channels of [1, 3] as const) {
    test(`what is written is read again: ${bitDepth} bits, ${channels} channels`, () => {
      const levels = 2 ** bitDepth - 1;
      const source = { ...GREY, width: 13, height: 10 };
      const image = pixels(source, channels, (x, y, c) => sample(bitDepth, x, y, c) / levels);
      const path = join(folder, 'written.png');
      writePng(path, image, { bitDepth });
      assert.equal(readPng(path), image);
      const file = readFileSync(path);
      assert.equal([file[24], file[25]], [bitDepth, channels === 1 ? 0 : 2]); // depth and colour type in IHDR
    });
  }
}

test('values are clipped and rounded half up', () => {
  const path = join(folder, 'clipped.png');
  writePng(path, greyImage([[-0.5, 1.5, 0.5, 0.6 / 255, 0.4 / 255]]));
  assert.equal([...readPng(path).data], [0, 1, 128 / 255, 1 / 255, 0].map(Math.fround));
  writePng(path, greyImage([[-0.5, 1.5, 0.5]]), { bitDepth: 16 });
  assert.equal([...readPng(path).data], [0, 1, 32768 / 65535].map(Math.fround));
});

test('writing replaces a file and leaves no other behind', () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  const path = join(own, 'x.png');
  writePng(path, greyImage([[0]]));
  writePng(path, greyImage([[1]]));
  assert.equal([...readPng(path).data], [1]);
  assert.equal(readdirSync(own), ['x.png']);
});

test('a file that cannot be written says why, and leaves nothing behind', () => {
  const image = greyImage([[0]]);
  const fails = (path: string, message: RegExp) => {
    assert.throws(
      () => writePng(path, image),
      (error: unknown) => error instanceof FileError,
    );
    assert.throws(() => writePng(path, image), message);
  };
  const blocked = join(folder, 'blocked');
  mkdirSync(join(blocked, 'x.png'), { recursive: true });
  writeFileSync(join(blocked, 'file'), '');
  fails(
    join(folder, 'nowhere', 'x.png'),
    /cannot be written; the folder .*nowhere does not exist, create it first/,
  );
  fails(join(blocked, 'file', 'x.png'), /is not a folder/);
  fails(join(blocked, 'x.png'), /a folder of that name is in the way/);
  assert.equal(readdirSync(blocked).sort(), ['file', 'x.png']);
});

test('an image that is not of numbers is not written', () => {
  const path = join(folder, 'nan.png');
  assert.throws(
    () => writePng(path, greyImage([[0, Number.NaN]])),
    /nan\.png: not written, .*not numbers \(NaN\)/,
  );
  assert.not(existsSync(path));
});

test.run();
