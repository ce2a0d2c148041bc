import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FileError } from '../src/fileError.ts';
import type { StoredTensor } from '../src/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../src/safetensorsFile.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();
const path = join(folder, 'file.safetensors');

const TENSORS = new Map<string, StoredTensor>([
  ['b', { shape: [1, 2], data: Float32Array.of(1, -2) }],
  ['a', { shape: [1], data: Float32Array.of(0.5) }],
  ['d', { shape: [3], data: Float32Array.of(1365 / 4096, -65504, 2 ** -24), dtype: 'float16' }],
  ['c', { shape: [1], data: Float64Array.of(3) }],
]);

/** All of their numbers, sorted as text. */
const NUMBERS = [...TENSORS.values()].flatMap(({ data }) => [...data]).sort();

/** What the Python package writes for TENSORS: safetensors.numpy.save(…, metadata={'k': 'v'}), version 0.8.0. */
const PYTHON_HEADER =
  '{"__metadata__":{"k":"v"},"c":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},' +
  '"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[12,20]},' +
  '"d":{"dtype":"F16","shape":[3],"data_offsets":[20,26]}}   ';
const PYTHON_FILE = Buffer.concat([
  Buffer.from('f800000000000000', 'hex'),
  Buffer.from(PYTHON_HEADER),
  Buffer.from('00000000000008400000003f0000803f000000c05535fffb0100', 'hex'),
]);

/** zlib's check of PYTHON_FILE, which is the file without it. */
const CHECK = crc32(PYTHON_FILE).toString(16).padStart(8, '0');

test('a file is what the Python package writes, byte for byte, with its check', () => {
  writeSafetensors(path, TENSORS, { k: 'v' });
  const text = PYTHON_HEADER.trimEnd().replace('"v"}', `"v","crc32":"${CHECK}"}`);
  const header = Buffer.from(text.padEnd(8 * Math.ceil(text.length / 8)));
  assert.equal(readFileSync(path).readBigUInt64LE(0), BigInt(header.length));
  assert.equal(readFileSync(path).subarray(8), Buffer.concat([header, PYTHON_FILE.subarray(8 + 248)]));
});

test('the check is no text of the file, and of none that is given', () => {
  writeSafetensors(path, TENSORS, { crc32: '00000000', k: 'v' });
  assert.equal(readSafetensors(path).metadata, { k: 'v' });
});

test('any one bit that is changed is noticed, or changes nothing that is read', () => {
  writeSafetensors(path, TENSORS, { sigma: '25' });
  const whole = readFileSync(path);
  const read = readSafetensors(path);
  let refused = 0;
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const bytes = Uint8Array.from(whole);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    let changed: typeof read | undefined;
    try {
      changed = readSafetensors({ name: 'changed', bytes });
    } catch (error) {
      assert.instance(error, FileError);
      refused++;
    }
    if (!changed) continue;
    assert.equal(changed.tensors, read.tensors, `bit ${bit}`);
    assert.is(changed.metadata.sigma, '25');
  }
  assert.ok(refused > 0.9 * 8 * whole.length, `${refused}`);
});

test('a file that another program has changed is told from a damaged one by its user, and said so', () => {
  const metadata = { k: 'v', crc32: '12345678' };
  const text = PYTHON_HEADER.trimEnd().replace('{"k":"v"}', JSON.stringify(metadata));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const bytes = Buffer.concat([length, Buffer.from(text), PYTHON_FILE.subarray(8 + 248)]);
  assert.throws(
    () => readSafetensors({ name: 'changed', bytes }),
    (error: Error) =>
      error.message ===
      `changed: is damaged: its crc32 says 12345678, it has ${CHECK}; take another copy, or, if a program has changed it on purpose, have that leave out the text crc32`,
  );
});

test('what cannot be read again is told of the file, not of its temporary name', () => {
  const own = temporaryFolder();
  const file = join(own, 'w.safetensors');
  assert.throws(
    () => writeSafetensors(file, new Map([['__metadata__', { shape: [1], data: Float32Array.of(1) }]])),
    (error: Error) =>
      error instanceof FileError && error.message.startsWith(`${file}: has metadata other than texts`),
  );
  assert.equal(readdirSync(own), []);
});

test('a file of the Python package is read', () => {
  writeFileSync(path, PYTHON_FILE);
  const { tensors, metadata } = readSafetensors(path);
  assert.equal(metadata, { k: 'v' });
  assert.equal([...tensors.get('c')!.data], [3]);
  assert.equal(tensors.get('b'), { shape: [1, 2], data: Float32Array.of(1, -2) });
  assert.equal(tensors.get('d'), TENSORS.get('d'));
});

test('every bit of every number survives, empty tensors and odd names too', () => {
  const tensors = new Map<string, StoredTensor>([
    ['', { shape: [], data: Float32Array.of(-0) }],
    ['größe "1"\n', { shape: [0, 3], data: new Float32Array(0) }],
    ['17', { shape: [4], data: Float64Array.of(Math.PI, 5e-324, -Infinity, NaN) }],
  ]);
  writeSafetensors(path, tensors, { ключ: 'valeur "é"' });
  const read = readSafetensors(path);
  assert.equal(read.metadata, { ключ: 'valeur "é"' });
  for (const [name, { shape, data }] of tensors) {
    assert.equal(read.tensors.get(name)!.shape, shape);
    assert.ok(data.every((value, i) => Object.is(value, read.tensors.get(name)!.data[i])));
  }
});

test('nothing but the file is left in its folder', () => {
  writeSafetensors(path, TENSORS);
  assert.equal(readdirSync(folder), ['file.safetensors']);
});

/** A file with this header, however wrong, and so many bytes behind it. */
function fileOf(header: unknown, payload = 0): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(payload)]);
}

const f32 = (shape: unknown, ...data_offsets: unknown[]) => ({ dtype: 'F32', shape, data_offsets });

const DAMAGED: readonly (readonly [string, Buffer, RegExp])[] = [
  ['empty', Buffer.alloc(0), /truncated: 0 bytes/],
  ['shorter than a header', Buffer.alloc(7), /truncated: 7 bytes/],
  ['a text file', Buffer.from('these are not weights'), /truncated or no safetensors file/],
  [
    'an absurd header length',
    Buffer.alloc(64, 0xff),
    /header would have 18446744073709551615 bytes, the file has 64/,
  ],
  ['a header that ends early', PYTHON_FILE.subarray(0, 100), /header would have 248 bytes, the file has 100/],
  ['tensors that end early', PYTHON_FILE.subarray(0, -1), /tensor d has bytes 20 to 26 of 25/],
  ['trailing bytes', Buffer.concat([PYTHON_FILE, Buffer.alloc(3)]), /3 bytes follow the last tensor/],
  ['no JSON', fileOf('{"a":'), /header is not JSON/],
  ['an empty header', fileOf(''), /header is not JSON/],
  ['a list as header', fileOf([1, 2]), /not a JSON object/],
  ['null as header', fileOf(null), /not a JSON object/],
  [
    'an unknown type',
    fileOf({ a: { ...f32([1], 0, 2), dtype: 'BF16' } }, 2),
    /tensor a of type BF16; convert it/,
  ],
  [
    'a type named like a method',
    fileOf({ a: { ...f32([], 0, 4), dtype: 'toString' } }, 4),
    /of type toString/,
  ],
  ['no type', fileOf({ a: { shape: [1], data_offsets: [0, 4] } }, 4), /tensor a: dtype: /],
  ['no shape', fileOf({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4), /tensor a: shape: /],
  ['a negative side', fileOf({ a: f32([-1], 0, 4) }, 4), /tensor a: shape\.0: /],
  ['a broken side', fileOf({ a: f32([0.5], 0, 2) }, 2), /tensor a: shape\.0: /],
  ['one offset', fileOf({ a: f32([1], 0) }, 4), /tensor a: data_offsets/],
  ['a huge offset', fileOf({ a: f32([1], 0, 1e300) }, 4), /tensor a: data_offsets\.1: /],
  ['offsets in the wrong order', fileOf({ a: f32([1], 4, 0) }, 4), /tensor a has bytes 4 to 0 of 4/],
  [
    'a shape that is too large',
    fileOf({ a: f32([2], 0, 4) }, 4),
    /tensor a \[2\] of F32 needs 8 bytes, it has 4/,
  ],
  ['a shape beyond all memory', fileOf({ a: f32([2 ** 52, 2 ** 52], 0, 4) }, 4), /it has 4/],
  ['an overlap', fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), /tensor b at byte 4 overlaps/],
  ['a gap', fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /tensor b at byte 8 leaves a gap/],
  ['bytes before the first', fileOf({ a: f32([1], 4, 8) }, 8), /tensor a at byte 4 leaves a gap/],
  ['a tensor that is a number', fileOf({ a: 1 }), /tensor a: /],
  [
    'a tensor twice',
    fileOf(`{"a":${JSON.stringify(f32([1], 0, 4))},"\\u0061":${JSON.stringify(f32([1], 4, 8))}}`, 8),
    /its header has the key a twice/,
  ],
  [
    'an offset twice',
    fileOf('{"a":{"dtype":"F64","dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
    /the key dtype twice/,
  ],
  ['a text of the metadata twice', fileOf('{"__metadata__":{"k":"v","k":"w"}}'), /the key k twice/],
  ['metadata with a number', fileOf({ __metadata__: { a: 1 } }), /metadata other than texts: a: /],
  ['metadata as a list', fileOf({ __metadata__: [] }), /metadata other than texts/],
];

for (const [what, bytes, message] of DAMAGED) {
  test(`a damaged file is refused by name: ${what}`, () => {
    writeFileSync(path, bytes);
    assert.throws(
      () => readSafetensors(path),
      (error: Error) =>
        error instanceof FileError && error.message.startsWith(`${path}: `) && message.test(error.message),
    );
  });
}

test('any single damaged byte of a header is noticed or harmless', () => {
  for (let at = 0; at < 8 + PYTHON_HEADER.length; at++) {
    const bytes = Buffer.from(PYTHON_FILE);
    bytes[at]! ^= 0x15;
    writeFileSync(path, bytes);
    try {
      const { tensors } = readSafetensors(path);
      // Only a name can have changed: every number is still read from its place.
      assert.equal([...tensors.values()].flatMap(({ data }) => [...data]).sort(), NUMBERS);
    } catch (error) {
      assert.ok(error instanceof FileError, `byte ${at}: ${error}`);
    }
  }
});

test('equal keys of different objects, and texts that look like keys, are no duplicates', () => {
  const header =
    '{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[4,8]},"__metadata__":{"x":"\\":{\\"x\\":","a":"x"}}';
  writeFileSync(path, fileOf(header, 8));
  assert.equal(readSafetensors(path).metadata, { x: '":{"x":', a: 'x' });
});

test('a missing file, a folder, and a folder that does not exist are named', () => {
  assert.throws(() => readSafetensors(join(folder, 'none')), /none: no such file; check the path/);
  assert.throws(() => readSafetensors(folder), /: a folder, not a safetensors file/);
  const lost = join(folder, 'none', 'w.safetensors');
  assert.throws(
    () => writeSafetensors(lost, TENSORS),
    /w\.safetensors: cannot be written; the folder .*none does not exist/,
  );
});

test.run();
