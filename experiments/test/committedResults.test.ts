/** What `results/` says is what its runs say. Runs that came later than the tables do not matter. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRESET_NAMES } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ablationMetrics } from '../ablationMetrics.ts';
import { ablationVariants } from '../ablationVariants.ts';
import { EXPERIMENTS } from '../catalogue.ts';
import { assemble, isIn } from '../lib/assemble.ts';
import { type Experiment, type Scale, scaleOf } from '../lib/experiment.ts';
import { readJson } from '../lib/jsonFiles.ts';
import { probability, signed } from '../lib/numbers.ts';
import { RESULTS, type Results, resultsSchema } from '../lib/results.ts';
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

test('every table is made of its runs, whose pictures are there', () => {
  const scales = PRESET_NAMES.map((name) => scaleOf(name)).filter((scale) => tablesOf(scale).length > 0);
  assert.ok(scales.length > 0);
  for (const scale of scales) {
    const folder = join(RESULTS, scale.name);
    const runs = readRuns(folder, (fault) => assert.unreachable(fault));
    const tables = tablesOf(scale);
    const results = tables.map(({ results }) => results);
    const own = runs.filter((run) => isIn(results, run));
    const [{ train, test }] = results as [Results];
    const experiments = tables.map(({ experiment }) => experiment);
    assert.equal(assemble(experiments, scale, own, train && test ? { train, test } : undefined), results);
    for (const { noisy, restored, truth } of own.flatMap(({ crops }) => crops)) {
      for (const path of [noisy, restored, truth]) assert.ok(existsSync(join(folder, path)), path);
    }
  }
});

test('the tables of README.md have the numbers of the preset laptop', () => {
  const readme = readFileSync(join(RESULTS, '../README.md'), 'utf8');
  const printed = [ablationMetrics, ablationVariants];
  const tables = tablesOf(scaleOf('laptop')).filter(({ experiment }) => printed.includes(experiment));
  for (const { label, psnr, difference, parameters, paper, verdict, holmVerdict } of tables.flatMap(
    ({ results }) => results.rows.filter(({ verdict }) => verdict !== 'missing'),
  )) {
    if (verdict === 'full model') {
      const row = `| **${label}** | ${psnr!.toFixed(2)} | | | ${parameters} | ${paper.psnr!.toFixed(2)} | ${verdict} |`;
      assert.ok(readme.includes(row), row);
      continue;
    }
    const { mean, low, high, holm } = difference!;
    const cells = [
      label,
      psnr!.toFixed(2),
      `${signed(mean)} [${signed(low!)}, ${signed(high!)}]`,
      probability(holm),
      parameters,
      paper.psnr === null ? '-' : `${paper.psnr.toFixed(2)} (${signed(paper.difference!)})`,
      verdict + (verdict === holmVerdict ? '' : ", not by Holm's p"),
    ];
    assert.ok(readme.includes(`| ${cells.join(' | ')} |`), cells.join(' | '));
  }
});

test('the shares of results/README.md are those of Figure 4 on Set12', () => {
  const lines = readFileSync(join(RESULTS, 'correlation-maps/set12/correlation-maps.csv'), 'utf8').trimEnd();
  const rows = lines
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const shares = Map.groupBy(rows, ([network]) => network!);
  const readme = readFileSync(join(RESULTS, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');
  for (const [network, words] of [
    ['nlrn-s25', 'in its four states, @ of the weight that it gives to others'],
    ['small-T6', 'A small network with six states has @;'],
    ['small-T6-no-propagation', 'it falls to chance, @.'],
  ] as const) {
    const found = shares.get(network)!.map(([, , , share]) => (100 * Number(share)).toFixed(0));
    const sentence = words.replace('@', `${found.join(', ')} %`);
    assert.ok(readme.includes(sentence), sentence);
  }
});

test.run();
