// Slow: restores images by definition.

import { createImage, generateImage, type Image, mapPixels, noisyVersion, psnr } from '@nlrn/data';
import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { apply } from '../src/framework.ts';
import { bilateral, nonLocalMeans } from '../src/index.ts';

/** Results are float32 in [0, 1], from float32 pixels of up to 255. */
const FLOAT32 = 1e-6;
/** Decibels that another rounding of sums may cost */
const ROUNDING = 0.01;
const SIGMA = 40;

/** An image whose sides are smaller than the windows, so that reflections are reflected. */
function randomImage(channels: 1 | 3): Image {
  const random = new Random(channels);
  return mapPixels(createImage(11, 6, channels), () => random.uniform());
}

/** The pixel on the 0-255 scale, of an image that is reflected beyond its border. */
function pixel({ width, height, channels, data }: Image, y: number, x: number, c: number): number {
  const inside = (place: number, n: number): number => {
    if (place < 0) return inside(-1 - place, n);
    return place < n ? place : inside(2 * n - 1 - place, n);
  };
  return 255 * data[(inside(y, height) * width + inside(x, width)) * channels + c]!;
}

type Phi = (image: Image, i: readonly [number, number], j: readonly [number, number]) => number;

/** Mean over channels of the squared differences of two pixels. */
const squaredDifference: Phi = (image, [y, x], [v, u]) => {
  let sum = 0;
  for (let c = 0; c < image.channels; c++) sum += (pixel(image, y, x, c) - pixel(image, v, u, c)) ** 2;
  return sum / image.channels;
};

/** Eq. (3): patches of 7 x 7, a = 2, h = 0.8 sigma, less what noise makes. */
const ofPatches: Phi = (image, [y, x], [v, u]) => {
  let [sum, weights] = [0, 0];
  for (let dy = -3; dy <= 3; dy++) {
    for (let dx = -3; dx <= 3; dx++) {
      const weight = Math.exp(-(dy ** 2 + dx ** 2) / (2 * 2 ** 2));
      sum += weight * squaredDifference(image, [y + dy, x + dx], [v + dy, u + dx]);
      weights += weight;
    }
  }
  return Math.exp(-Math.max(0, sum / weights - 2 * SIGMA ** 2) / (0.8 * SIGMA) ** 2);
};

const ofPixels: Phi = (image, [y, x], [v, u]) => {
  const space = ((y - v) ** 2 + (x - u) ** 2) / (2 * 1.8 ** 2);
  return Math.exp(-space - squaredDifference(image, [y, x], [v, u]) / (2 * (2.7 * SIGMA) ** 2));
};

/** The framework of Section 3 with windows around each pixel; columns of Phi are the pixels of the window. */
function byDefinition(image: Image, phi: Phi, radius: number): Float64Array {
  const { width, height, channels: k } = image;
  const side = 2 * radius + 1;
  const window = Array.from({ length: side ** 2 }, (_, j) => [
    Math.floor(j / side) - radius,
    (j % side) - radius,
  ]);
  const at = (i: number) => [Math.floor(i / width), i % width] as const;
  // A pixel beyond the border is no pixel of the image, so a column is a place (i, j), numbered over all windows.
  const placeOf = (column: number) => {
    const [y, x] = at(Math.floor(column / window.length));
    const [dy, dx] = window[column % window.length]!;
    return [y + dy!, x + dx!] as const;
  };
  const S = (i: number) => window.map((_, j) => i * window.length + j);
  const Phi = (i: number, column: number) => phi(image, at(i), placeOf(column));
  return apply({
    N: width * height,
    k,
    S,
    Phi,
    G: (column) => Array.from({ length: k }, (_, c) => pixel(image, ...placeOf(column), c)),
    delta: (i) => S(i).reduce((sum, column) => sum + Phi(i, column), 0),
  });
}

const METHODS = [
  { method: nonLocalMeans, phi: ofPatches, radius: 7, psnr: 24.36 },
  { method: bilateral, phi: ofPixels, radius: 5, psnr: 21.25 },
];

for (const { method, phi, radius, psnr: expected } of METHODS) {
  const { name } = method;

  for (const channels of [1, 3] as const) {
    test(`${name} is its Phi, G and delta in the framework of Section 3, ${channels} channels`, async () => {
      const image = randomImage(channels);
      const restored = await method(image, { sigma: SIGMA, threads: 1 });
      const Z = byDefinition(image, phi, radius);
      restored.data.forEach((value, i) => {
        assert.ok(Math.abs(value - Z[i]! / 255) < FLOAT32, `${i}: ${value}, not ${Z[i]! / 255}`);
      });
    });
  }

  const facade = { name: 'facade.png', image: generateImage('facade', { width: 64, height: 48, seed: 1 }) };
  const noisy = noisyVersion(facade, 25, 0);

  test(`${name}: a generated image at sigma 25 is restored to ${expected} dB, by any number of threads`, async () => {
    const restored = await method(noisy, { sigma: 25, threads: 1 });
    const decibels = psnr(facade.image, restored);
    assert.ok(Math.abs(decibels - expected) < ROUNDING, `${decibels} dB`);
    assert.equal(await method(noisy, { sigma: 25, threads: 3 }), restored);
  });

  test(`${name}: an even grey stays, down to one pixel`, async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 40],
    ] as const) {
      const image = mapPixels(createImage(width, height), () => 0.3);
      const { data } = await method(image, { sigma: 25, threads: 1 });
      for (const value of data) assert.ok(Math.abs(value - 0.3) < FLOAT32, String(value));
    }
  });

  test(`${name}: what cannot be denoised is refused`, async () => {
    const broken = createImage(2, 2);
    broken.data[2] = Number.POSITIVE_INFINITY;
    for (const [image, sigma, message] of [
      [broken, 25, /: the pixel at column 0, row 1 is Infinity, not a finite number$/],
      [createImage(2, 2), 0, /^sigma = 0: .* needs sigma > 0/],
    ] as const) {
      const error = await method(image, { sigma, threads: 1 }).catch((error: Error) => error);
      assert.match((error as Error).message, message);
    }
  });
}

test.run();
