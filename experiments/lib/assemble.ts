import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { levelsOn } from '../paper.ts';
import { configOf, type Experiment, networkId, type Scale, variantsAt } from './experiment.ts';
import { writeJson, writeText } from './jsonFiles.ts';
import { plotResults } from './plot.ts';
import { type DatasetFacts, type Results, type Run, resultsSchema } from './results.ts';
import { rowsOf, sideBySide, testOf } from './statistics.ts';
import { formatCsv } from './table.ts';

/** The images that all runs of a table are trained and tested on. */
export interface Sets {
  readonly train: DatasetFacts;
  readonly test: DatasetFacts;
}

/** The images of the run that was finished last; undefined if there is none. */
export function latestSets(runs: readonly Run[]): Sets | undefined {
  return [...runs].sort((a, b) => a.finished.localeCompare(b.finished)).at(-1);
}

/**
 * The tables and figures that the runs of a preset make; their rows are tested side by side.
 *
 * Runs of other images, and those whose configuration is not that of the experiment today, are left out.
 */
export function assemble(
  experiments: readonly Experiment[],
  scale: Scale,
  runs: readonly Run[],
  sets: Sets | undefined,
): Results[] {
  const tables = experiments.map((experiment) => assembleOne(experiment, scale, runs, sets));
  const rows = sideBySide(tables.map(({ rows }) => rows));
  const tests = rows.flatMap((table) =>
    table.filter(({ difference }) => difference?.holm != null).map((row) => testOf(row, table)),
  );
  const comparisons = new Set(tests).size;
  return tables.map((table, i) => ({ ...table, comparisons, rows: rows[i]! }));
}

function assembleOne(
  experiment: Experiment,
  scale: Scale,
  runs: readonly Run[],
  sets: Sets | undefined,
): Omit<Results, 'comparisons'> {
  const { name, title, axis, remark, fullModel } = experiment;
  const variants = variantsAt(scale, experiment);
  const wanted = new Map(variants.map((variant) => [networkId(scale, variant), variant]));
  // Beside rows that are compared with several ones a level would have several places.
  const hasLevels = variants.every(({ against }) => against === undefined);
  const own = runs.filter((run) => {
    const variant = wanted.get(run.id);
    const sameImages = run.train.hash === sets?.train.hash && run.test.hash === sets?.test.hash;
    return variant && sameImages && isDeepStrictEqual(run.config, configOf(scale, variant, run.seed));
  });
  return {
    experiment: name,
    title,
    axis: axis ?? null,
    remark: remark ?? null,
    preset: scale.name,
    fullModel,
    config: scale.config,
    train: sets?.train ?? null,
    test: sets?.test ?? null,
    levels: hasLevels ? levelsOn(sets?.test, scale.config.sigma) : [],
    modelSources: [...new Set(own.map(({ sources }) => sources?.model ?? null))].toSorted(),
    coreHours: own.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0) / 3600,
    rows: rowsOf(experiment, scale, own),
  };
}

/** Whether a run stands in a table; its seed does not where it was left out. */
export function isIn(results: readonly Results[], { id, seed }: Run): boolean {
  return results.some(({ rows }) => rows.some((row) => row.id === id && row.seeds.includes(seed)));
}

/** Writes JSON, CSV and SVG; each appears whole or not at all. Returns where: `…/ablation-metrics.{json,csv,svg}`. */
export function writeResults(folder: string, results: Results): string {
  const place = (ending: string) => join(folder, `${results.experiment}.${ending}`);
  writeJson(place('json'), resultsSchema, results);
  writeText(place('csv'), formatCsv(results));
  writeText(place('svg'), plotResults(results));
  return place('{json,csv,svg}');
}
