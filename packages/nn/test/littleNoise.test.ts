import { addGaussianNoise, createImage, generateImage, type Image, mapPixels, psnr } from '@nlrn/data';
import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asFarAsItIsNoise } from '../src/littleNoise.ts';

/** Rounding of pixels to float32, and of differences that are divided by a disturbance of a 1,000th. */
const FLOAT32 = 1e-5;

/** Decibels that the estimate of what is noise may cost where there is nothing to gain, of a few thousand pixels. */
const ESTIMATE = 0.01;

const times = (factor: number) => async (image: Image) => mapPixels(image, (value) => factor * value);

function assertAllAre(image: Image, wanted: number): void {
  for (const value of image.data) assert.ok(Math.abs(value - wanted) < FLOAT32, `${value}, not ${wanted}`);
}

const flat = createImage(4, 3, 1, new Float32Array(12).fill(0.5));

test('by hand: r = y / 2 has divergence N / 2, and a = sigma² (N / 2) / (N / 16)', async () => {
  // Level 0.25: a = (1 / 16) (1 / 2) / (1 / 16) = 1 / 2, so that 1/4 of y goes.
  assertAllAre(await asFarAsItIsNoise(flat, 0.25 * 255, times(0.5)), 0.375);
  // Level 0.125: a quarter of that a.
  assertAllAre(await asFarAsItIsNoise(flat, 0.125 * 255, times(0.5)), 0.46875);
});

test('no more than all is removed, and nothing is added', async () => {
  assertAllAre(await asFarAsItIsNoise(flat, 255, times(0.5)), 0.25);
  assertAllAre(await asFarAsItIsNoise(flat, 0.25 * 255, times(1.5)), 0.5);
  assertAllAre(await asFarAsItIsNoise(flat, 0.25 * 255, times(1)), 0.5);
});

test('without noise the image is as it was, and nothing is computed', async () => {
  const restored = await asFarAsItIsNoise(flat, 0, async () => assert.unreachable() as never);
  assert.equal(restored, flat);
  assert.is.not(restored.data, flat.data);
});

test('noise of two steps of float32 goes: the disturbance is larger', async () => {
  const grey = createImage(
    4,
    4,
    1,
    Float32Array.from({ length: 16 }, (_, i) => 0.5 + (i % 2 ? 1 : -1) * 2 ** -23),
  );
  // r is the noise itself, whose square is sigma², and its divergence N: a = 1.
  const toGrey = async (image: Image) => mapPixels(image, () => 0.5);
  const { data } = await asFarAsItIsNoise(grey, 255 * 2 ** -23, toGrey);
  assert.equal([...data], new Array(16).fill(0.5));
});

/** The mean of a pixel and its neighbours to the left and to the right, which blurs. */
const blurred = async (image: Image): Promise<Image> => ({
  ...image,
  data: image.data.map(
    (value, i) => (value + (image.data[i - 1] ?? value) + (image.data[i + 1] ?? value)) / 3,
  ),
});

for (const sigma of [0.5, 1, 2]) {
  test(`what makes an image with noise of sigma ${sigma} worse does not, in part`, async () => {
    const truth = generateImage('facade', { width: 64, height: 64, seed: 1 });
    const noisy = addGaussianNoise(truth, sigma, new Random(sigma));
    const [before, all] = [psnr(truth, noisy), psnr(truth, await blurred(noisy))];
    const part = psnr(truth, await asFarAsItIsNoise(noisy, sigma, blurred));
    assert.ok(all < before, `${all} >= ${before} dB`);
    assert.ok(part > before - ESTIMATE, `${part} < ${before} dB`);
  });
}

test('progress goes to one over both images', async () => {
  const told: number[] = [];
  const restore = async (image: Image, onProgress: (share: number) => void) => {
    onProgress(0.5);
    onProgress(1);
    return image;
  };
  await asFarAsItIsNoise(flat, 1, restore, (share) => told.push(share));
  assert.equal(told, [0.25, 0.5, 0.75, 1]);
});

test.run();
