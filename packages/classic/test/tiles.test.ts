// Slow: filters images whole and in tiles.

import { createImage, generateImage, type Image, noisyVersion } from '@nlrn/data';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { profileFor } from '../src/bm3d/parameters.ts';
import { planFor } from '../src/bm3d/tiling.ts';
import { type Bm3dOptions, bilateral, bm3d, nonLocalMeans, wnnm } from '../src/index.ts';

/** Sums of float32 that begin elsewhere round otherwise; a block that is missing or moved changes a pixel by 0.001 and more. */
const ROUNDING = 1e-5;

/** Bytes for which tiles have their least side, 384 pixels. */
const LITTLE = 1;

/** Long enough for three tiles in a row. */
const [LONG, SHORT] = [680, 20];

function noisyImage(width: number, height: number, channels: 1 | 3, sigma: number): Image {
  const grey = generateImage('mixed', { width, height, seed: 1 });
  const data = Float32Array.from(
    { length: width * height * channels },
    (_, i) => grey.data[Math.floor(i / channels)]! * (1 - 0.3 * (i % channels)),
  );
  const image = createImage(width, height, channels, data);
  return noisyVersion({ name: 'tiles', image }, sigma, 0);
}

function furthest(a: Image, b: Image): number {
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);
}

for (const [what, method, [width, height, channels], options] of [
  ['BM3D, a column of tiles', bm3d, [SHORT, LONG, 1], { sigma: 25 }],
  ['BM3D, a row of tiles', bm3d, [LONG, SHORT, 1], { sigma: 25 }],
  ['BM3D, strong noise', bm3d, [SHORT, LONG, 1], { sigma: 50 }],
  ['fast BM3D, colour', bm3d, [LONG, SHORT, 3], { sigma: 25, speed: 'fast' }],
  ['fast BM3D, strong noise', bm3d, [SHORT, LONG, 1], { sigma: 50, speed: 'fast' }],
  ['non-local means', nonLocalMeans, [SHORT, LONG, 1], { sigma: 25 }],
  ['the bilateral filter', bilateral, [LONG, SHORT, 3], { sigma: 25 }],
] as const) {
  test(`${what}: little memory makes tiles, and no seam`, async () => {
    const noisy = noisyImage(width, height, channels, options.sigma);
    const run = (more: Partial<Bm3dOptions>) => method(noisy, { ...options, threads: 1, ...more });
    const told: number[] = [];
    const tiled = await run({ memory: LITTLE, onProgress: (share) => told.push(share) });
    assert.ok(told.length > 1 && told.every((share, i) => share >= (told[i - 1] ?? 0)));
    assert.ok(furthest(tiled, await run({})) < ROUNDING);
  });
}

const MB = 2 ** 20;
const TALL = 4000;

test("BM3D's tiles follow from memory, channels and threads", () => {
  const side = (memory: number, channels: 1 | 3, threads: number, speed: 'normal' | 'fast' = 'normal') =>
    planFor(profileFor(25, speed), { height: TALL, channels }, { threads, memory: memory * MB }).tiling.side;
  assert.is(side(0, 3, 1), 384);
  assert.ok(side(200, 3, 2) < side(400, 3, 2));
  assert.ok(side(400, 3, 2) < side(400, 1, 2));
  assert.ok(side(400, 3, 6) < side(400, 3, 2));
  assert.ok(side(400, 3, 2) < side(400, 3, 2, 'fast'));
});

test('no more threads are started than there are bands to share, and room for them in half of the memory', async () => {
  const threads = (height: number, memory: number, given = 32) =>
    planFor(profileFor(50, 'normal'), { height, channels: 1 }, { threads: given, memory: memory * MB })
      .threads;
  // Rows of blocks are 4 pixels apart in the first step, of 8 x 8: of 400 pixels 99 rows, 13 bands of 8.
  assert.is(threads(400, 10_000), 13);
  assert.is(threads(400, 10_000, 3), 3);
  assert.is(threads(TALL, 10_000), 32);
  assert.is(threads(TALL, 360), 1 + 6);
  assert.is(threads(TALL, 0), 1);
  // Tiles of this memory's side have fewer bands than the image.
  assert.ok(threads(TALL, 2000, 1000) <= 34);

  let started = 0;
  const count = () => started++;
  process.on('worker', count);
  const options = { sigma: 25, threads: 32 };
  await bm3d(noisyImage(40, 40, 1, 25), options);
  await nonLocalMeans(noisyImage(20, 20, 1, 25), options);
  await wnnm(noisyImage(20, 20, 1, 25), options);
  process.off('worker', count);
  // Two bands, two, and one, of which the calling thread does its part.
  assert.is(started, 1 + 1);
});

test.run();
