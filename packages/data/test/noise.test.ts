import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createImage, mapPixels, type NamedImage } from '../src/image.ts';
import { addGaussianNoise, noisyVersion } from '../src/noise.ts';

const SIDE = 200;
const PIXELS = SIDE * SIDE;
/** The seed is fixed; an estimate lies within this many standard errors of the truth. */
const STANDARD_ERRORS = 4;
/** Rounding of values near 1 to float32, in pixels. */
const FLOAT32 = 1e-7;

const flat = (grey: number) => mapPixels(createImage(SIDE, SIDE), () => grey);

for (const sigma of [15, 25, 50]) {
  test(`sigma ${sigma} is the standard deviation on the 0-255 scale`, () => {
    const noise = [...addGaussianNoise(flat(0.5), sigma, new Random(sigma)).data].map((v) => (v - 0.5) * 255);
    const mean = noise.reduce((sum, n) => sum + n, 0) / PIXELS;
    const deviation = Math.sqrt(noise.reduce((sum, n) => sum + (n - mean) ** 2, 0) / PIXELS);
    assert.ok(Math.abs(mean) < (STANDARD_ERRORS * sigma) / Math.sqrt(PIXELS), `mean ${mean}`);
    assert.ok(
      Math.abs(deviation - sigma) < (STANDARD_ERRORS * sigma) / Math.sqrt(2 * PIXELS),
      `${deviation}`,
    );
  });
}

test('noise is not clipped: half of a white image becomes whiter than white', () => {
  const above = addGaussianNoise(flat(1), 25, new Random(0)).data.filter((v) => v > 1).length / PIXELS;
  assert.ok(Math.abs(above - 0.5) < STANDARD_ERRORS * Math.sqrt(0.25 / PIXELS));
});

test('sigma 0 changes nothing, and the image given is never changed', () => {
  const image = flat(0.25);
  assert.equal(addGaussianNoise(image, 0, new Random(0)), image);
  addGaussianNoise(image, 50, new Random(0));
  assert.equal(image, flat(0.25));
});

test('a sigma that is none is refused', () => {
  for (const sigma of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => addGaussianNoise(flat(0), sigma, new Random(0)), /needs sigma >= 0/);
  }
});

const a: NamedImage = { name: 'a.png', image: flat(0.5) };
const b: NamedImage = { name: 'b.png', image: flat(0.5) };

test('the noise of b is the same whatever was drawn for a', () => {
  const alone = noisyVersion(b, 25, 1);
  noisyVersion(a, 25, 1);
  noisyVersion(a, 50, 2);
  assert.equal(noisyVersion(b, 25, 1), alone);
});

test('another name or seed gives other noise', () => {
  const pixels = [noisyVersion(a, 25, 1), noisyVersion(b, 25, 1), noisyVersion(a, 25, 2)].map(
    ({ data }) => data[0],
  );
  assert.is(new Set(pixels).size, 3);
});

test('the noise at sigma 50 is twice that at sigma 25', () => {
  const [weak, strong] = [noisyVersion(a, 25, 1), noisyVersion(a, 50, 1)];
  const worst = weak.data.reduce(
    (max, v, i) => Math.max(max, Math.abs(strong.data[i]! - 0.5 - 2 * (v - 0.5))),
    0,
  );
  assert.ok(worst < 2 * FLOAT32, String(worst));
});

test.run();
