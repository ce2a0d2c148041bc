import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, latestSets } from '../lib/assemble.ts';
import { resultsSchema } from '../lib/results.ts';
import { runWith, TINY_EXPERIMENT, TINY_SCALE, TINY_SETS } from './tiny.ts';

const [dot, full] = [runWith('dot', 1, 29), runWith('full', 1, 30)];

test('a table is made of the runs of its variants, and fits its schema', () => {
  const results = assemble(
    TINY_EXPERIMENT,
    TINY_SCALE,
    [dot!, full!, { ...full!, id: 'states-9' }],
    TINY_SETS,
  );
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
    const { rows } = assemble(TINY_EXPERIMENT, TINY_SCALE, [run, full!], TINY_SETS);
    assert.equal(
      rows.map(({ verdict }) => verdict),
      ['missing', 'full model'],
    );
  }
});

test('without any run all rows are missing', () => {
  const results = assemble(TINY_EXPERIMENT, TINY_SCALE, [], undefined);
  assert.equal(resultsSchema.parse(results), results);
  assert.equal(
    results.rows.map(({ verdict }) => verdict),
    ['missing', 'missing'],
  );
});

test('the images are those of the run that was finished last', () => {
  assert.is(latestSets([]), undefined);
  const late = { ...full!, finished: '2019-01-01T00:00:00.000Z', train: { ...full!.train, hash: 'late' } };
  assert.is(latestSets([dot!, late, full!])!.train.hash, 'late');
});

test.run();
