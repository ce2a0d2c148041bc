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
import { crc32, deflateSync } from 'node:zlib';
import { FileError } from '@nlrn/files';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError } from '../src/dataError.ts';
import { createImage, greyImage, type Image } from '../src/image.ts';
import { readPng, writePng } from '../src/png.ts';

const folder = mkdtempSync(join(tmpdir(), 'png-'));
test.after(() => rmSync(folder, { recursive: true }));

// A small PNG encoder, for files that pngjs cannot write. Rows take the filters 0 … 4 in turn.

interface Source {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colorType: number;
  readonly interlaced?: boolean;
  /** Samples of the pixel at (x, y). */
  readonly pixel: (x: number, y: number) => readonly number[];
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function header({ width, height, depth, colorType, interlaced = false }: Source): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colorType, 0, 0, interlaced ? 1 : 0], 8);
  return data;
}

function packRow(samples: readonly number[], depth: number): number[] {
  const bits = samples.map((s) => s.toString(2).padStart(depth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** Adds the filter's prediction back out: PNG specification, Section 9.2. */
function filterRow(filter: number, row: readonly number[], above: readonly number[], step: number): number[] {
  return row.map((byte, i) => {
    const [left, up, corner] = [row[i - step] ?? 0, above[i] ?? 0, i < step ? 0 : (above[i - step] ?? 0)];
    const guess = left + up - corner;
    const nearest = [left, up, corner].reduce((best, v) =>
      Math.abs(guess - v) < Math.abs(guess - best) ? v : best,
    );
    return (byte - [0, left, up, (left + up) >> 1, nearest][filter]!) & 255;
  });
}

function encodePass(source: Source, [x0, y0, dx, dy]: readonly number[]): number[] {
  const bytes: number[] = [];
  const step = Math.max(1, (source.pixel(0, 0).length * source.depth) >> 3);
  let above: number[] = [];
  for (let y = y0!, line = 0; y < source.height; y += dy!, line++) {
    const samples: number[] = [];
    for (let x = x0!; x < source.width; x += dx!) samples.push(...source.pixel(x, y));
    if (samples.length === 0) return [];
    const row = packRow(samples, source.depth);
    bytes.push(line % 5, ...filterRow(line % 5, row, above, step));
    above = row;
  }
  return bytes;
}

const ADAM7 = ['0088', '4088', '0448', '2044', '0224', '1022', '0112'].map((pass) => [...pass].map(Number));

/** The chunks of the file after the signature, with the pixel data in two IDAT chunks. */
function encodeChunks(source: Source): Buffer[] {
  const passes = source.interlaced ? ADAM7 : [[0, 0, 1, 1]];
  const data = deflateSync(Buffer.from(passes.flatMap((pass) => encodePass(source, pass))));
  const middle = data.length >> 1;
  return [
    chunk('IHDR', header(source)),
    ...(source.palette ? [chunk('PLTE', Uint8Array.from(source.palette))] : []),
    ...(source.transparency ? [chunk('tRNS', Uint8Array.from(source.transparency))] : []),
    chunk('IDAT', data.subarray(0, middle)),
    chunk('IDAT', data.subarray(middle)),
    chunk('IEND', new Uint8Array()),
  ];
}

const encode = (source: Source) => Buffer.concat([SIGNATURE, ...encodeChunks(source)]);

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
        /truncated|damaged|not first/,
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
  assertDataError(withHeader({ width: 0 }), /its header is not valid/);
  assertDataError(withHeader({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }), /pixels are more than/);
  assertDataError(withHeader({ width: 4 }), /its pixel data is damaged/); // more bytes than announced
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
  assertDataError(encode(source), /index 1 not in palette/);
  assertDataError(encode({ ...source, palette: undefined } as unknown as Source), /palette not found/);
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
