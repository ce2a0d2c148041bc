import { createImage, DataError, generatedDataset, hashImages } from '@nlrn/data';
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
  const dataset = { name: 'x', source: 'folder', images: all, hash: hashImages(all) } as const;
  assert.throws(
    () => trainingImages(dataset, TINY_RUN),
    (error: Error) =>
      error instanceof DataError &&
      /^\w+\/small\.png: 40 x 4 pixels are too few for .* 5 x 5/.test(error.message),
  );
});

test.run();
