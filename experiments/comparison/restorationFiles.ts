import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '@nlrn/cli';
import { keepAside } from '@nlrn/files';
import { exceptions } from '../lib/exceptions.ts';
import { readJson, writeJson } from '../lib/jsonFiles.ts';
import { isSameNoise, noiseOf, otherNoise } from '../lib/noise.ts';
import { hasItsMean, namesOfRuns, OTHER_NOISE } from '../lib/runFiles.ts';
import { type AtLevel, levelMark } from './axis.ts';
import { wasTrainedOn } from './definition.ts';
import { type Restoration, restorationSchema } from './restoration.ts';
import type { LoadedSet } from './sets.ts';

type RunKey = Pick<Restoration, 'method' | 'set'> & AtLevel & { readonly part?: string | undefined };

/** `bm3d.set12.s25`, or, of the first five images, `bm3d.set12-first5.s25`. */
function restorationName({ method, set, part, ...at }: RunKey): string {
  return `${method}.${imagesName(set, part)}.${levelMark(at)}`;
}

/** `set12`, or, of its first five images, `set12-first5`. */
function imagesName(set: string, part: string | undefined): string {
  return part === undefined ? set : `${set}-${part}`;
}

export function restorationFile(folder: string, key: RunKey): string {
  return join(folder, 'runs', `${restorationName(key)}.json`);
}

/** How the names of a run's restored pictures begin. */
export function picturesBegin(file: string): string {
  return `crops/${basename(file, '.json')}.`;
}

export function writeRestoration(path: string, run: Restoration): void {
  writeJson(path, restorationSchema, run);
}

/** The run in a file, or what is wrong with it. */
function readRestoration(path: string): Restoration | string {
  const run = readJson(path, restorationSchema);
  if (typeof run === 'string') return run;
  const { method, set } = run;
  const [begin, end] = [`${method}.${set}`, `.${levelMark(run)}.json`];
  const file = basename(path);
  if (!file.startsWith(begin) || !file.endsWith(end)) return `does not fit its name: in it is ${begin}${end}`;
  if (wasTrainedOn(run)) return 'is of a method that was trained on its images';
  if (run.images.length !== run.test.images) return 'has not as many results as images';
  if (!hasItsMean(run)) return 'has a mean that is not that of its images';
  const own = run.crops.every(({ restored }) => restored.startsWith(picturesBegin(path)));
  return own ? run : 'names pictures of another run';
}

/** What a run must be of, to be used again. */
export interface WantedRestoration {
  readonly test: { readonly hash: string };
  readonly weights: Restoration['weights'];
  /** The PSNRs of its noisy images today; none where images are enlarged */
  readonly noisy: () => readonly number[];
}

/** The run in a file that is there; a damaged one is kept aside, and `say` is told so. */
export function wholeRestoration(path: string, say: (line: string) => void): Restoration | undefined {
  if (!existsSync(path)) return undefined;
  const run = readRestoration(path);
  if (typeof run !== 'string') return run;
  say(`${path}: ${run}; it is kept as ${keepAside(path, 'damaged')}`);
  return undefined;
}

/** Whether a file has a finished run of these images and weights, which stays where it is. Its noise takes a while to compare: that is left. */
export function isThere(path: string, wanted: Pick<WantedRestoration, 'test' | 'weights'>): boolean {
  const run = readRestoration(path);
  return typeof run !== 'string' && otherFiles(run, wanted) === undefined;
}

/**
 * A finished run that can be used again. One that is damaged, or of other images, weights or noise, is kept aside under another
 * name, and `say` is told so.
 */
export function reusableRestoration(
  path: string,
  wanted: WantedRestoration,
  say: (line: string) => void,
): Restoration | undefined {
  const run = wholeRestoration(path, say);
  if (run === undefined) return undefined;
  const other = otherThan(run, wanted);
  if (other === undefined) return run;
  say(`${path}: is of ${other} than asked for; it is kept as ${keepAside(path, other.replace(' ', '-'))}`);
  return undefined;
}

function otherThan(run: Restoration, wanted: WantedRestoration): string | undefined {
  return otherFiles(run, wanted) ?? (isSameNoise(noiseOf(run), wanted.noisy()) ? undefined : 'other noise');
}

function otherFiles(
  run: Restoration,
  { test, weights }: Pick<WantedRestoration, 'test' | 'weights'>,
): string | undefined {
  if (run.test.hash !== test.hash) return 'other images';
  return run.weights?.hash === weights?.hash ? undefined : 'other weights';
}

/**
 * Throws UserError if some of a folder's runs are of other images of a set, or of the same part of it: side by side in a table
 * they would be compared.
 */
export function checkSameImages(
  folder: string,
  files: readonly RestorationFile[],
  { set, part, dataset }: LoadedSet,
): void {
  const images = imagesName(set.name, part);
  const other = files.find((file) => imagesOf(file) === images && file.run.test.hash !== dataset.hash);
  if (other !== undefined)
    throw new UserError(
      `${join(folder, 'runs', other.name)}: is of other images of ${set.label} (${other.run.test.images}) than those that are there now (${dataset.images.length}); fetch the whole set, name the folder of those images by --data, or another folder of results by --out`,
    );
}

/** All runs of a folder, in the order of their names; `say` is told which files are left out, and why. */
export function readRestorations(folder: string, say: (line: string) => void): Restoration[] {
  return readRestorationFiles(folder, say).map(({ run }) => run);
}

/** The names of the files of a folder's runs, in their order, whatever is in them. */
export function restorationFileNames(folder: string): string[] {
  return namesOfRuns(folder, /\.[sx][\d.]+\.json$/);
}

/** A run, and the name of its file in `runs/`. */
interface RestorationFile {
  readonly name: string;
  readonly run: Restoration;
}

/** The same, with the names of their files. */
export function readRestorationFiles(folder: string, say: (line: string) => void): RestorationFile[] {
  const runs = join(folder, 'runs');
  const leaveOut = (name: string, fault: string) => say(`${join(runs, name)}: ${fault}; it is left out`);
  const whole = restorationFileNames(folder).flatMap((name) => {
    const run = readRestoration(join(runs, name));
    if (typeof run !== 'string') return [{ name, run }];
    leaveOut(name, run);
    return [];
  });
  const odd = otherImages(whole);
  for (const { name } of odd) leaveOut(name, 'is of other images of its set than most runs');
  const alike = whole.filter((file) => !odd.includes(file));
  const older = otherNoise(
    alike.map(({ run }) => run),
    (run) => `${run.test.hash} ${levelMark(run)}`,
  );
  const isOlder = ({ run }: RestorationFile) => older.includes(run);
  for (const { name } of alike.filter(isOlder)) leaveOut(name, OTHER_NOISE);
  return alike.filter((file) => !isOlder(file));
}

/** Of the runs on a set, or on the same part of it, those of other images than most of them; of as many, those of fewer images. */
function otherImages(files: readonly RestorationFile[]): RestorationFile[] {
  const most = files.toSorted((a, b) => b.run.test.images - a.run.test.images);
  return exceptions(most, imagesOf, ({ run }) => run.test.hash);
}

/** The `imagesName` in a run's name. */
function imagesOf({ name, run }: RestorationFile): string {
  return name.slice(`${run.method}.`.length, -`.${levelMark(run)}.json`.length);
}
