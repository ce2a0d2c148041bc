/** What `results/` says is what its runs say. Runs that came later than the tables do not matter. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PRESET_NAMES } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPERIMENTS } from '../catalogue.ts';
import { assemble } from '../lib/assemble.ts';
import { type Experiment, type Scale, scaleOf } from '../lib/experiment.ts';
import { RESULTS, type Results, type Run, readJson, resultsSchema } from '../lib/results.ts';
import { readRuns } from '../lib/runFiles.ts';

/** The tables of a preset that are there. */
function tablesOf({ name }: Scale): { experiment: Experiment; results: Results }[] {
  return EXPERIMENTS.flatMap((experiment) => {
    const path = join(RESULTS, name, `${experiment.name}.json`);
    if (!existsSync(path)) return [];
    const results = readJson(path, resultsSchema);
    if (typeof results === 'string') throw new Error(`${path}: ${results}`);
    return [{ experiment, results }];
  });
}

const stands = ({ id, seed }: Run, { rows }: Results) =>
  rows.some((row) => row.id === id && row.seeds.includes(seed));

test('every table is made of its runs, whose pictures are there', () => {
  const scales = PRESET_NAMES.map(scaleOf).filter((scale) => tablesOf(scale).length > 0);
  assert.ok(scales.length > 0);
  for (const scale of scales) {
    const folder = join(RESULTS, scale.name);
    const runs = readRuns(folder, (fault) => assert.unreachable(fault));
    for (const { experiment, results } of tablesOf(scale)) {
      const own = runs.filter((run) => stands(run, results));
      const sets = results.train && results.test && { train: results.train, test: results.test };
      assert.equal(assemble(experiment, scale, own, sets ?? undefined), results, experiment.name);
      for (const { noisy, restored, truth } of own.flatMap(({ crops }) => crops)) {
        for (const path of [noisy, restored, truth]) assert.ok(existsSync(join(folder, path)), path);
      }
    }
  }
});

test.run();
