import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pairedDifference } from '../lib/pairedDifference.ts';

/** Of sums and quotients of a few numbers in float64, and of quantiles found by iteration. */
const TOLERANCE = 1e-7;

const near = (found: number | null, expected: number) =>
  assert.ok(found !== null && Math.abs(found - expected) <= TOLERANCE, `${found}, not ${expected}`);

test('seeds alone differ: the paired t-test of their means', () => {
  // Each seed's difference is the same on all images: -1, -2, -3. The mean is -2, its error 1 / sqrt(3), and the
  // quantile of t with 2 degrees of freedom 4.30265272975.
  const { mean, low, high, p } = pairedDifference([-1, -2, -3].map((d) => [d, d, d, d]));
  near(mean, -2);
  near(low, -2 - 4.30265272975 / Math.sqrt(3));
  near(high, -2 + 4.30265272975 / Math.sqrt(3));
  // With 2 degrees of freedom, p = 1 - t / sqrt(2 + t²), and t = 2 sqrt(3).
  near(p, 1 - Math.sqrt(12) / Math.sqrt(2 + 12));
});

test('where the mean is zero, p is one and no more', () => {
  const { mean, p } = pairedDifference([1, -1].map((d) => [d, d, d]));
  assert.equal([mean, p], [0, 1]);
});

test('images alone differ: the paired t-test of their means', () => {
  // Means 1, 3, 5, 7 of four images: mean 4, variance 20 / 3, t with 3 degrees of freedom 3.18244630528.
  const { mean, low } = pairedDifference([1, 2, 3].map(() => [1, 3, 5, 7]));
  near(mean, 4);
  near(low, 4 - 3.18244630528 * Math.sqrt(20 / 3 / 4));
});

/** Of Student's t at 0.975 with 2.7873817034700314 degrees of freedom, by scipy.stats.t.ppf. */
const QUANTILE = 3.324283533227664;

test('seeds and images differ: their mean squares, with the rest counted once', () => {
  // Seeds -1, 1 and images -3, 0, 3 about a mean of 10, and a rest of +-0.5 in two images.
  const d = [
    [10 - 1 - 3 + 0.5, 10 - 1 + 0 - 0.5, 10 - 1 + 3],
    [10 + 1 - 3 - 0.5, 10 + 1 + 0 + 0.5, 10 + 1 + 3],
  ];
  // MS_seed = 3 * 2 / 1 = 6;  MS_image = 2 * 18 / 2 = 18;  MS_rest = 4 * 0.25 / 2 = 0.5
  const variance = 6 + 18 - 0.5;
  near(variance ** 2 / (6 ** 2 / 1 + 18 ** 2 / 2 + 0.5 ** 2 / 2), 2.7873817034700314);
  const { mean, low, high } = pairedDifference(d);
  near(mean, 10);
  near((high! - low!) / 2 / Math.sqrt(variance / 6), QUANTILE);
});

test('neither seeds nor images differ by more than the rest: its mean square alone', () => {
  // A chessboard: all means are zero, the rest is 1 everywhere: MS_rest = 4 / 1, t with 1 degree of freedom 12.7062047362.
  const { mean, low, high } = pairedDifference([
    [1, -1],
    [-1, 1],
  ]);
  assert.is(mean, 0);
  near(high, 12.7062047362 * Math.sqrt(4 / 4));
  near(low, -high!);
});

test('no difference at all has no spread; a single seed or image has no interval', () => {
  assert.equal(
    pairedDifference([
      [0, 0],
      [0, 0],
    ]),
    { mean: 0, low: 0, high: 0, p: 1, seedsNeeded: null },
  );
  assert.is(
    pairedDifference([
      [0.5, 0.5],
      [0.5, 0.5],
    ]).p,
    0,
  );
  const none = { low: null, high: null, p: null, seedsNeeded: null };
  assert.equal(pairedDifference([[1, 2]]), { ...none, mean: 1.5 });
  assert.equal(pairedDifference([[1], [2]]), { ...none, mean: 1.5 });
});

test('a difference that is not finite has no interval', () => {
  for (const wrong of [Number.NaN, Infinity, -Infinity]) {
    const { low, high, p } = pairedDifference([
      [1, 2],
      [wrong, 3],
    ]);
    assert.equal([low, high, p], [null, null, null]);
  }
});

/** Differences of S seeds on I images: a mean, seeds that lie a and -a about it in turns, and images b and -b. */
const made = (S: number, I: number, mean: number, a: number, b: number) =>
  Array.from({ length: S }, (_, s) =>
    Array.from({ length: I }, (_, i) => mean + (s % 2 ? -a : a) + (i % 2 ? -b : b)),
  );

test('how many seeds it would take, where seeds alone differ: t(S - 1) s / sqrt(S) below the mean', () => {
  // Four seeds at 1 +- 1: s = sqrt(4 / 3). Of t at 0.975 with 3 to 6 degrees of freedom (3.1824, 2.7764, 2.5706, 2.4469),
  // t s / sqrt(S) is 1.84 with 4 seeds, 1.43 with 5, 1.21 with 6, 1.07 with 7, and with 8 (2.3646) 0.97.
  const found = pairedDifference(made(4, 6, 1, 1, 0));
  assert.ok(found.low! < 0 && found.high! > 0);
  assert.is(found.seedsNeeded, 8);
  assert.is(pairedDifference(made(4, 6, -1, 1, 0)).seedsNeeded, 8);
});

test('an interval that leaves zero out needs no more seeds', () => {
  assert.is(pairedDifference(made(4, 6, 2, 1, 0)).seedsNeeded, null);
});

test('no number of seeds makes up for images that differ too much', () => {
  // Six images at +-1: s = sqrt(6 / 5), and t(5) s / sqrt(6) = 1.15 stays, however many seeds there are.
  assert.is(pairedDifference(made(4, 6, 1.1, 1, 1)).seedsNeeded, null);
  // At 1.2, with (4 / 3) / S of the seeds beside 1 / 5 of the images: t(9.7) 0.5375 = 1.202 with 15, t(9.5) 0.5323 = 1.195 with 16.
  assert.is(pairedDifference(made(4, 6, 1.2, 1, 1)).seedsNeeded, 16);
  assert.is(pairedDifference(made(4, 6, 0, 1, 0)).seedsNeeded, null);
});

test.run();
