import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { squareWindow } from '../src/aggregate.ts';
import { bior15 } from '../src/transforms/bior.ts';
import { BlockSpectra } from '../src/transforms/blockSpectra.ts';
import { cosineTransform, dct } from '../src/transforms/dct.ts';
import { haar, inverseHaar } from '../src/transforms/haar.ts';
import { kaiserWindow } from '../src/transforms/kaiser.ts';
import { inverseOfBlock, type LineTransform } from '../src/transforms/lines.ts';
import { matrixOf, matrixOfTransform, product, transpose } from './matrices.ts';
import { randomPlane } from './randomPlane.ts';

/** Rounding of some dozen additions in float64 of numbers up to a few hundred. */
const FLOAT64 = 1e-11;
/** Spectra are kept in float32: numbers up to 8 · 255 with 24 bits. */
const FLOAT32 = 1e-3;
/** Coefficients of unit vectors, kept in float32. */
const FLOAT32_OF_ONE = 1e-7;
/** The literature's constants are printed with four digits. */
const PRINTED = 5e-5;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.is(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `${i}: ${actual[i]}, not ${expected[i]}`);
  }
}

const TRANSFORMS: readonly (readonly [name: string, transform: LineTransform])[] = [
  ['bior1.5', bior15],
  ['DCT of 8', dct(8)],
  ['DCT of odd size', dct(5)],
];

const identity = (n: number) => matrixOf(n, (row, column) => Number(row === column)).data;
const random = new Random('transforms');
const randomMatrix = (n: number) => matrixOf(n, () => 255 * random.uniform());

for (const n of [8, 11]) {
  test(`the cosine transform of ${n} values is orthonormal, and a constant is its first coefficient`, () => {
    const T = matrixOfTransform(dct(n));
    expectClose(product(T, transpose(T)).data, identity(n), 2 * FLOAT32_OF_ONE);
    expectClose(T.data.subarray(0, n), new Float64Array(n).fill(1 / Math.sqrt(n)), FLOAT32_OF_ONE);
  });
}

test('bior1.5 has the rows that the authors of BM3D print, each of norm 1', () => {
  const T = matrixOfTransform(bior15);
  const row = (k: number) => T.data.subarray(8 * k, 8 * k + 8);
  const [a, b] = [0.2194, 0.4493];
  expectClose(row(0), new Float64Array(8).fill(Math.SQRT1_2 / 2), FLOAT32_OF_ONE);
  expectClose(row(1).map(Math.abs), [a, b, b, a, a, b, b, a], PRINTED);
  expectClose(
    row(2).map(Math.abs),
    [0.5694, 0.4023, 0.4023, 0.5694, 0.0835, 0.0835, 0.0835, 0.0835],
    PRINTED,
  );
  for (let j = 0; j < 4; j++) {
    const pair = [0, 0, 0, 0, 0, 0, 0, 0];
    [pair[2 * j], pair[2 * j + 1]] = [-Math.SQRT1_2, Math.SQRT1_2];
    expectClose(row(4 + j), pair, FLOAT32_OF_ONE);
  }
  for (let k = 0; k < 8; k++) assert.ok(Math.abs(Math.hypot(...row(k)) - 1) < FLOAT32_OF_ONE);
});

test('Haar by hand: pairs, then pairs of their sums', () => {
  const group = Float64Array.of(1, 10, 3, 10, 5, 10, 9, 10);
  haar(group, 4, 2);
  const [h, s] = [0.5, Math.SQRT1_2];
  expectClose(group, [18 * h, 20, -2 * s, 0, -10 * h, 0, -4 * s, 0], FLOAT64);
  inverseHaar(group, 4, 2);
  expectClose(group, [1, 10, 3, 10, 5, 10, 9, 10], FLOAT64);
});

for (const M of [1, 2, 8, 32]) {
  test(`Haar of ${M} blocks keeps the energy, and its inverse gives them back`, () => {
    const blocks = Float64Array.from({ length: 3 * M }, () => random.uniform());
    const group = blocks.slice();
    haar(group, M, 3);
    assert.ok(Math.abs(Math.hypot(...group) - Math.hypot(...blocks)) < FLOAT64);
    inverseHaar(group, M, 3);
    expectClose(group, blocks, FLOAT64);
  });
}

test('the Kaiser window of 8 x 8 pixels with beta 2 has the values of the literature', () => {
  const window = squareWindow(kaiserWindow(8, 2));
  expectClose(window.subarray(0, 4), [0.1924, 0.2989, 0.3846, 0.4325], PRINTED);
  expectClose([window[8 * 3 + 3]!], [0.9718], PRINTED);
  expectClose(window, window.slice().reverse(), FLOAT64);
});

test('the cosine transform of eight values written out is that of the definition', () => {
  expectClose(matrixOfTransform(dct(8)).data, matrixOfTransform(cosineTransform(8)).data, FLOAT32_OF_ONE);
});

for (const [name, transform] of TRANSFORMS) {
  test(`${name}: the block at an offset comes back from T X Tᵗ, and nothing else changes`, () => {
    const { n } = transform;
    const T = matrixOfTransform(transform);
    const X = randomMatrix(n);
    const blocks = new Float64Array(n * n + 10);
    blocks.set(product(product(T, X), transpose(T)).data, 5);
    inverseOfBlock(transform, blocks, 5);
    expectClose(blocks.subarray(5, 5 + n * n), X.data, FLOAT32);
    expectClose(blocks.subarray(0, 5), [0, 0, 0, 0, 0], 0);
    expectClose(blocks.subarray(5 + n * n), [0, 0, 0, 0, 0], 0);
  });
}

for (const [name, transform] of TRANSFORMS) {
  test(`spectra of all blocks of a plane, ${name}: also of rows that have been pushed out and come again`, () => {
    const { n } = transform;
    const T = matrixOfTransform(transform);
    const plane = randomPlane(14, 19);
    const spectra = new BlockSpectra(plane, transform, 4);
    for (const [from, to] of [
      [0, 4],
      [2, 6],
      [8, 11],
      [1, 3],
    ] as const) {
      spectra.need(from, to);
      for (let y = from; y < to; y++) {
        for (let x = 0; x <= plane.width - n; x++) {
          const X = matrixOf(n, (row, column) => plane.data[(y + row) * plane.width + x + column]!);
          const offset = spectra.offset(y * plane.width + x);
          const found = spectra.data.subarray(offset, offset + n * n);
          expectClose(found, product(product(T, X), transpose(T)).data, FLOAT32);
        }
      }
    }
  });
}

test.run();
