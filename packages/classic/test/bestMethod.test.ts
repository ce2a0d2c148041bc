import { createImage, generateImage, type Image, noisyVersion } from '@nlrn/data';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bm3d } from '../src/bm3d.ts';
import { bestMethod, bm3dAround, luminanceOf, nonLocalMeans } from '../src/index.ts';

test('the best method follows from the size of an image and the level of its luminance', () => {
  const asked: number[] = [];
  const best = (width: number, height: number, channels: 1 | 3, sigma: number) =>
    bestMethod({ width, height, channels }, sigma, (level) => {
      asked.push(level);
      return level <= 55 ? 'a model' : undefined;
    });
  assert.is(best(2000, 10, 1, 25), 'nlm');
  assert.is(best(2000, 2001, 1, 25), 'bm3d-fast');
  assert.equal(asked, []);
  assert.is(best(2000, 2000, 1, 55), 'a model');
  assert.is(best(11, 11, 1, 56), 'bm3d');
  // Noise of 90 in each channel is 52 in the luminance.
  assert.is(best(11, 11, 3, 90), 'a model');
  assert.is(best(11, 11, 3, 100), 'bm3d');
});

function colours(width: number, height: number): Image {
  const grey = generateImage('mixed', { width, height, seed: 1 });
  const data = Float32Array.from(
    { length: 3 * width * height },
    (_, i) => grey.data[Math.floor(i / 3)]! * (1 - 0.2 * (i % 3)),
  );
  return noisyVersion({ name: 'around', image: createImage(width, height, 3, data) }, 50, 0);
}

/** The opponent colours, which a network leaves to another method. */
function colorsOf(image: Image): number[] {
  return Array.from(
    { length: image.width * image.height },
    (_, i) => image.data[3 * i]! - image.data[3 * i + 2]!,
  );
}

for (const [height, method, what] of [
  [10, nonLocalMeans, "narrower than BM3D's blocks: non-local means"],
  [11, bm3d, "no narrower than BM3D's blocks: BM3D"],
] as const) {
  test(`the opponent colours of an image ${what}`, async () => {
    const noisy = colours(40, height);
    const options = { sigma: 50, threads: 1 };
    const half = async (grey: Image) => ({ ...grey, data: grey.data.map((value) => value / 2) });
    const restored = await bm3dAround(half, noisy, options);
    const [wanted, actual] = [await method(noisy, options), restored].map(colorsOf) as [number[], number[]];
    assert.ok(actual.every((value, i) => Math.abs(value - wanted[i]!) < 1e-5));
    const luminance = (await half(luminanceOf(noisy))).data;
    assert.ok(luminanceOf(restored).data.every((value, i) => Math.abs(value - luminance[i]!) < 1e-5));
  });
}

test("a network is told the level of what it is given: a grey image's own, and a third of the variance in the luminance", async () => {
  const told: number[] = [];
  const restore = async (grey: Image, { sigma }: { sigma: number }) => {
    told.push(sigma);
    return grey;
  };
  for (const channels of [1, 3] as const)
    await bm3dAround(restore, createImage(11, 11, channels), { sigma: 50, threads: 1 });
  assert.equal(
    told.map((sigma) => sigma.toFixed(4)),
    ['50.0000', '28.8675'],
  );
});

test.run();
