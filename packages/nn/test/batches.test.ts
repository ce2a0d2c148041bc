import {
  createImage,
  cropImage,
  DataError,
  datasetOf,
  dihedral,
  generatedDataset,
  type Image,
  type SrScale,
  srPair,
} from '@nlrn/data';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { batchOf, trainingImages } from '../src/batches.ts';
import type { TrainConfig } from '../src/trainConfig.ts';
import { TINY_IMAGES, TINY_RUN } from './tiny.ts';

const images = trainingImages(TINY_IMAGES, TINY_RUN);

test('a batch follows from the seed and its step alone', () => {
  const third = batchOf(images, TINY_RUN, 3);
  batchOf(images, TINY_RUN, 4);
  assert.equal(batchOf(images, TINY_RUN, 3), third);
  assert.not.equal(batchOf(images, TINY_RUN, 4), third);
  assert.not.equal(batchOf(images, { ...TINY_RUN, seed: 8 }, 3), third);
});

test('the noise has the standard deviation sigma on the 0-255 scale, and mean zero', () => {
  const config = { ...TINY_RUN, batch: 400 };
  const { noisy, truth } = batchOf(images, config, 1);
  const noise = noisy.map((value, i) => 255 * (value - truth[i]!));
  const mean = noise.reduce((sum, n) => sum + n, 0) / noise.length;
  const deviation = Math.sqrt(noise.reduce((sum, n) => sum + n * n, 0) / noise.length);
  // 10,000 deviates: standard errors 25 / 100 and 25 / 141; four of them.
  assert.ok(Math.abs(mean) < 1, `${mean}`);
  assert.ok(Math.abs(deviation - 25) < 0.71, `${deviation}`);
});

test('levels are mixed: each patch has noise of its own, between the lowest and the highest', () => {
  const config: TrainConfig = { ...TINY_RUN, sigmas: [10, 50], batch: 200, patch: 16 };
  const { noisy, truth, level } = batchOf(trainingImages(TINY_IMAGES, config), config, 1);
  const sigmas = [...level].map((value) => 255 * value);
  assert.is(sigmas.length, 200);
  assert.ok(sigmas.every((sigma) => sigma >= 10 && sigma <= 50));
  // The mean of 200 even numbers between 10 and 50: standard error 0.82, four of them.
  assert.ok(Math.abs(sigmas.reduce((a, b) => a + b, 0) / 200 - 30) < 3.3);
  for (const [b, sigma] of sigmas.entries()) {
    const at = (i: number) => 255 * (noisy[256 * b + i]! - truth[256 * b + i]!);
    const deviation = Math.sqrt(
      Array.from({ length: 256 }, (_, i) => at(i) ** 2).reduce((a, c) => a + c) / 256,
    );
    // Of 256 deviates: standard error 4.4 %, four of them.
    assert.ok(Math.abs(deviation / sigma - 1) < 0.18, `${deviation} for ${sigma}`);
  }
});

test('without noise a patch is a piece of an image, turned or mirrored', () => {
  const config = { ...TINY_RUN, sigma: 0, batch: 1, patch: 16, scales: [1] };
  const whole = trainingImages(TINY_IMAGES, config);
  const { noisy, truth } = batchOf(whole, config, 1);
  assert.equal(noisy, truth);
  const sorted = (data: Float32Array) => [...data].sort((a, b) => a - b);
  assert.ok(whole.some(({ image }) => sorted(image.data).every((v, i) => v === sorted(truth)[i])));
});

test('images are used at each scale that a patch fits in', () => {
  assert.equal(
    trainingImages(TINY_IMAGES, { ...TINY_RUN, patch: 12, scales: [1, 0.9, 0.7] }).map(({ name }) => name),
    ['leaves-00.png', 'leaves-00.png@0.9', 'facade-01.png', 'facade-01.png@0.9'],
  );
});

test('an image smaller than the patch is named before training begins', () => {
  const small = { name: 'small.png', image: createImage(40, 4) };
  const all = [...generatedDataset('x', { count: 1, size: 16 }).images, small];
  const dataset = datasetOf('x', all);
  assert.throws(
    () => trainingImages(dataset, TINY_RUN),
    (error: Error) =>
      error instanceof DataError &&
      /^\w+\/small\.png: 40 x 4 pixels are too few for .* 5 x 5/.test(error.message),
  );
});

test('for super-resolution patches are those of whole images that were made small and enlarged', () => {
  const config = { ...TINY_RUN, sigma: 0, factors: [3 as const], scales: [1], batch: 4 };
  const whole = trainingImages(TINY_IMAGES, config);
  const { noisy, truth, level } = batchOf(whole, config, 1);
  assert.equal([...level], [0, 0, 0, 0]);
  const n = config.patch ** 2;
  const patchesOf = (image: Image) =>
    Array.from({ length: (image.height - 4) * (image.width - 4) }, (_, at) =>
      cropImage(image, {
        x: at % (image.width - 4),
        y: Math.floor(at / (image.width - 4)),
        width: 5,
        height: 5,
      }),
    );
  for (let b = 0; b < 4; b++) {
    const found = [noisy, truth].map((data) => data.slice(b * n, (b + 1) * n)) as [
      Float32Array,
      Float32Array,
    ];
    // Somewhere, in one of eight positions, there is the truth, and the enlargement lies at the same place.
    const isThere = whole.some(({ image }) => {
      const pair = srPair(image, 3);
      const [clean, enlarged] = [patchesOf(pair.truth), patchesOf(pair.enlarged)];
      return clean.some((patch, at) =>
        Array.from({ length: 8 }, (_, turn) => turn).some(
          (turn) =>
            isNear(dihedral(patch, turn).data, found[1]) &&
            isNear(dihedral(enlarged[at]!, turn).data, found[0]),
        ),
      );
    });
    assert.ok(isThere, `patch ${b}`);
  }
});

test('each patch is enlarged by one of the factors, drawn anew', () => {
  const batchWith = (...factors: SrScale[]) => {
    const config = { ...TINY_RUN, factors, scales: [1], batch: 16 };
    return batchOf(trainingImages(TINY_IMAGES, config), config, 1).noisy;
  };
  const both = batchWith(2, 4);
  const n = TINY_RUN.patch ** 2;
  const areOf = (other: Float32Array) =>
    Array.from({ length: 16 }, (_, b) =>
      both.slice(b * n, (b + 1) * n).every((value, i) => value === other[b * n + i]),
    );
  const [twice, fourTimes] = [areOf(batchWith(2, 2)), areOf(batchWith(4, 4))];
  assert.ok(twice.includes(true) && twice.every((is, b) => is !== fourTimes[b]));
  assert.ok(fourTimes.includes(true));
});

/** float32 */
function isNear(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => Math.abs(value - b[i]!) < 1e-6);
}

test('an image that has no patch after it was cut to a multiple of a factor is refused', () => {
  const config = { ...TINY_RUN, patch: 14, scales: [1], factors: [2 as const, 4 as const] };
  assert.throws(
    () => trainingImages(TINY_IMAGES, config),
    /16 x 16 pixels are too few for patches of 17 x 17/,
  );
  assert.is(trainingImages(TINY_IMAGES, { ...config, patch: 13 }).length, 2);
});

test('a data set without images, or without one that holds a patch at any of the scales, is refused', () => {
  assert.throws(
    () => trainingImages({ ...TINY_IMAGES, name: 'none', images: [] }, TINY_RUN),
    /^none: has no images to train on; /,
  );
  assert.throws(
    () => trainingImages(TINY_IMAGES, { ...TINY_RUN, patch: 16, scales: [0.9, 0.5] }),
    /: no image holds a patch of 16 x 16 at scales 0\.9, 0\.5; use smaller patches, or scale 1 too$/,
  );
});

test.run();
