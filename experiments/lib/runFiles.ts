import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FileError, keepAside } from '@nlrn/files';
import { meanQuality, type Quality } from '@nlrn/nn';
import { exceptions } from './exceptions.ts';
import { readJson, writeJson } from './jsonFiles.ts';
import { isSameNoise, noiseOf, otherNoise } from './noise.ts';
import { UNNAMED_SOURCES } from './origins.ts';
import { type DatasetFacts, type Run, runSchema } from './results.ts';

/** What a run must belong to, to be used. */
export interface Wanted {
  readonly config: Run['config'];
  readonly train: Pick<DatasetFacts, 'hash'>;
  readonly test: Pick<DatasetFacts, 'hash'>;
  /** Hash of the model's sources; without it a run of any will do */
  readonly model?: string | undefined;
  /** PSNRs of today's noisy test images; without them noise of any draw will do */
  readonly noisy?: readonly number[] | undefined;
}

/** `full.seed1`, as files of a run begin. */
export function runName({ id, seed }: Pick<Run, 'id' | 'seed'>): string {
  return `${id}.seed${seed}`;
}

export function runFile(folder: string, run: Pick<Run, 'id' | 'seed'>): string {
  return join(folder, 'runs', `${runName(run)}.json`);
}

/**
 * Keeps a run's file aside, and, by the same word in their names, its weights and restored pictures, which another training writes
 * anew. Returns the new path. Throws FileError when that cannot be done.
 */
export function keepRunAside(path: string, why: string): string {
  const kept = keepAside(path, why);
  const [name, folder] = [basename(path, '.json'), dirname(dirname(path))];
  const word = basename(kept, '.json').slice(name.length + 1);
  // What is kept aside already has a word more.
  const isOwn = (file: string) =>
    file.startsWith(`${name}.`) && /^(safetensors|[\w-]+\.png)$/.test(file.slice(name.length + 1));
  for (const place of ['weights', 'crops'].map((part) => join(folder, part)).filter(existsSync))
    for (const file of readdirSync(place).filter(isOwn)) keepAside(join(place, file), word);
  return kept;
}

/** Writes a run and reads it back: what it was made from may be deleted then. Throws FileError, naming the file. */
export function writeRun(folder: string, run: Run): void {
  const path = runFile(folder, run);
  writeJson(path, runSchema, run);
  const back = readRun(path);
  if (typeof back === 'string') throw new FileError(`${path}: ${back}, though it has just been written`);
}

/** The run in a file, or what is wrong with it: it is damaged, or contradicts itself, its name or its folder. */
function readRun(path: string): Run | string {
  const run = readJson(path, runSchema);
  return typeof run === 'string' ? run : (contradictionIn(run, path) ?? run);
}

function contradictionIn(run: Run, path: string): string | undefined {
  const { preset, seed, config, images, test, crops } = run;
  const [name, folder] = [runName(run), basename(dirname(dirname(path)))];
  if (`${name}.json` !== basename(path)) return `does not fit its name: in it is the run ${name}`;
  if (preset !== folder) return `is of the preset ${preset}, in the folder of ${folder}`;
  if (config.seed !== seed) return `is of seed ${seed}, but was trained with seed ${config.seed}`;
  if (images.length !== test.images) return `has results of ${images.length} of ${test.images} test images`;
  if (new Set(images.map(({ name }) => name)).size < images.length) return 'has a test image twice';
  if (!hasItsMean(run)) return 'has a mean that is not that of its images';
  const own = crops.every(({ restored }) => restored.startsWith(`crops/${name}.`));
  return own ? undefined : 'names pictures of another run';
}

/** Of sums in another order, in dB and of SSIM. */
const ROUNDING = 1e-6;

/** Of an image, or of their mean: with noise, where it is removed, and restored. */
interface Measured {
  readonly noisy?: Quality | undefined;
  readonly restored: Quality;
}

/** Whether what is said to be the mean over images is that. */
export function hasItsMean({
  images,
  mean,
}: {
  readonly images: readonly Measured[];
  readonly mean: Measured;
}): boolean {
  return (['noisy', 'restored'] as const).every((kind) => {
    const stated = mean[kind];
    const own = images.flatMap((image) => image[kind] ?? []);
    if (!stated) return own.length === 0;
    if (own.length === 0 || own.length < images.length) return false;
    const found = meanQuality(own);
    return isNear(found.psnr, stated.psnr) && isNear(found.ssim, stated.ssim);
  });
}

function isNear(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= ROUNDING;
}

/** The run in a file that is there; a damaged one is kept aside, its weights and pictures with it, and `say` is told so. */
export function wholeRun(path: string, say: (line: string) => void): Run | undefined {
  if (!existsSync(path)) return undefined;
  const run = readRun(path);
  if (typeof run !== 'string') return run;
  say(`${path}: ${run}; it is kept as ${keepRunAside(path, 'damaged')}`);
  return undefined;
}

/**
 * A finished run, if there is one that can be used again.
 *
 * A file that is damaged, or of other images, another configuration, other sources of the model or other noise in its test, is
 * kept aside under another name, its weights and pictures with it, and `say` is told so. Nothing is overwritten.
 */
export function reusableRun(path: string, wanted: Wanted, say: (line: string) => void): Run | undefined {
  const run = wholeRun(path, say);
  if (run === undefined) return undefined;
  const other = otherThan(run, wanted);
  if (other === undefined) return run;
  say(`${path}: is of ${other.text}; it is kept as ${keepRunAside(path, other.name)}`);
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
  if (wanted.model !== undefined && run.sources?.model !== wanted.model)
    return { text: run.sources ? 'other sources of the model' : UNNAMED_SOURCES, name: 'other-sources' };
  if (!wanted.noisy || isSameNoise(noiseOf(run), wanted.noisy)) return undefined;
  return { text: 'a test with other noise than is drawn today', name: 'other-noise' };
}

/** Why a run or restoration is not compared with others. */
export const OTHER_NOISE =
  'was tested with other noise than the run that was finished last; the command that made it makes it again';

/** The names of a folder's runs that end so, in their order; none without the folder. */
export function namesOfRuns(folder: string, end: RegExp): string[] {
  const runs = join(folder, 'runs');
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .filter((name) => end.test(name))
    .sort();
}

/** The names of the files of a folder's runs, in their order, whatever is in them. */
export function runFileNames(folder: string): string[] {
  // What is kept aside has another word behind the seed.
  return namesOfRuns(folder, /\.seed-?\d+\.json$/);
}

/** All runs of a preset's folder, in the order of their names; `say` is told which files are left out, and why. */
export function readRuns(folder: string, say: (line: string) => void): Run[] {
  const runs = join(folder, 'runs');
  const leaveOut = (name: string, fault: string) => say(`${join(runs, name)}: ${fault}; it is left out`);
  const whole = runFileNames(folder).flatMap((name) => {
    const run = readRun(join(runs, name));
    if (typeof run !== 'string') return [run];
    leaveOut(name, run);
    return [];
  });
  const odd = oddNames(whole);
  for (const run of odd) leaveOut(`${runName(run)}.json`, 'names its test images otherwise than other runs');
  const alike = whole.filter((run) => !odd.includes(run));
  const older = otherNoise(alike, ({ test, config }) => `${test.hash} ${config.sigma}`);
  for (const run of older) leaveOut(`${runName(run)}.json`, OTHER_NOISE);
  return alike.filter((run) => !older.includes(run));
}

/** Of the runs on the same images those that do not name them as most of them do. */
function oddNames(runs: readonly Run[]): Run[] {
  return exceptions(
    runs,
    ({ test }) => test.hash,
    ({ images }) => JSON.stringify(images.map(({ name }) => name)),
  );
}
