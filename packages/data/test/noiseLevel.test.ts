// Slow: eigenvalues of many patches.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createImage,
  estimateNoiseLevel,
  formatSigma,
  generateImage,
  type Image,
  noisyVersion,
  toUint8Range,
  whyLeft,
} from '../src/index.ts';

/** A little more than the largest error seen: low levels hide in the texture of a facade, which is everywhere. */
const toleranceOf = (sigma: number) => (sigma < 10 ? 2.6 : 1.7);

const noisy = (image: Image, sigma: number) => noisyVersion({ name: 'noise level', image }, sigma, 0);

function expectNear(image: Image, sigma: number, what: string): void {
  const estimate = estimateNoiseLevel(image);
  assert.ok(Math.abs(estimate - sigma) <= toleranceOf(sigma), `${what}: ${estimate} for ${sigma}`);
}

test('a flat image has the deviation of its noise', () => {
  const flat = createImage(64, 64, 1, new Float32Array(64 * 64).fill(0.5));
  assert.is(estimateNoiseLevel(flat), 0);
  for (const sigma of [1, 10, 50]) {
    const estimate = estimateNoiseLevel(noisy(flat, sigma));
    assert.ok(Math.abs(estimate / sigma - 1) < 0.05, `${estimate} for ${sigma}`);
  }
});

for (const kind of ['leaves', 'facade', 'mixed'] as const) {
  test(`${kind}: the level of noise that was added, also when rounded and clipped to 8 bits`, () => {
    const image = generateImage(kind, { width: 128, height: 128, seed: 1 });
    for (const sigma of [5, 25]) {
      expectNear(noisy(image, sigma), sigma, `${kind}, real numbers`);
      expectNear(toUint8Range(noisy(image, sigma)), sigma, `${kind}, 8 bits`);
    }
  });
}

test("colour: the mean of the channels' variances", () => {
  const flat = createImage(64, 64, 3, new Float32Array(64 * 64 * 3).fill(0.5));
  const image = noisy(flat, 20);
  for (let i = 0; i < image.data.length; i += 3) image.data[i] = 0.5;
  expectNear(image, 20 * Math.sqrt(2 / 3), 'one channel without noise');
});

test('a white sky does not hide the noise of the rest', () => {
  const image = createImage(128, 128, 1, new Float32Array(128 * 128).fill(0.5));
  image.data.fill(2, 0, 128 * 100);
  expectNear(toUint8Range(noisy(image, 15)), 15, 'three quarters white');
});

test('what noise has been clipped in the dark does not make the rest quieter', () => {
  const image = createImage(128, 128, 1, new Float32Array(128 * 128).fill(0.5));
  image.data.fill(0.06, 0, 128 * 64);
  expectNear(toUint8Range(noisy(image, 30)), 30, 'half of it dark');
});

/** A grey image in a frame of one value, so many pixels wide. */
function framed(image: Image, side: number, value: number): Image {
  const { width, height } = image;
  const outer = createImage(width + 2 * side, height + 2 * side);
  outer.data.fill(value);
  for (let y = 0; y < height; y++) {
    const row = image.data.subarray(y * width, (y + 1) * width);
    outer.data.set(row, (y + side) * outer.width + side);
  }
  return outer;
}

test('a frame of one tone does not hide the noise of the picture in it', () => {
  const image = generateImage('leaves', { width: 128, height: 128, seed: 1 });
  for (const sigma of [5, 25]) {
    const picture = toUint8Range(noisy(image, sigma));
    for (const value of [16, 128, 240]) {
      const estimate = estimateNoiseLevel(framed(picture, 32, value / 255));
      assert.ok(
        Math.abs(estimate - estimateNoiseLevel(picture)) < 0.5,
        `in ${value}: ${estimate} for ${sigma}`,
      );
    }
  }
});

test('an image that is all white, or nearly so, and one that is too small', () => {
  const white = createImage(32, 32, 1, new Float32Array(32 * 32).fill(1));
  assert.is(estimateNoiseLevel(white), 0);
  white.data[0] = 0.5;
  assert.is(estimateNoiseLevel(white), 0);
  assert.throws(() => estimateNoiseLevel(createImage(12, 12)), /12 x 12 pixels is too small/);
});

test('an image is left where its noise is less than its steps hide, or, if it is estimated, than texture', () => {
  const given = (sigma: number, bitDepth?: 8 | 16) => whyLeft(sigma, { isEstimated: false, bitDepth });
  const estimated = (sigma: number, bitDepth?: 8 | 16) => whyLeft(sigma, { isEstimated: true, bitDepth });
  // The steps of 8 bits are 1 on the scale to 255, those of 16 bits 1 / 257.
  for (const sigma of [0, 0.04, 0.29, 0.31, 2.4, 2.6, 50])
    for (const bitDepth of [8, 16] as const) {
      const hidden = sigma < (bitDepth === 8 ? 0.3 : 0.3 / 257);
      const nothing = sigma === 0 ? 'no noise' : 'below the steps';
      assert.is(given(sigma, bitDepth), hidden ? nothing : undefined, `${sigma}, ${bitDepth} bits`);
      const little = sigma < 2.5 ? 'texture' : undefined;
      assert.is(estimated(sigma, bitDepth), hidden ? 'no noise' : little, `${sigma}, ${bitDepth} bits`);
    }
  assert.is(given(0.25), 'below the steps');
  assert.is(given(0.001, 16), 'below the steps');
});

test('a level is written with a digit where it says something', () => {
  for (const [sigma, text] of [
    [25, '25'],
    [7.3214, '7.3'],
    [0.25, '0.3'],
    [0.0437, '0.044'],
    [0.00118, '0.0012'],
    [1e-9, '0'],
    [0, '0'],
  ] as const)
    assert.is(formatSigma(sigma), text);
});

test.run();
