import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createImage, generateImage, type Image, psnr } from '../../../src/index.ts';
import { decodeJpeg } from '../../../src/node/jpeg/decode.ts';
import { encodeJpeg } from '../../../src/node/jpeg/encode.ts';
import { orientationOf, renewed } from '../../../src/node/jpeg/exif.ts';
import { readFrame } from '../../../src/node/jpeg/frame.ts';
import { JpegFault } from '../../../src/node/jpeg/jpegFault.ts';
import { iccSegments } from '../../../src/node/jpeg/metadata.ts';
import { readSegments, segmentBytes } from '../../../src/node/jpeg/segments.ts';
import type { Picture } from '../../../src/node/picture.ts';
import {
  decodePicture,
  encodePicture,
  formatOf,
  readPicture,
  writePicture,
} from '../../../src/node/pictureFile.ts';
import type { Chunk } from '../../../src/node/png/chunk.ts';
import { profileChunk, profileIn } from '../../../src/node/profile.ts';

/** Of a generated picture at quality 95, in dB: 40.4 grey, 38.9 colour measured. */
const LEAST_PSNR = 38;

const grey = generateImage('leaves', { width: 37, height: 22, seed: 1 });
const colour = createImage(
  37,
  22,
  3,
  Float32Array.from({ length: 37 * 22 * 3 }, (_, i) => (grey.data[Math.floor(i / 3)]! + (i % 3) / 6) / 1.4),
);

const picture = (image: Image, description: Picture['description'] = []): Picture => ({
  image,
  bitDepth: 8,
  description,
});

const whole = Buffer.from(encodeJpeg(picture(grey)));

/** Bytes of words of 16 bits. */
function wordsOf(littleEndian: boolean, ...words: readonly number[]): Buffer {
  const bytes = Buffer.from(Uint16Array.from(words).buffer);
  return littleEndian ? bytes : bytes.swap16();
}

/** An Exif block of one entry, the orientation. */
function exif(orientation: number, littleEndian: boolean): Buffer {
  const order = littleEndian ? 0x4949 : 0x4d4d;
  // Offsets and counts have 32 bits: here those of the directory, of values, and of the next directory.
  const long = (value: number) => (littleEndian ? [value, 0] : [0, value]);
  return wordsOf(littleEndian, order, 42, ...long(8), 1, 274, 3, ...long(1), orientation, 0, ...long(0));
}

for (const [name, image] of Object.entries({ grey, colour })) {
  test(`${name}: what was encoded is decoded, but for what JPEG loses`, () => {
    const { image: decoded, ...others } = decodeJpeg(encodeJpeg(picture(image)));
    assert.equal([decoded.width, decoded.height], [37, 22]);
    // The encoder knows colour only: grey comes back as three equal channels.
    const reference = {
      ...decoded,
      data: decoded.data.map((_, i) => image.data[image.channels === 1 ? Math.floor(i / 3) : i]!),
    };
    assert.ok(psnr(reference, decoded) > LEAST_PSNR, `${psnr(reference, decoded)} dB`);
    assert.equal(others, { bitDepth: 8, description: [] });
  });
}

/** Bytes of a profile for a colour space, `RGB ` or `GRAY` or `CMYK`. */
function profileFor(space: string, length = 200): Buffer {
  const profile = Buffer.from(Array.from({ length }, (_, i) => (i * 7919) % 251));
  profile.write(space, 16, 'latin1');
  return profile;
}

test('profile, resolution and Exif come back; a turned picture is stored upright', () => {
  const profile = profileFor('RGB ', 150_000);
  const iCCP = profileChunk(profile);
  const pHYs = { type: 'pHYs', data: Buffer.from([0, 0, 0x0b, 0x13, 0, 0, 0x0b, 0x13, 1]) };
  for (const littleEndian of [true, false]) {
    const eXIf = { type: 'eXIf', data: exif(6, littleEndian) };
    const { image, description } = decodeJpeg(encodeJpeg(picture(colour, [iCCP, pHYs, eXIf])));
    assert.equal([image.width, image.height], [22, 37]);
    assert.equal(
      description.map(({ type }) => type),
      ['iCCP', 'pHYs', 'eXIf'],
    );
    assert.ok(profile.equals(profileIn(description[0]!.data)!));
    // 72 dots an inch are 2835 pixels a metre.
    assert.equal([...description[1]!.data], [...pHYs.data]);
    assert.is(orientationOf(description[2]!.data), 1);
    assert.equal(description[2]!.data.length, 26);
  }
});

test('a picture that is turned by a quarter has its resolutions exchanged', () => {
  const metre = [0, 0, 0x0b, 0x13];
  const twice = [0, 0, 0x16, 0x25];
  const pHYs = (...axes: number[][]) => ({ type: 'pHYs', data: Buffer.from([...axes.flat(), 1]) });
  for (const littleEndian of [true, false]) {
    const long = (value: number) => (littleEndian ? [value, 0] : [0, value]);
    // 72 dots an inch across and 144 down, fractions that stand behind the directory.
    const block = (orientation: number, across: number, down: number) =>
      wordsOf(
        littleEndian,
        ...[littleEndian ? 0x4949 : 0x4d4d, 42, ...long(8), 3, 274, 3, ...long(1), orientation, 0],
        ...[282, 5, ...long(1), ...long(across), 283, 5, ...long(1), ...long(down), ...long(0)],
        ...[...long(72), ...long(1), ...long(144), ...long(1)],
      );
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const isTurned = orientation >= 5;
      const eXIf = { type: 'eXIf', data: block(orientation, 50, 58) };
      const { description } = decodeJpeg(encodeJpeg(picture(colour, [pHYs(metre, twice), eXIf])));
      const [resolution, exif] = description.map(({ data }) => Buffer.from(data));
      assert.equal(resolution, isTurned ? pHYs(twice, metre).data : pHYs(metre, twice).data);
      assert.equal(exif, isTurned ? block(1, 58, 50) : block(1, 50, 58));
    }
  }
});

test('a profile of other colours than are written, or a damaged one, is left out', () => {
  const kept = (image: Image, chunk: Chunk) =>
    decodeJpeg(encodeJpeg(picture(image, [chunk]))).description.length > 0;
  assert.ok(kept(colour, profileChunk(profileFor('RGB '))));
  // The encoder stores grey as colour.
  assert.not.ok(kept(grey, profileChunk(profileFor('GRAY'))));
  const overruled = [{ type: 'cICP', data: Buffer.from([9, 16, 0, 1]) }, profileChunk(profileFor('RGB '))];
  assert.equal(decodeJpeg(encodeJpeg(picture(colour, overruled))).description, []);
  assert.not.ok(kept(colour, { type: 'iCCP', data: Buffer.from('a profile\0\0not compressed') }));
  // A profile of a printer's inks, which the decoder makes RGB of.
  const inks = Buffer.concat(iccSegments(profileFor('CMYK')).map(segmentBytes));
  assert.equal(decodeJpeg(Buffer.concat([whole.subarray(0, 20), inks, whole.subarray(20)])).description, []);
});

/** The bytes of a file without its JFIF segment, but with another one. */
const withoutJfif = (bytes: Buffer, other = Buffer.alloc(0)) =>
  Buffer.concat([bytes.subarray(0, 2), other, bytes.subarray(20)]);

test('red, green and blue that are stored as they are, by Adobe or by their names, stay so', () => {
  // Grey has Y, and 128 for Cb and Cr.
  const { data } = decodeJpeg(whole).image;
  const asStored = data.map((value, i) => (i % 3 === 0 ? value : 128 / 255));
  const adobe = (transform: number) =>
    Buffer.from(
      segmentBytes({ marker: 0xee, data: Buffer.from(`Adobe\0d\0\0\0\0${String.fromCharCode(transform)}`) }),
    );
  const named = Buffer.from(whole);
  const [frame, scan] = [0xc0, 0xda].map((marker) => whole.indexOf(Buffer.from([0xff, marker]))) as [
    number,
    number,
  ];
  [...Buffer.from('RGB')].forEach((name, i) => {
    named[frame + 10 + 3 * i] = name;
    named[scan + 5 + 2 * i] = name;
  });
  assert.equal(decodeJpeg(withoutJfif(whole, adobe(0))).image.data, asStored);
  assert.equal(decodeJpeg(withoutJfif(named)).image.data, asStored);
  for (const bytes of [withoutJfif(whole, adobe(1)), withoutJfif(whole), named])
    assert.equal(decodeJpeg(bytes).image.data, data);
});

/** A grey file of three blocks in a row, each of one level. */
function greyBlocks(restartInterval: number, pixels: readonly number[]): Buffer {
  const [width, table] = [
    8 * 3,
    (kind: number, value: number) => [kind, 1, ...Array<number>(15).fill(0), value],
  ];
  const segments = [
    { marker: 0xdb, data: [0, ...Array<number>(64).fill(32)] },
    { marker: 0xc0, data: [8, 0, 8, 0, width, 1, 1, 0x11, 0] },
    // The code 0 alone: for a difference of 3 bits, and for the end of a block.
    { marker: 0xc4, data: [...table(0, 3), ...table(0x10, 0)] },
    { marker: 0xdd, data: [0, restartInterval] },
    { marker: 0xda, data: [1, 1, 0, 0, 63, 0] },
  ];
  const parts = segments.map(({ marker, data }) => segmentBytes({ marker, data: Uint8Array.from(data) }));
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...parts, Buffer.from([...pixels, 0xff, 0xd9])]);
}

test('a grey file whose blocks do not fill its last restart interval', () => {
  // A block is 01000: a difference of 4, times 32 / 8, from the block before it, or from 128.
  for (const [interval, pixels, levels] of [
    [5, [0b01000010, 0b00010001], [144, 160, 176]],
    [2, [0b01000010, 0b00111111, 0xff, 0xd0, 0b01000111], [144, 160, 144]],
  ] as const) {
    const { data } = decodeJpeg(greyBlocks(interval, pixels)).image;
    assert.equal([data[0], data[8], data[16]], [...Float32Array.from(levels, (level) => level / 255)]);
  }
});

test('a block takes two bits, or one in a progressive file, and so many bytes may be enough', () => {
  const segments = readSegments(greyBlocks(0, []));
  const colour = [...'RGB'].flatMap((_, i) => [i + 1, i === 0 ? 0x21 : 0x12, 0]);
  for (const [marker, data, fewestBits] of [
    [0xc0, [8, 0, 8, 0, 24, 1, 1, 0x11, 0], 2 * 3],
    [0xc0, [8, 0, 9, 0, 25, 1, 1, 0x22, 0], 2 * 4 * 2],
    [0xc2, [8, 0, 8, 0, 24, 1, 1, 0x11, 0], 3],
    // 20 x 10 samples at 2 x 1 of 2 x 2, and twice 10 x 20 at 1 x 2: of 20 x 20 pixels.
    [0xc0, [8, 0, 20, 0, 20, 3, ...colour], 2 * (3 * 2 + 2 * (2 * 3))],
  ] as const) {
    const frame = { marker, data: Uint8Array.from(data) };
    assert.is(
      readFrame([...segments.filter((segment) => segment.marker !== 0xc0), frame]).fewestBits,
      fewestBits,
    );
  }
});

test('transparency is laid over white', () => {
  const black = createImage(16, 16, 1);
  const { image } = decodeJpeg(encodeJpeg({ ...picture(black), alpha: new Float32Array(256) }));
  assert.ok(image.data.every((value) => value > 0.99));
});

test('an Exif block tells the new size, and no longer has a thumbnail', () => {
  for (const littleEndian of [true, false]) {
    const long = (value: number) => (littleEndian ? [value, 0] : [0, value]);
    const block = (width: readonly number[], height: readonly number[], next: number) =>
      wordsOf(
        littleEndian,
        ...[littleEndian ? 0x4949 : 0x4d4d, 42, ...long(8)],
        // The width by TIFF's tag, the directory of Exif's own, and where that of the thumbnail begins.
        ...[2, 256, ...width, 34665, 4, ...long(1), ...long(38), ...long(next)],
        ...[2, 40962, ...width, 40963, ...height, ...long(0)],
      );
    const short = (value: number) => [3, ...long(1), value, 0];
    const old = block(short(4), short(3), 68);
    const size = { width: 70_000, height: 30 };
    const large = littleEndian ? [70_000 - 65_536, 1] : [1, 70_000 - 65_536];
    const expected = block([4, ...long(1), ...large], [4, ...long(1), ...long(30)], 0);
    assert.equal(Buffer.from(renewed(old, size)), expected);
    assert.is(renewed(old.subarray(0, 50), size).length, 50);

    const eXIf = { type: 'eXIf', data: old };
    for (const format of ['jpg', 'png'] as const) {
      const file = Buffer.concat(encodePicture('x', picture(grey, [eXIf]), format));
      const { data } = decodePicture('x', file).description[0]!;
      assert.equal(Buffer.from(data), block([4, ...long(1), ...long(37)], [4, ...long(1), ...long(22)], 0));
    }
  }
});

test('an orientation that is not one of eight, or a block that ends early, counts as none', () => {
  assert.is(orientationOf(exif(9, true)), undefined);
  assert.is(orientationOf(exif(6, true).subarray(0, 15)), undefined);
  assert.is(orientationOf(Buffer.from('XX')), undefined);
});

test('a file is read by its bytes, and written by its name', () => {
  const path = join(temporaryFolder(), 'x.jpg');
  writePicture(path, picture(colour));
  assert.is(readFileSync(path)[1], 0xd8);
  assert.equal(readPicture(path), decodeJpeg(readFileSync(path)));
  renameSync(path, path.replace('jpg', 'png'));
  assert.equal(
    [readPicture(path.replace('jpg', 'png')).image.width, formatOf('A.JPEG'), formatOf('b.gif')],
    [37, 'jpeg', undefined],
  );
  writeFileSync(path, readFileSync(path.replace('jpg', 'png')).subarray(0, 30));
  assert.throws(
    () => readPicture(path),
    /x\.jpg: the file is truncated at byte 30; replace it by a whole JPEG or PNG image/,
  );
  assert.throws(
    () => writePicture(path, picture(createImage(1, 1, 1, Float32Array.of(Number.NaN)))),
    /x\.jpg: not written/,
  );
});

test('a picture that is too large for a JPEG is not written', () => {
  const path = join(temporaryFolder(), 'x.jpg');
  assert.throws(
    () => writePicture(path, picture(createImage(65_536, 1))),
    /x\.jpg: 65536 x 1 pixels, a JPEG has 65535 on a side at the most; write a PNG$/,
  );
  const large: Picture = {
    ...picture(grey),
    get description(): never {
      throw new RangeError('Invalid array length');
    },
  };
  assert.throws(
    () => writePicture(path, large),
    /x\.jpg: not written, 37 x 22 pixels are too many for the encoder \(Invalid array length\); write a PNG$/,
  );
  assert.not.ok(existsSync(path));
});

/** A file's bytes with other ones in its frame header. */
function withFrame(changes: Readonly<Record<number, number>>): Buffer {
  const changed = Buffer.from(whole);
  const at = changed.indexOf(Buffer.from([0xff, 0xc0])) + 4;
  for (const [offset, value] of Object.entries(changes)) changed[at + Number(offset)] = value;
  return changed;
}

/** A file with a restart interval of two units, in whose pixels nothing can be found. */
const restarts = (frame: number) => {
  const changed = withFrame({ [-3]: frame });
  const at = changed.indexOf(Buffer.from([0xff, 0xda]));
  const interval = segmentBytes({ marker: 0xdd, data: Uint8Array.of(0, 2) });
  return Buffer.concat([changed.subarray(0, at), interval, changed.subarray(at, at + 20)]);
};

const REPLACE = /^replace it by a whole JPEG or PNG image$/;
const SAVE = /^save it as a usual \(baseline\) JPEG, or as PNG$/;
const CUT = /^cut it into smaller images$/;

const REFUSED: Readonly<Record<string, readonly [Buffer, RegExp, RegExp]>> = {
  'an empty file': [Buffer.alloc(0), /^not a JPEG image/, REPLACE],
  'another file': [Buffer.from('\x89PNG\r\n'), /^not a JPEG image/, REPLACE],
  'a file cut off in its header': [whole.subarray(0, 100), /^the file is truncated at byte 100$/, REPLACE],
  'a file cut off in its pixels': [whole.subarray(0, whole.length - 200), /^it cannot be decoded/, REPLACE],
  'no pixels': [Buffer.from([0xff, 0xd8, 0xff, 0xd9]), /^it has no pixel data$/, REPLACE],
  'no frame': [Buffer.from([0xff, 0xd8, 0xff, 0xda]), /^it has no frame header$/, REPLACE],
  'noise between segments': [Buffer.from([0xff, 0xd8, 0, 0, 0, 0]), /^at byte 2 it is damaged/, REPLACE],
  'twelve bits': [withFrame({ 0: 12 }), /^12 bits a sample, where 8 are read$/, SAVE],
  'no width': [withFrame({ 3: 0, 4: 0 }), /^its header says 0 x 22 pixels$/, REPLACE],
  'too many pixels': [
    withFrame({ 1: 255, 2: 255, 3: 255, 4: 255 }),
    /^65535 x 65535 pixels are too many/,
    CUT,
  ],
  // Decoding them would take seconds and gigabytes until it ends for want of pixels.
  'more pixels than its bytes can code': [
    withFrame({ 1: 31, 2: 255, 3: 31, 4: 255 }),
    /^\d{3,5} bytes cannot hold the 8191 x 8191 pixels of its header$/,
    REPLACE,
  ],
  'two components': [withFrame({ 5: 2 }), /^2 components, where 1, 3 or 4 are read$/, SAVE],
  'four inks of which nothing tells what they are': [
    withFrame({ 5: 4 }),
    /^it has four inks, and nothing tells which/,
    /^save it as RGB$/,
  ],
  'lossless coding': [withFrame({ [-3]: 0xc3 }), /^lossless or arithmetic coding/, SAVE],
  'restart intervals': [restarts(0xc0), /^it cannot be decoded/, REPLACE],
  'restart intervals in a progressive file': [
    restarts(0xc2),
    /^it cannot be decoded/,
    /^it is progressive with restart intervals, .*: save it without, or as PNG/,
  ],
};

for (const [what, [bytes, message, remedy]] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, () =>
    assert.throws(
      () => decodeJpeg(bytes),
      (error: unknown) =>
        error instanceof JpegFault && message.test(error.message) && remedy.test(error.remedy),
    ));
}

test('a segment holds no more than its length can say', () => {
  assert.throws(() => segmentBytes({ marker: 0xe1, data: new Uint8Array(65_534) }), /holds 65533 bytes/);
  const [segment] = readSegments(
    Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      segmentBytes({ marker: 0xe1, data: new Uint8Array(65_533) }),
      Buffer.from([0xff, 0xda]),
    ]),
  );
  assert.is(segment!.data.length, 65_533);
});

test.run();
