import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { networkId, type Variant, variantsAt } from '../lib/experiment.ts';
import { holm } from '../lib/holm.ts';
import { pairedDifference } from '../lib/pairedDifference.ts';
import { isReference, type Row } from '../lib/results.ts';
import { mayBeChanceByHolm, rowsOf, sideBySide, verdictOf } from '../lib/statistics.ts';
import { runWith, TINY_EXPERIMENT, TINY_SCALE } from './tiny.ts';

/** Of sums and quotients of a few numbers in float64, and of quantiles found by iteration. */
const TOLERANCE = 1e-7;

const near = (found: number | null, expected: number) =>
  assert.ok(found !== null && Math.abs(found - expected) <= TOLERANCE, `${found}, not ${expected}`);

const NONE = { p: null, holm: null, seedsNeeded: null };

const rows = (runs: Parameters<typeof rowsOf>[2]) => rowsOf(TINY_EXPERIMENT, TINY_SCALE, runs);

test('mean and standard deviation over seeds, and the difference to the full model in common seeds', () => {
  const [dot, full] = rows([
    runWith('full', 1, 30, 0.9),
    runWith('dot', 1, 24, 0.5),
    runWith('dot', 2, 26, 0.6),
    runWith('dot', 3, 31, 0.7),
  ]);
  // (24 + 26 + 31) / 3 = 27; deviations -3, -1, 4: variance (9 + 1 + 16) / 2 = 13.
  assert.is(dot!.psnr, 27);
  assert.is(dot!.psnrSd, Math.sqrt(13));
  near(dot!.ssim, 0.6);
  assert.equal(dot!.difference, { ...NONE, seeds: [1], mean: -6, low: null, high: null });
  assert.equal([dot!.seeds, dot!.parameters, dot!.noisyPsnr], [[1, 2, 3], 123, 20]);
  assert.equal([full!.seeds, full!.psnr, full!.psnrSd], [[1], 30, null]);
  assert.equal([dot!.verdict, full!.verdict], ['not tested', 'full model']);
});

test('all rows are there, in the order of the experiment; what has not been run is null', () => {
  const [dot, full] = rows([]);
  assert.equal([dot!.variant, full!.variant], ['dot', 'full']);
  for (const row of [dot!, full!]) {
    assert.equal(
      [row.psnr, row.psnrSd, row.ssim, row.difference, row.parameters, row.seeds],
      [null, null, null, null, null, []],
    );
    assert.is(row.verdict, 'missing');
  }
  // Other seeds than the full model's cannot be compared with it.
  assert.is(rows([runWith('dot', 1, 29), runWith('full', 2, 30)])[0]!.verdict, 'missing');
});

test('a variant may be compared with another one than the full model, which is then a reference, too', () => {
  const [dot, full] = variantsAt(TINY_SCALE, TINY_EXPERIMENT) as [Variant, Variant];
  const short = { ...full, name: 'short', steps: 1, against: 'short' };
  const experiment = { ...TINY_EXPERIMENT, variants: () => [{ ...dot, against: 'short' }, short, full] };
  const found = rowsOf(experiment, TINY_SCALE, [
    runWith('dot', 1, 24),
    { ...runWith('full', 1, 25), id: networkId(TINY_SCALE, short) },
    runWith('full', 1, 30),
  ]);
  assert.equal(
    found.map(({ variant, id, against, difference }) => [variant, id, against, difference!.mean]),
    [
      ['dot', 'metric-dotProduct', 'short', -1],
      ['short', 'steps-1', 'short', 0],
      ['full', 'full', 'full', 0],
    ],
  );
  assert.equal(found.map(isReference), [false, true, true]);
  assert.equal(
    found.map(({ verdict }) => verdict),
    ['not tested', 'full model', 'full model'],
  );
});

test('what a run takes, in training and for a megapixel, the least over seeds, where all runs say so', () => {
  const costOf = (...runs: Parameters<typeof rowsOf>[2]) => {
    const [dot] = rows(runs);
    return [dot!.trainingCoreSeconds, dot!.coreSecondsPerMegapixel];
  };
  const first = { ...runWith('dot', 1, 24), coreSeconds: 10, testing: { coreSeconds: 4, megapixels: 2 } };
  const second = { ...runWith('dot', 2, 24), coreSeconds: 9, testing: { coreSeconds: 1, megapixels: 2 } };
  // 6 and 8 of training; 4 / 2 and 1 / 2 of testing.
  assert.equal(costOf(first, second), [6, 0.5]);
  assert.equal(costOf(first, runWith('dot', 2, 24)), [null, null]);
  assert.equal(costOf(), [null, null]);
});

test('a PSNR that is not finite is not tested', () => {
  for (const wrong of [Number.NaN, Infinity, -Infinity]) {
    const [dot] = rows([
      runWith('dot', 1, [29, wrong]),
      runWith('dot', 2, [29, 28]),
      runWith('full', 1, [30, 30]),
      runWith('full', 2, [30, 30]),
    ]);
    assert.is(dot!.verdict, 'not tested');
  }
});

test('Holm’s p values: each times the number of those that are not smaller, and never below a smaller one’s', () => {
  // 4 x 0.01, 3 x 0.02, 2 x 0.03 (below 0.06, so 0.06), 1 x 0.9
  assert.equal(holm([0.03, 0.01, 0.9, 0.02]), [0.06, 0.04, 0.9, 0.06]);
  assert.equal(holm([0.6, 0.7]), [1, 1]);
  assert.equal(holm([]), []);
});

test('side by side: rows that are not tested do not count, and the correction may take a verdict away', () => {
  const agreeing = rows(
    [1, 2, 3, 4].flatMap((seed) => [
      runWith('dot', seed, [28.4 + 0.3 * seed, 28.5 + 0.3 * seed]),
      runWith('full', seed, [30, 30.1]),
    ]),
  );
  const [[dot, full], [missing]] = sideBySide([agreeing, rows([])]) as [[Row, Row], [Row]];
  assert.equal([dot.difference!.holm, dot.holmVerdict], [dot.difference!.p, 'agrees']);
  assert.equal([full.holmVerdict, missing.holmVerdict], ['full model', 'missing']);
  const many = sideBySide(
    Array.from({ length: 9 }, (_, i) => agreeing.map((row) => ({ ...row, id: `${row.id}.states-${i}` }))),
  );
  assert.is(many[8]![0]!.verdict, 'agrees');
  assert.is(many[8]![0]!.holmVerdict, 'inside the noise');
  // The same two networks in several tables are one test.
  const same = sideBySide(Array.from({ length: 9 }, () => agreeing));
  assert.equal([same[0]![0]!.difference!.holm, same[8]![0]!.holmVerdict], [dot.difference!.p, 'agrees']);
});

test('side by side: a row with fewer seeds than four is not tested, as its p says too little', () => {
  const few = rows(
    [1, 2, 3].flatMap((seed) => [
      runWith('dot', seed, [28.4 + 0.3 * seed, 28.5 + 0.3 * seed]),
      runWith('full', seed, [30, 30.1]),
    ]),
  );
  const [[dot, full]] = sideBySide([few]) as [[Row, Row]];
  assert.equal(
    [dot.verdict, dot.difference!.holm, dot.holmVerdict, full.holmVerdict],
    ['agrees', null, 'not tested', 'full model'],
  );
});

/** Numbers in (0, 1), by Lehmer's generator (Park and Miller 1988). */
function* uniform(seed: number): Generator<number, never> {
  for (let state = seed; ; state = (state * 48271) % 2147483647) yield state / 2147483647;
}

test('without any difference one row of 20 is outside its interval, and one of 20 studies has a row by Holm’s p', () => {
  const random = uniform(1);
  // Twelve uniform numbers less six: mean 0, variance 1, nearly normal.
  const normal = () => Array.from({ length: 12 }, () => random.next().value).reduce((a, b) => a + b, -6);
  // Of seeds, images, and the rest, in dB: about those of the preset laptop.
  const [SEED, IMAGE, REST] = [0.05, 0.09, 0.05];
  const draw = () => {
    const images = Array.from({ length: 12 }, () => IMAGE * normal());
    return Array.from({ length: 8 }, () => {
      const seed = SEED * normal();
      return images.map((image) => seed + image + REST * normal());
    });
  };
  const [STUDIES, ROWS] = [60, 24];
  const found = Array.from({ length: STUDIES }, () =>
    holm(Array.from({ length: ROWS }, () => pairedDifference(draw()).p!)),
  );
  const alone = Array.from({ length: STUDIES * ROWS }, () => pairedDifference(draw()).p! <= 0.05);
  // Of a binomial distribution three standard deviations: sqrt(0.05 * 0.95 / n).
  const limit = (n: number) => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / n);
  const share = (hits: readonly boolean[]) => hits.filter(Boolean).length / hits.length;
  assert.ok(share(alone) <= limit(alone.length) && share(alone) >= 0.02, `${share(alone)}`);
  const wrong = share(found.map((p) => Math.min(...p) <= 0.05));
  assert.ok(wrong <= limit(STUDIES), `${wrong}`);
});

test('a stricter test makes no agreement of what is outside the noise', () => {
  const difference = { ...NONE, seeds: [1, 2, 3, 4], mean: 0.1, low: 0.02, high: 0.18, holm: 0.3 };
  const paper = { psnr: null, difference: null, claim: 'equal', words: null } as const;
  assert.is(verdictOf({ difference, paper }), 'opposite');
  assert.is(verdictOf({ difference, paper }, mayBeChanceByHolm), 'inside the noise');
  assert.is(verdictOf({ difference: { ...difference, holm: 0.01 }, paper }, mayBeChanceByHolm), 'opposite');
  assert.is(
    verdictOf({ difference: { ...difference, low: -0.02, holm: 1 }, paper }, mayBeChanceByHolm),
    'agrees',
  );
});

test('the verdict: the paper’s sign, outside the noise', () => {
  const verdict = (claim: Row['paper']['claim'], low: number, high: number) =>
    verdictOf({
      difference: { ...NONE, seeds: [1, 2], mean: (low + high) / 2, low, high },
      paper: { psnr: null, difference: null, claim, words: null },
    });
  assert.is(verdict('lower', -0.3, -0.1), 'agrees');
  assert.is(verdict('lower', 0.1, 0.3), 'opposite');
  assert.is(verdict('lower', -0.3, 0.1), 'inside the noise');
  assert.is(verdict('higher', 0.1, 0.3), 'agrees');
  assert.is(verdict('higher', -0.3, -0.1), 'opposite');
  assert.is(verdict('higher', -0.1, 0.3), 'inside the noise');
  assert.is(verdict('equal', -0.1, 0.3), 'agrees');
  assert.is(verdict('equal', 0.1, 0.3), 'opposite');
  for (const low of [-0.3, 0.1]) assert.is(verdict(null, low, 0.3), 'not in the paper');
});

test('the paper’s difference to its full model needs both numbers', () => {
  const paperOf = (psnr: number | null) =>
    rowsOf(
      {
        ...TINY_EXPERIMENT,
        variants: () =>
          variantsAt(TINY_SCALE, TINY_EXPERIMENT).map((variant) =>
            variant.name === 'dot' ? { ...variant, paper: { ...variant.paper, psnr } } : variant,
          ),
      },
      TINY_SCALE,
      [],
    )[0]!.paper;
  assert.is(paperOf(30.25).difference, -0.25);
  assert.is(paperOf(null).difference, null);
});

test.run();
