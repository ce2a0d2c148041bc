import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { keepAside } from '@nlrn/files';
import { type DatasetFacts, type Run, readJson, runSchema, writeText } from './results.ts';

/** What a run must belong to, to be used. */
export interface Wanted {
  readonly config: Run['config'];
  readonly train: Pick<DatasetFacts, 'hash'>;
  readonly test: Pick<DatasetFacts, 'hash'>;
  /** Hash of the model's sources; without it a run of any will do */
  readonly model?: string | undefined;
}

/** `full.seed1`, as files of a run begin. */
export function runName({ id, seed }: Pick<Run, 'id' | 'seed'>): string {
  return `${id}.seed${seed}`;
}

export function runFile(folder: string, run: Pick<Run, 'id' | 'seed'>): string {
  return join(folder, 'runs', `${runName(run)}.json`);
}

export function writeRun(folder: string, run: Run): void {
  writeText(runFile(folder, run), `${JSON.stringify(run, null, 1)}\n`);
}

/**
 * A finished run, if there is one that can be used again.
 *
 * A file that is damaged, or of other images, another configuration or other sources of the model, is kept aside under
 * another name, and `say` is told so. Nothing is overwritten.
 */
export function reusableRun(path: string, wanted: Wanted, say: (line: string) => void): Run | undefined {
  if (!existsSync(path)) return undefined;
  const run = readJson(path, runSchema);
  if (typeof run === 'string') {
    say(`${path}: ${run}; it is kept as ${keepAside(path, 'damaged')}`);
    return undefined;
  }
  const other = otherThan(run, wanted);
  if (other === undefined) return run;
  say(`${path}: is of ${other.text}; it is kept as ${keepAside(path, other.name)}`);
  return undefined;
}

/** In what a run is not the wanted one. */
function otherThan(run: Run, wanted: Wanted): { text: string; name: string } | undefined {
  if (run.train.hash !== wanted.train.hash || run.test.hash !== wanted.test.hash) {
    return { text: `other images (${run.train.name} and ${run.test.name})`, name: 'other-images' };
  }
  if (!isDeepStrictEqual(run.config, wanted.config)) {
    return { text: 'an older configuration', name: 'older-configuration' };
  }
  // A run that names no sources is older than their hashes. Whether it is of these, nobody can tell: it stays.
  const isOfOthers = wanted.model !== undefined && run.sources && run.sources.model !== wanted.model;
  return isOfOthers ? { text: 'other sources of the model', name: 'other-sources' } : undefined;
}

/** All runs of a preset's folder, in the order of their names; `say` is told which files are damaged. */
export function readRuns(folder: string, say: (line: string) => void): Run[] {
  const runs = join(folder, 'runs');
  if (!existsSync(runs)) return [];
  // What is kept aside has another word behind the seed.
  const names = readdirSync(runs).filter((name) => /\.seed-?\d+\.json$/.test(name));
  return names.sort().flatMap((name) => {
    const run = readJson(join(runs, name), runSchema);
    if (typeof run !== 'string') return [run];
    say(`${join(runs, name)}: ${run}; it is left out`);
    return [];
  });
}
