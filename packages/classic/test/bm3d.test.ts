// Slow: restores images.

import { join } from 'node:path';
import {
  createImage,
  DataError,
  generateImage,
  type Image,
  mapPixels,
  type NamedImage,
  noisyVersion,
  psnr,
  toUint8Range,
} from '@nlrn/data';
import { readPng } from '@nlrn/data/node';
import { sharedPath } from '@nlrn/data/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CollaborativeFilter } from '../src/bm3d/collaborativeFilter.ts';
import { profileFor, type Speed } from '../src/bm3d/parameters.ts';
import { hardThreshold, wienerFilter } from '../src/bm3d/shrinkage.ts';
import { apply } from '../src/framework.ts';
import { bm3d } from '../src/index.ts';
import { dct } from '../src/transforms/dct.ts';
import { haar } from '../src/transforms/haar.ts';
import { inverseOfBlock } from '../src/transforms/lines.ts';
import { matrixOf, matrixOfTransform, product, transpose } from './matrices.ts';
import { randomPlane } from './randomPlane.ts';

/** Decibels that an equally good rounding of sums may cost; a wrong constant costs more. */
const ROUNDING = 0.01;
/** Spectra are kept in float32: numbers up to 8 · 255 with 24 bits. */
const FLOAT32 = 1e-3;

const decibels = (truth: Image, restored: Image) => psnr(toUint8Range(truth), toUint8Range(restored));

/** PSNR of an image, noisy with this sigma, when its noise has been removed. */
async function restoredPsnr(item: NamedImage, sigma: number): Promise<number> {
  return decibels(item.image, await bm3d(noisyVersion(item, sigma, 0), { sigma, threads: 1 }));
}

function expectPsnr(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < ROUNDING, `${actual} dB, not ${expected}`);
}

test('coefficients up to the threshold become zero, and the others are counted', () => {
  const group = Float64Array.of(3, -3, 3.1, -4, 0, 99);
  assert.is(hardThreshold(group, 5, 3), 2);
  assert.equal([...group], [0, 0, 3.1, -4, 0, 99]);
});

test("Wiener's weights by hand", () => {
  const group = Float64Array.of(10, 10, 10, 7);
  const squares = wienerFilter(group, Float64Array.of(0, 2, -4, 7), 3, 4);
  assert.equal([...group], [0, 5, 8, 7]);
  assert.is(squares, 0.5 ** 2 + 0.8 ** 2);
});

test('a filtered group is the framework of Section 3: for each coefficient Z = Phi G with Phi = Hᵗ diag(W) H', () => {
  const [n, M, sigma] = [4, 4, 50];
  const channel = { noisy: randomPlane(12, 12, 1), basic: randomPlane(12, 12, 2), sigma, lambda: 0 };
  const transform = dct(n);
  const T = matrixOfTransform(transform);
  const filter = new CollaborativeFilter(channel, transform, { search: 8, size: M });
  filter.need(0, 9);
  const places = Int32Array.of(99, 0, 17, 40, 100);
  const weight = filter.apply(places, 1, M);

  const spectrum = (plane: typeof channel.noisy, place: number) => {
    const X = matrixOf(n, (row, column) => plane.data[place + row * 12 + column]!);
    return product(product(T, X), transpose(T)).data;
  };
  const [noisy, basic] = [channel.noisy, channel.basic].map((plane) =>
    [...places.subarray(1)].map((place) => spectrum(plane, place)),
  ) as [Float64Array[], Float64Array[]];
  // H of four values: the transform of the unit matrix, whose columns are its rows.
  const rows = matrixOf(M, (row, column) => Number(row === column)).data;
  haar(rows, M, M);
  const H = (row: number, column: number) => rows[row * M + column]!;
  const energyOf = (coefficient: number, row: number) =>
    basic.reduce((sum, block, j) => sum + H(row, j) * block[coefficient]!, 0) ** 2;
  let squares = 0;
  const Z = Array.from({ length: n * n }, (_, c) => {
    const W = Array.from({ length: M }, (_, row) => energyOf(c, row) / (energyOf(c, row) + sigma ** 2));
    squares += W.reduce((sum, w) => sum + w * w, 0);
    return apply({
      N: M,
      k: 1,
      S: () => [0, 1, 2, 3],
      Phi: (i, j) => W.reduce((sum, w, row) => sum + H(row, i) * w * H(row, j), 0),
      G: (j) => [noisy[j]![c]!],
      delta: () => 1,
    });
  });
  for (let m = 0; m < M; m++) {
    const block = Float64Array.from(Z, (values) => values[m]!);
    inverseOfBlock(transform, block, 0);
    block.forEach((value, i) => {
      assert.ok(Math.abs(value - filter.group[m * n * n + i]!) < FLOAT32, `block ${m}, pixel ${i}`);
    });
  }
  assert.ok(Math.abs(weight * squares - 1) < FLOAT32);
});

const facade = { name: 'facade.png', image: generateImage('facade', { width: 64, height: 48, seed: 1 }) };
const leaves = { name: 'leaves.png', image: generateImage('leaves', { width: 51, height: 45, seed: 2 }) };

for (const [item, sigma, expected] of [
  [facade, 15, 28.63],
  [facade, 25, 25.38],
  [leaves, 25, 24.97],
  [leaves, 50, 21.37],
] as const) {
  test(`${item.name} at sigma ${sigma} is restored to ${expected} dB`, async () => {
    expectPsnr(await restoredPsnr(item, sigma), expected);
  });
}

const set12 = sharedPath('set12');
if (set12) {
  test('the first image of Set12 at sigma 25 is restored to 29.38 dB', async () => {
    const item = { name: '01.png', image: readPng(join(set12, '01.png')) };
    expectPsnr(await restoredPsnr(item, 25), 29.384);
  });
}

test('the number of threads does not change a bit', async () => {
  const noisy = noisyVersion(facade, 25, 0);
  const [one, two, many] = await Promise.all([1, 2, 9].map((threads) => bm3d(noisy, { sigma: 25, threads })));
  assert.equal(two, one);
  assert.equal(many, one);
});

for (const [width, height] of [
  [8, 8],
  [9, 31],
  [40, 8],
] as const) {
  test(`an even grey of ${width} x ${height} pixels stays`, async () => {
    const image = mapPixels(createImage(width, height), () => 0.5);
    const restored = await bm3d(image, { sigma: 25, threads: 1 });
    assert.is(restored.width, width);
    assert.is(restored.height, height);
    // Wiener's weight of the mean is b² / (b² + sigma²), where b is at least 8 · 127.5: less than one by up to 0.0006.
    for (const value of restored.data)
      assert.ok(Math.abs(value - 0.5) < 0.5 * (25 / (8 * 127.5)) ** 2 + 1e-6);
  });
}

test("the constants are those of both papers' tables; fast, those of strong noise go with the noise, too", () => {
  const constantsFor = (sigma: number, speed: Speed) => {
    const { lambda, ...steps } = profileFor(sigma, speed);
    return [
      lambda,
      ...[steps.basic, steps.final].map(({ block, step, size, tau }) => [block, step, size, tau]),
    ];
  };
  assert.equal(constantsFor(40, 'normal'), [2.7, [8, 3, 16, 3000], [8, 3, 32, 400]]);
  assert.equal(constantsFor(41, 'normal'), [2.8, [8, 4, 32, 25000], [11, 6, 32, 3500]]);
  assert.equal(constantsFor(40, 'fast'), [2.7, [8, 6, 16, 3000], [8, 5, 16, 400]]);
  assert.equal(constantsFor(41, 'fast'), [2.8, [8, 6, 32, 25000], [8, 5, 32, 3500]]);
});

test('hardly any noise, or no end of it, leaves numbers', async () => {
  // Its lower half is black: nothing remains of blocks there.
  const colour = createImage(32, 32, 3);
  colour.data.set(leaves.image.data.subarray(0, colour.data.length / 2));
  for (const sigma of [1e-200, 1e-20, 1e20, 1e200]) {
    const { data } = await bm3d(colour, { sigma, threads: 1 });
    assert.ok(data.every(Number.isFinite), `sigma ${sigma}`);
    const isAsBefore = data.every((value, i) => Math.abs(value - colour.data[i]!) < 1e-5);
    if (sigma < 1) assert.ok(isAsBefore, `sigma ${sigma}`);
  }
});

test('noise of an even grey goes, at every kind of sigma', async () => {
  const item = { name: 'grey', image: mapPixels(createImage(32, 32), () => 0.5) };
  for (const sigma of [1, 10, 40, 41, 90]) {
    const noisy = noisyVersion(item, sigma, 0);
    const restored = await bm3d(noisy, { sigma, threads: 1 });
    const gain = psnr(item.image, restored) - psnr(item.image, noisy);
    assert.ok(gain > 6, `sigma ${sigma}: ${gain} dB`);
  }
});

test('colour: groups are those of the luminance, and all channels are restored', async () => {
  const { image } = leaves;
  const tint = [1, 0.7, 0.4];
  const data = Float32Array.from(
    { length: 3 * image.data.length },
    (_, i) => tint[i % 3]! * image.data[(i - (i % 3)) / 3]!,
  );
  const item = { name: 'colour.png', image: createImage(image.width, image.height, 3, data) };
  const noisy = noisyVersion(item, 25, 0);
  const restored = await bm3d(noisy, { sigma: 25, threads: 1 });
  expectPsnr(decibels(item.image, restored), 28.21);
});

test('fast: other constants, a little less good', async () => {
  const item = facade;
  const noisy = noisyVersion(item, 25, 0);
  const fast = decibels(item.image, await bm3d(noisy, { sigma: 25, threads: 1, speed: 'fast' }));
  expectPsnr(fast, 24.613);
});

test('what cannot be denoised is refused', async () => {
  const refused = async (image: Image, sigma: number, threads = 1): Promise<Error> =>
    bm3d(image, { sigma, threads }).then(
      () => new Error('it was not refused'),
      (error: Error) => error,
    );
  const image = createImage(10, 20);
  for (const sigma of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.match((await refused(image, sigma)).message, /^sigma = .*: BM3D needs sigma > 0/);
  }
  const small = await refused(image, 50);
  assert.instance(small, DataError);
  assert.is(
    small.message,
    '10 x 20 pixels are too few: BM3D at sigma 50 needs at least 11 x 11; non-local means (nlm) takes any size',
  );
  const broken = createImage(10, 20);
  broken.data[10 * 3 + 4] = Number.NaN;
  const wrong = await refused(broken, 25);
  assert.instance(wrong, DataError);
  assert.is(wrong.message, 'BM3D: the pixel at column 4, row 3 is NaN, not a finite number');
  assert.match((await refused(image, 25, 0)).message, /^threads = 0: needs a positive integer$/);
});

test('progress rises to 1, and what its callback throws ends the work', async () => {
  const image = noisyVersion(
    { name: 'progress', image: generateImage('leaves', { width: 96, height: 64, seed: 1 }) },
    25,
    0,
  );
  const told: number[] = [];
  await bm3d(image, { sigma: 25, threads: 2, onProgress: (share) => told.push(share) });
  assert.ok(told.length >= 4 && told.every((share, i) => share >= (told[i - 1] ?? 0)));
  assert.ok(Math.abs(told.at(-1)! - 1) < 1e-12);
  const stop = () => {
    throw new Error('stop');
  };
  const outcome = await bm3d(image, { sigma: 25, threads: 2, onProgress: stop }).catch(
    (error: Error) => error.message,
  );
  assert.is(outcome, 'stop');
});

test.run();
