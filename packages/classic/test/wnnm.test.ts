// Slow: restores images.

import {
  createImage,
  cropImage,
  DataError,
  generateImage,
  mapPixels,
  noisyVersion,
  psnr,
  SymmetricEigen,
  toUint8Range,
} from '@nlrn/data';
import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { apply } from '../src/framework.ts';
import { wnnm } from '../src/index.ts';
import { LowRank } from '../src/wnnm/lowRank.ts';
import { optionsFor } from '../src/wnnm/parameters.ts';
import { shrinkSingular } from '../src/wnnm/shrinkage.ts';

/** Rounding of float64 in matrices of norm up to about 100. */
const FLOAT64 = 1e-10;
/** Decibels that another rounding of sums may cost. */
const ROUNDING = 0.01;

const random = new Random('wnnm');
const uniform = (length: number) => Float64Array.from({ length }, () => random.uniform() - 0.5);

/** R Rᵗ of R [n, m], [n, n]. */
function gram(R: Float64Array, n: number, m: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < m; k++) sum += R[i * m + k]! * R[j * m + k]!;
    return sum;
  });
}

test('the shrinkage is, after three steps, near its fixed point, and nothing for what the noise makes', () => {
  const [n, variance] = [70, 100];
  assert.is(shrinkSingular(Math.sqrt(n * variance), n, variance), 0);
  const S = 2000;
  const C = 2 * Math.SQRT2 * Math.sqrt(n) * variance;
  const fixed = (S + Math.sqrt(S * S - 4 * C)) / 2;
  assert.ok(Math.abs(shrinkSingular(S, n, variance) - fixed) < 1e-6, `${shrinkSingular(S, n, variance)}`);
  // By hand, for one patch with variance 1: X = sqrt(36 - 1), then thrice 6 - 2 sqrt 2 / X.
  let X = Math.sqrt(35);
  for (let turn = 0; turn < 3; turn++) X = 6 - (2 * Math.SQRT2) / X;
  assert.ok(Math.abs(shrinkSingular(6, 1, 1) - X) < FLOAT64);
});

for (const [M, L] of [
  [4, 9],
  [7, 7],
  [9, 20],
] as const) {
  test(`a group of ${M} patches of ${L} pixels is the framework of Section 3: Z = Phi X, Phi = V diag(X / S) Vᵗ`, () => {
    const R = uniform(M * L).map((value, at) => 20 * value + 5 * Math.floor(at / L));
    const variance = 20;
    const lowRank = new LowRank(M, L);
    lowRank.matrix.set(R);
    lowRank.approximate(M, L, M, variance);
    const eigen = new SymmetricEigen(M);
    eigen.decompose(gram(R, M, L), M);
    eigen.computeVectors(eigen.values, M, M);
    const { values, vectors } = eigen;
    const weights = [...values.subarray(0, M)].map((value) => {
      const S = Math.sqrt(Math.max(value, 0));
      return S > 0 ? shrinkSingular(S, M, variance) / S : 0;
    });
    assert.ok(weights.some((weight) => weight === 0) && weights.some((weight) => weight > 0.5), `${weights}`);
    const Z = apply({
      N: M,
      k: L,
      S: () => Array.from({ length: M }, (_, j) => j),
      Phi: (i, j) => weights.reduce((sum, w, k) => sum + w * vectors[k * M + i]! * vectors[k * M + j]!, 0),
      G: (j) => R.subarray(j * L, (j + 1) * L),
      delta: () => 1,
    });
    Z.forEach((value, at) => {
      assert.ok(
        Math.abs(value - lowRank.matrix[at]!) < FLOAT64,
        `${at}: ${lowRank.matrix[at]}, not ${value}`,
      );
    });
  });
}

test('patch, group and iterations go with the noise', () => {
  assert.equal(
    [20, 21, 40, 41, 60, 61].map((sigma) => optionsFor(sigma).block),
    [6, 7, 7, 8, 8, 9],
  );
});

const facade = { name: 'facade.png', image: generateImage('facade', { width: 40, height: 33, seed: 1 }) };

test('a generated image at sigma 25 is restored to 25.77 dB, by any number of threads, in equal shares of progress', async () => {
  const noisy = noisyVersion(facade, 25, 0);
  const told: number[] = [];
  const onProgress = (share: number) => told.push(share);
  const restored = await wnnm(noisy, { sigma: 25, threads: 1, onProgress });
  const decibels = psnr(toUint8Range(facade.image), toUint8Range(restored));
  assert.ok(Math.abs(decibels - 25.77) < ROUNDING, `${decibels} dB`);
  assert.ok(told.every((share, i) => share >= (told[i - 1] ?? 0)));
  assert.ok(Math.abs(told.at(-1)! - 1) < FLOAT64);
  assert.equal(await wnnm(noisy, { sigma: 25, threads: 3 }), restored);
});

test('each channel of a colour image is denoised by itself', async () => {
  const part = cropImage(noisyVersion(facade, 25, 0), { x: 0, y: 0, width: 12, height: 11 });
  const data = Float32Array.from({ length: 3 * part.data.length }, (_, i) => part.data[(i - (i % 3)) / 3]!);
  const grey = await wnnm(part, { sigma: 25, threads: 1 });
  const colour = await wnnm(createImage(12, 11, 3, data), { sigma: 25, threads: 1 });
  assert.equal(
    [...colour.data],
    [...grey.data].flatMap((value) => [value, value, value]),
  );
});

test('an even grey stays, also in an image as small as a patch', async () => {
  for (const [width, height, sigma] of [
    [7, 7, 25],
    [9, 14, 70],
  ] as const) {
    const image = mapPixels(createImage(width, height), () => 0.25);
    const { data } = await wnnm(image, { sigma, threads: 1 });
    for (const value of data) assert.ok(Math.abs(value - 0.25) < 1e-6, String(value));
  }
});

test('what cannot be denoised is refused', async () => {
  const small = await wnnm(createImage(20, 7), { sigma: 50, threads: 1 }).catch((error: Error) => error);
  assert.instance(small, DataError);
  assert.is((small as Error).message, '20 x 7 pixels are too few: WNNM at sigma 50 needs at least 8 x 8');
});

test.run();
