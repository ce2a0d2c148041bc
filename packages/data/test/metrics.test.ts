import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createImage, greyImage, type Image, mapPixels } from '../src/image.ts';
import { meanSquaredError, psnr, ssim } from '../src/metrics.ts';
import { loadFolder } from '../src/node/folder.ts';
import { noisyVersion } from '../src/noise.ts';
import { toUint8Range } from '../src/quantize.ts';
import { sharedPath } from './sharedData.ts';

/** Pixels are float32: values of about 1/2 carry errors of 3e-8, so a PSNR of 20 dB one of about 1e-5 dB. */
const DB = 1e-5;
/** Sums in another order, in float64. */
const REORDERED = 1e-12;

const flat = (grey: number, side = 16) => mapPixels(createImage(side, side), () => grey);
const assertNear = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual}, expected ${expected}`);

test('a difference of 0.1 everywhere is 20 dB', () => {
  assertNear(psnr(flat(0.5), flat(0.6)), 20, DB);
  assertNear(meanSquaredError(flat(0.5), flat(0.6)), 0.01, DB);
});

test('one grey level of 255 everywhere is 48.13 dB, on either scale', () => {
  const expected = 20 * Math.log10(255); // 48.1308
  assertNear(psnr(greyImage([[0, 1]]), greyImage([[1 / 255, 254 / 255]])), expected, DB);
  assertNear(psnr(greyImage([[0, 255]]), greyImage([[1, 254]]), { peak: 255 }), expected, DB);
});

test('identical images have infinite PSNR and SSIM 1', () => {
  assert.is(psnr(flat(0.5), flat(0.5)), Number.POSITIVE_INFINITY);
  assert.is(ssim(flat(0.5), flat(0.5)), 1);
});

test('PSNR of colour is over all channels', () => {
  const a = createImage(1, 1, 3, Float32Array.of(0, 0, 0));
  const b = createImage(1, 1, 3, Float32Array.of(0.3, 0, 0));
  assertNear(psnr(a, b), -10 * Math.log10(0.03), DB); // 15.23 dB
});

test('sizes that differ are named', () => {
  assert.throws(() => psnr(createImage(4, 3), createImage(3, 4)), /of one size, got 4 x 3 and 3 x 4 pixels/);
  assert.throws(() => ssim(createImage(4, 3), createImage(3, 4)), /SSIM compares images of one size/);
});

test('SSIM of two flat images compares their means only', () => {
  // (2 · 0.5 · 0.6 + 0.0001) / (0.25 + 0.36 + 0.0001); float32 0.6 is off by 2e-8
  assertNear(ssim(flat(0.5), flat(0.6)), 0.6001 / 0.6101, 1e-7);
});

test('SSIM needs a whole window', () => {
  assert.throws(() => ssim(createImage(10, 40), createImage(10, 40)), /at least 11 x 11 pixels, got 10 x 40/);
  assert.is(ssim(flat(0.2, 11), flat(0.2, 11)), 1);
});

/** The definition, one window at a time, weights in two dimensions: Wang et al. 2004, Eq. (13)-(17). */
function ssimByDefinition(a: Image, b: Image, peak: number): number {
  const offsets = Array.from({ length: 121 }, (_, i) => [(i % 11) - 5, Math.floor(i / 11) - 5] as const);
  const raw = offsets.map(([x, y]) => Math.exp(-(x * x + y * y) / (2 * 1.5 ** 2)));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const [C1, C2] = [(0.01 * peak) ** 2, (0.03 * peak) ** 2];
  const values: number[] = [];
  for (let cy = 5; cy < a.height - 5; cy++) {
    for (let cx = 5; cx < a.width - 5; cx++) {
      const at = (image: Image) => offsets.map(([x, y]) => image.data[(cy + y) * image.width + cx + x]!);
      const weigh = (xs: number[]) => xs.reduce((sum, x, i) => sum + (raw[i]! / total) * x, 0);
      const [pa, pb] = [at(a), at(b)];
      const [ma, mb] = [weigh(pa), weigh(pb)];
      const va = weigh(pa.map((x) => (x - ma) ** 2));
      const vb = weigh(pb.map((x) => (x - mb) ** 2));
      const cov = weigh(pa.map((x, i) => (x - ma) * (pb[i]! - mb)));
      values.push(((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma ** 2 + mb ** 2 + C1) * (va + vb + C2)));
    }
  }
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

test('SSIM is its definition, on images of odd sizes', () => {
  const random = new Random('ssim');
  for (const [width, height] of [
    [11, 11],
    [17, 12],
    [13, 23],
  ] as const) {
    const a = mapPixels(createImage(width, height), () => random.uniform());
    const b = mapPixels(a, (v) => 0.8 * v + 0.2 * random.uniform());
    assertNear(ssim(a, b), ssimByDefinition(a, b, 1), REORDERED);
    const [a255, b255] = [mapPixels(a, (v) => v * 255), mapPixels(b, (v) => v * 255)];
    assertNear(ssim(a255, b255, { peak: 255 }), ssimByDefinition(a255, b255, 255), REORDERED);
  }
});

test('SSIM of colour is the mean over channels', () => {
  const random = new Random('colour');
  const planes = [0, 1, 2].map(() => mapPixels(createImage(12, 12), () => random.uniform()));
  const color = createImage(12, 12, 3);
  planes.forEach((plane, c) => {
    plane.data.forEach((v, i) => {
      color.data[3 * i + c] = v;
    });
  });
  const darker = (image: Image) => mapPixels(image, (v) => v / 2);
  const expected = planes.reduce((sum, plane) => sum + ssim(plane, darker(plane)), 0) / 3;
  assertNear(ssim(color, darker(color)), expected, REORDERED);
});

const set12 = sharedPath('set12');
(set12 ? test : test.skip)(
  'Set12 with noise of sigma 25, clipped and rounded, has a PSNR between 20.2 and 20.6 dB',
  () => {
    // Without clipping it would be 20 log10(255 / 25) = 20.17 dB; clipping removes a little of the noise.
    const values = loadFolder(set12!).images.map((item) =>
      psnr(item.image, toUint8Range(noisyVersion(item, 25, 0))),
    );
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    console.log(`Set12, sigma 25: noisy input ${mean.toFixed(2)} dB`);
    assert.is(values.length, 12);
    assert.ok(mean > 20.2 && mean < 20.6, values.map((v) => v.toFixed(2)).join(' '));
  },
);

test.run();
