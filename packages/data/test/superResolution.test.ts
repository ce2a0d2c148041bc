// Slow: enlarges images of three sizes.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toLuma8 } from '../src/color.ts';
import { createImage, greyImage } from '../src/image.ts';
import { readPng } from '../src/node/index.ts';
import { type SrScale, srBicubic, srPair, srQuality } from '../src/superResolution.ts';
import { sharedPath } from './sharedData.ts';

test('sides become multiples of the scale; a constant stays', () => {
  const image = createImage(38, 31, 1, new Float32Array(38 * 31).fill(0.25));
  const sizes = ([2, 3, 4] as const).map((scale) => {
    const { truth, low, enlarged } = srPair(image, scale);
    assert.ok([...low.data, ...enlarged.data].every((value) => Math.abs(value - 0.25) < 1e-7));
    assert.equal([enlarged.width, enlarged.height], [truth.width, truth.height]);
    return [truth.width, truth.height, low.width, low.height];
  });
  assert.equal(sizes, [
    [38, 30, 19, 15],
    [36, 30, 12, 10],
    [36, 28, 9, 7],
  ]);
});

test('what is at the border, and less than half a level, does not count', () => {
  const truth = createImage(20, 20);
  const result = createImage(20, 20, 1, new Float32Array(400).fill(0.4 / 255));
  for (let i = 0; i < 20; i++) result.data[i] = 1;
  assert.is(srQuality(truth, result, 2).psnr, Infinity);
  result.data[5 * 20 + 5] = 1;
  // One of 16 x 16 pixels is wrong by 1.
  assert.ok(Math.abs(srQuality(truth, result, 2).psnr - 10 * Math.log10(256)) < 1e-9);
});

test('as many pixels as the scale are left out at each side, by PSNR and SSIM alike', () => {
  const truth = createImage(
    20,
    20,
    1,
    Float32Array.from({ length: 400 }, (_, i) => ((7 * i) % 11) / 15),
  );
  const changedAt = (x: number, y: number) => {
    const result = createImage(20, 20, 1, truth.data.slice());
    result.data[20 * y + x] = 1;
    return result;
  };
  for (const scale of [2, 3, 4] as const) {
    const [outer, inner] = [scale - 1, scale];
    const far = (at: number) => 19 - at;
    const at = (place: number) =>
      [
        [place, 10],
        [far(place), 10],
        [10, place],
        [10, far(place)],
      ].map(([x, y]) => srQuality(truth, changedAt(x!, y!), scale));
    assert.equal(at(outer), Array(4).fill({ psnr: Infinity, ssim: 1 }));
    for (const { psnr, ssim } of at(inner)) assert.ok(psnr < 60 && ssim < 1, `${psnr}, ${ssim}`);
  }
});

test("bicubic interpolation keeps to luma's range", () => {
  const enlarged = greyImage([[0, 16 / 255, 0.5, 1]]);
  const { data } = srBicubic({ truth: enlarged, low: enlarged, enlarged });
  assert.equal([...data], [16 / 255, 16 / 255, 0.5, 235 / 255].map(Math.fround));
});

/** As published: the bicubic rows of VDSR (Kim et al. 2016, Table 2). */
const SET5: Readonly<Record<SrScale, readonly [number, number]>> = {
  2: [33.66, 0.9299],
  3: [30.39, 0.8682],
  4: [28.42, 0.8104],
};
/** Half of the last digit, for PSNR and SSIM. */
const DIGITS = [0.005, 0.00005] as const;

const folder = sharedPath('set5');
(folder ? test : test.skip)('bicubic interpolation of Set5 has the published figures', () => {
  const images = readdirSync(folder!).map((name) => toLuma8(readPng(join(folder!, name))));
  for (const scale of [2, 3, 4] as const) {
    const found = images.map((image) => {
      const pair = srPair(image, scale);
      return srQuality(pair.truth, srBicubic(pair), scale);
    });
    const means = (['psnr', 'ssim'] as const).map(
      (key) => found.reduce((sum, q) => sum + q[key], 0) / found.length,
    );
    for (const [i, mean] of means.entries())
      assert.ok(Math.abs(mean - SET5[scale][i]!) <= DIGITS[i]!, `${mean}`);
  }
});

test.run();
