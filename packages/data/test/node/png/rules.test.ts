import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodePng } from '../../../src/node/png/decode.ts';
import { PngFault } from '../../../src/node/png/pngFault.ts';
import { chunk, encodeChunks, header, SIGNATURE, type Source } from '../pngSource.ts';

const GREY: Source = { width: 2, height: 2, depth: 8, colorType: 0, pixel: (x, y) => [x + y] };
const RGB: Source = { ...GREY, colorType: 2, pixel: (x, y) => [x, y, x + y] };
const ALPHA: Source = { ...GREY, colorType: 4, pixel: (x, y) => [x, y] };
const PALETTE: Source = { ...GREY, depth: 2, colorType: 3, palette: [1, 2, 3, 4, 5, 6, 7, 8, 9] };

const file = (...chunks: readonly Uint8Array[]): Buffer => Buffer.concat([SIGNATURE, ...chunks]);

/** The chunks of a source with others put in at a place. */
const withChunks = (source: Source, at: number, ...more: readonly Buffer[]) =>
  file(...encodeChunks(source).toSpliced(at, 0, ...more));

function refuses(bytes: Buffer, message: RegExp): void {
  assert.throws(
    () => decodePng(bytes),
    (error: unknown) => error instanceof PngFault && message.test(error.message),
    String(message),
  );
}

const bytes = (length: number) => new Uint8Array(length);

test('the files that the tests below change are in order', () => {
  for (const source of [GREY, RGB, ALPHA, PALETTE])
    assert.is(decodePng(file(...encodeChunks(source))).image.width, 2);
});

test('palettes', () => {
  refuses(withChunks(PALETTE, 2, chunk('PLTE', bytes(9))), /a second PLTE chunk/);
  refuses(withChunks(PALETTE, 3, chunk('PLTE', bytes(9))), /a second PLTE chunk/);
  refuses(withChunks(GREY, 1, chunk('PLTE', bytes(9))), /a grey image with a palette/);
  refuses(withChunks(ALPHA, 1, chunk('PLTE', bytes(9))), /a grey image with a palette/);
  refuses(withChunks(RGB, 2, chunk('PLTE', bytes(9))), /PLTE chunk comes after its IDAT chunk/);
  for (const length of [0, 8, 10, 15])
    refuses(
      file(...encodeChunks({ ...PALETTE, palette: [...bytes(length)] })),
      new RegExp(`its palette has ${length} bytes, which are not 1 to 4 colours of 3`),
    );
  refuses(
    file(...encodeChunks({ ...PALETTE, pixel: (x, y) => [x + 2 * y] })),
    /the pixel at \(1, 1\) has colour 3 of a palette of 3/,
  );
  // A palette that an RGB image suggests for displays of few colours is not used.
  assert.equal(decodePng(withChunks(RGB, 1, chunk('PLTE', bytes(768)))).image.channels, 3);
  refuses(withChunks(RGB, 1, chunk('PLTE', bytes(771))), /not 1 to 256 colours/);
});

test('transparency', () => {
  const late = encodeChunks(PALETTE).toSpliced(1, 0, chunk('tRNS', bytes(1)));
  refuses(file(...late), /tRNS chunk comes before its PLTE chunk/);
  refuses(withChunks(PALETTE, 2, chunk('tRNS', bytes(4))), /tRNS chunk has 4 bytes/);
  refuses(withChunks(GREY, 1, chunk('tRNS', bytes(6))), /tRNS chunk has 6 bytes/);
  refuses(withChunks(RGB, 1, chunk('tRNS', bytes(2))), /tRNS chunk has 2 bytes/);
  refuses(withChunks(ALPHA, 1, chunk('tRNS', bytes(2))), /a tRNS chunk beside an alpha channel/);
  refuses(withChunks(GREY, 3, chunk('tRNS', bytes(2))), /tRNS chunk comes after its IDAT chunk/);
  // Only the low bits of the invisible grey count: Section 11.3.1.1.
  const masked = withChunks(GREY, 1, chunk('tRNS', Uint8Array.of(7, 1)));
  assert.equal([...decodePng(masked).alpha!], [1, 0, 0, 1]);
});

test('which chunks there are, and where', () => {
  const [first, ...others] = encodeChunks(GREY);
  refuses(file(...others), /its header is not first/);
  refuses(file(first!, first!, ...others), /a second IHDR chunk/);
  refuses(file(first!, others.at(-1)!), /it has no pixel data \(no IDAT chunk\)/);
  refuses(withChunks(GREY, 2, chunk('tEXt', bytes(3))), /a tEXt chunk stands between its pixel data/);
  refuses(withChunks(GREY, 1, chunk('CgBI', bytes(4))), /cannot be shown without its CgBI chunk/);
  refuses(withChunks(GREY, 1, chunk('abcd', bytes(4))), /no chunk's name/);
  refuses(file(first!, ...others.slice(0, -1), chunk('IEND', bytes(1))), /its IEND chunk is not empty/);
  assert.is(decodePng(withChunks(GREY, 1, chunk('abCd', bytes(4)))).image.width, 2);
});

test('an animation, of which all pictures but one would be lost', () => {
  refuses(withChunks(GREY, 1, chunk('acTL', bytes(8))), /^it is an animation \(acTL chunk\)$/);
});

test('what says how pixels are shown is there once, in its place, with its length', () => {
  for (const [type, length] of [
    ['gAMA', 4],
    ['cHRM', 32],
    ['sRGB', 1],
    ['cICP', 4],
    ['pHYs', 9],
    ['iCCP', 20],
  ] as const) {
    const one = chunk(type, bytes(length));
    assert.equal(decodePng(withChunks(PALETTE, 1, one)).description, [
      { type, data: Buffer.from(bytes(length)) },
    ]);
    refuses(withChunks(PALETTE, 1, one, one), new RegExp(`a second ${type} chunk`));
    refuses(withChunks(GREY, 3, one), new RegExp(`${type} chunk comes after its IDAT chunk`));
    if (type !== 'pHYs')
      refuses(withChunks(PALETTE, 2, one), new RegExp(`${type} chunk comes after its PLTE chunk`));
    if (type !== 'iCCP')
      refuses(
        withChunks(GREY, 1, chunk(type, bytes(length + 1))),
        new RegExp(`${type} chunk has ${length + 1} bytes, not ${length}`),
      );
  }
});

test('headers', () => {
  const withHeader = (at: number, value: number) => {
    const data = Buffer.from(header(GREY));
    data[at] = value;
    return file(chunk('IHDR', data), ...encodeChunks(GREY).slice(1));
  };
  for (const at of [10, 11]) refuses(withHeader(at, 1), /compression, filter or interlace method/);
  refuses(withHeader(12, 2), /compression, filter or interlace method/);
  refuses(withHeader(9, 1), /colour type 1 with 8 bits/);
  refuses(file(chunk('IHDR', bytes(14)), ...encodeChunks(GREY).slice(1)), /its header has the wrong length/);
});

test('pixel data', () => {
  const whole = [0, 1, 2, 0, 3, 4]; // two rows, each with filter 0
  const withData = (...data: readonly Uint8Array[]) =>
    file(chunk('IHDR', header(GREY)), ...data.map((part) => chunk('IDAT', part)), chunk('IEND', bytes(0)));
  const compressed = (rows: readonly number[]) => deflateSync(Uint8Array.from(rows));
  assert.equal(
    [...decodePng(withData(bytes(0), compressed(whole), bytes(0))).image.data],
    [1, 2, 3, 4].map((v) => Math.fround(v / 255)),
  );
  refuses(withData(compressed(whole.slice(1))), /has 5 bytes, but its header announces 6/);
  refuses(withData(compressed([...whole, 0])), /has more than the 6 bytes that its header announces/);
  refuses(withData(compressed(whole).subarray(0, -1)), /its pixel data ends too early/);
  refuses(withData(bytes(0)), /its pixel data ends too early/);
  refuses(withData(compressed(whole), Uint8Array.of(1)), /its pixel data goes on after its end/);
  refuses(withData(bytes(9)), /its pixel data is damaged/);
  refuses(withData(compressed([5, 1, 2, 0, 3, 4])), /a row of its pixels has filter 5/);
});

test('a chunk longer than PNG allows', () => {
  const enormous = Buffer.from(chunk('IDAT', bytes(4)));
  enormous.writeUInt32BE(2 ** 31, 0);
  refuses(file(chunk('IHDR', header(GREY)), enormous), /its IDAT chunk is longer than PNG allows/);
});

test.run();
