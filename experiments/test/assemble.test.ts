import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, latestSets } from '../lib/assemble.ts';
import { configOf, networkId } from '../lib/experiment.ts';
import { type DatasetFacts, type Results, type Run, resultsSchema } from '../lib/results.ts';
import { runWith, TINY_EXPERIMENT, TINY_SCALE, TINY_SETS } from './tiny.ts';

const [dot, full] = [runWith('dot', 1, 29), runWith('full', 1, 30)];

const tableOf = (runs: readonly Run[]): Results =>
  assemble([TINY_EXPERIMENT], TINY_SCALE, runs, TINY_SETS)[0]!;

test('a table is made of the runs of its variants, and fits its schema', () => {
  const results = tableOf([dot!, full!, { ...full!, id: 'states-9' }]);
  assert.equal(resultsSchema.parse(results), results);
  assert.equal(
    results.rows.map(({ variant, psnr }) => [variant, psnr]),
    [
      ['dot', 29],
      ['full', 30],
    ],
  );
  assert.is(results.coreHours, (2 * 3.6) / 3600);
  assert.equal([results.train, results.test, results.axis], [TINY_SETS.train, TINY_SETS.test, null]);
});

test('runs of other images or an older configuration are left out', () => {
  const old = { ...dot!, config: { ...dot!.config, steps: 1 } };
  const other = { ...dot!, test: { ...dot!.test, hash: 'x' } };
  for (const run of [old, other]) {
    const { rows } = tableOf([run, full!]);
    assert.equal(
      rows.map(({ verdict }) => verdict),
      ['missing', 'full model'],
    );
  }
});

test('without any run all rows are missing', () => {
  const [results] = assemble([TINY_EXPERIMENT], TINY_SCALE, [], undefined) as [Results];
  assert.equal(resultsSchema.parse(results), results);
  assert.equal(
    results.rows.map(({ verdict }) => verdict),
    ['missing', 'missing'],
  );
});

test('rows of all tables are tested side by side, whichever are shown', () => {
  const [dotVariant, fullVariant] = TINY_EXPERIMENT.variants(TINY_SCALE.config);
  const gaussian = { ...dotVariant!, name: 'gaussian', network: { metric: 'gaussian' } } as const;
  const other = { ...TINY_EXPERIMENT, name: 'other', variants: () => [gaussian, fullVariant!] };
  const runs = [1, 2, 3, 4].flatMap((seed) => {
    const lower = runWith('dot', seed, [29, 28.1 + 0.2 * seed]);
    const config = configOf(TINY_SCALE, gaussian, seed);
    return [
      lower,
      { ...lower, id: networkId(TINY_SCALE, gaussian), config },
      runWith('full', seed, [30, 30.1]),
    ];
  });
  const [alone] = assemble([TINY_EXPERIMENT], TINY_SCALE, runs, TINY_SETS);
  const [first, second] = assemble([TINY_EXPERIMENT, other], TINY_SCALE, runs, TINY_SETS);
  assert.equal(
    [alone, first, second].map((results) => results!.comparisons),
    [1, 2, 2],
  );
  const { p, holm } = alone!.rows[0]!.difference!;
  assert.is(holm, p);
  assert.is(first!.rows[0]!.difference!.holm, 2 * p!);
  const twice = assemble(
    [TINY_EXPERIMENT, { ...TINY_EXPERIMENT, name: 'again' }],
    TINY_SCALE,
    runs,
    TINY_SETS,
  );
  assert.equal(
    twice.map(({ comparisons }) => comparisons),
    [1, 1],
  );
  assert.equal([first!.rows[1]!.difference!.p, first!.rows[1]!.difference!.holm], [null, null]);
});

test('other methods stand beside results on Set12 at their noise alone', () => {
  const set12 = {
    ...TINY_SETS.test,
    hash: '57f36d628f0cd928820f896955d3ebcccb6a0078d9285b2ea9b01919f9cc82cb',
  };
  const levels = (test: DatasetFacts, sigma: number) =>
    assemble([TINY_EXPERIMENT], { ...TINY_SCALE, config: { ...TINY_SCALE.config, sigma } }, [], {
      ...TINY_SETS,
      test,
    })[0]!.levels;
  assert.equal(levels(set12, 25), [
    { method: 'BM3D', psnr: 29.97 },
    { method: 'DnCNN', psnr: 30.44 },
  ]);
  assert.equal([levels(set12, 30), levels(TINY_SETS.test, 25)], [[], []]);
});

test('the images are those of the run that was finished last', () => {
  assert.is(latestSets([]), undefined);
  const late = { ...full!, finished: '2019-01-01T00:00:00.000Z', train: { ...full!.train, hash: 'late' } };
  assert.is(latestSets([dot!, late, full!])!.train.hash, 'late');
});

test.run();
