// Slow: restores images.

import {
  createImage,
  cropImage,
  DataError,
  generateImage,
  mapPixels,
  noisyVersion,
  psnr,
  toUint8Range,
} from '@nlrn/data';
import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { apply } from '../src/framework.ts';
import { wnnm } from '../src/index.ts';
import { lowRankModule } from '../src/wnnm/instance.ts';
import { LowRank } from '../src/wnnm/lowRank.ts';
import { optionsFor } from '../src/wnnm/parameters.ts';
import { leastSingular, shrinkSingular } from '../src/wnnm/shrinkage.ts';
import { jacobi } from './jacobi.ts';

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

test('nothing is left of the least singular value and of those below it, something of those above it', () => {
  for (const n of [1, 7, 30, 80]) {
    const deviation = 13;
    const least = deviation * leastSingular(n);
    for (const share of [0, 0.5, 0.99, 1 - 1e-6])
      assert.is(shrinkSingular(share * least, n, deviation ** 2), 0);
    for (const share of [1 + 1e-6, 1.01, 2, 100])
      assert.ok(shrinkSingular(share * least, n, deviation ** 2) > 0);
  }
  // By hand: the fixed point of the weights, X (S - X) = c sqrt n, is there for S² >= 4 c sqrt n; three steps are a little milder.
  const bound = Math.sqrt(8 * Math.SQRT2 * Math.sqrt(80));
  assert.ok(leastSingular(80) < bound && leastSingular(80) > 0.95 * bound, `${leastSingular(80)}`);
});

for (const [M, L] of [
  [4, 9],
  [7, 7],
  [9, 20],
] as const) {
  test(`a group of ${M} patches of ${L} pixels is the framework of Section 3: Z = Phi X, Phi = V diag(X / S) Vᵗ`, async () => {
    const R = uniform(M * L).map((value, at) => 20 * value + 5 * Math.floor(at / L));
    const variance = 20;
    const lowRank = new LowRank(await lowRankModule(), M, L);
    // Its columns are the patches, whose number is the smaller one.
    const at = (i: number) => (i % L) * LowRank.strideOf(M) + Math.floor(i / L);
    R.forEach((value, i) => {
      lowRank.matrix[at(i)] = value;
    });
    lowRank.approximate(M, L, M, variance);
    const { values, vectors } = jacobi(gram(R, M, L), M);
    const weights = [...values].map((value) => {
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
    Z.forEach((value, i) => {
      const actual = lowRank.matrix[at(i)]!;
      assert.ok(Math.abs(value - actual) < FLOAT64, `${i}: ${actual}, not ${value}`);
    });
  });
}

test('patch, group, iterations and share of the noise go with the noise, as the authors published them', () => {
  const published = [20, 21, 40, 41, 60, 61].map((sigma) => {
    const { block, size, iterations, lambda, step } = optionsFor(sigma);
    return [block, size, iterations, lambda, step];
  });
  assert.equal(published, [
    [6, 70, 8, 0.54, 2],
    [7, 90, 12, 0.56, 2],
    [7, 90, 12, 0.56, 2],
    [8, 120, 14, 0.58, 3],
    [8, 120, 14, 0.58, 3],
    [9, 140, 14, 0.58, 3],
  ]);
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
  for (const sigma of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const error = await wnnm(createImage(20, 20), { sigma, threads: 1 }).catch((error: Error) => error);
    assert.instance(error, RangeError);
    assert.match((error as Error).message, /^sigma = .*: WNNM needs sigma > 0/);
  }
  const small = await wnnm(createImage(20, 7), { sigma: 50, threads: 1 }).catch((error: Error) => error);
  assert.instance(small, DataError);
  assert.is(
    (small as Error).message,
    '20 x 7 pixels are too few: WNNM at sigma 50 needs at least 8 x 8; non-local means (nlm) takes any size',
  );
});

test.run();
