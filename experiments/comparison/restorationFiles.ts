import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keepAside } from '@nlrn/files';
import { readJson, writeJson } from '../lib/jsonFiles.ts';
import { isSameNoise, noiseOf, otherNoise } from '../lib/noise.ts';
import { hasItsMean, OTHER_NOISE } from '../lib/runFiles.ts';
import { type AtLevel, levelMark } from './axis.ts';
import { wasTrainedOn } from './definition.ts';
import { type Restoration, restorationSchema } from './restoration.ts';

type RunKey = Pick<Restoration, 'method' | 'set'> & AtLevel & { readonly part?: string | undefined };

/** `bm3d.set12.s25`, or, of the first five images, `bm3d.set12-first5.s25`. */
function restorationName({ method, set, part, ...at }: RunKey): string {
  return `${method}.${set}${part === undefined ? '' : `-${part}`}.${levelMark(at)}`;
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

function otherThan(run: Restoration, { test, weights, noisy }: WantedRestoration): string | undefined {
  if (run.test.hash !== test.hash) return 'other images';
  if (run.weights?.hash !== weights?.hash) return 'other weights';
  return isSameNoise(noiseOf(run), noisy()) ? undefined : 'other noise';
}

/** All runs of a folder, in the order of their names; `say` is told which files are left out, and why. */
export function readRestorations(folder: string, say: (line: string) => void): Restoration[] {
  return readRestorationFiles(folder, say).map(({ run }) => run);
}

/** The same, with the names of their files in `runs/`. */
export function readRestorationFiles(
  folder: string,
  say: (line: string) => void,
): { name: string; run: Restoration }[] {
  const runs = join(folder, 'runs');
  if (!existsSync(runs)) return [];
  const names = readdirSync(runs).filter((name) => /\.[sx][\d.]+\.json$/.test(name));
  const leaveOut = (name: string, fault: string) => say(`${join(runs, name)}: ${fault}; it is left out`);
  const whole = names.sort().flatMap((name) => {
    const run = readRestoration(join(runs, name));
    if (typeof run !== 'string') return [{ name, run }];
    leaveOut(name, run);
    return [];
  });
  const older = otherNoise(
    whole.map(({ run }) => run),
    (run) => `${run.test.hash} ${levelMark(run)}`,
  );
  const isOlder = ({ run }: (typeof whole)[number]) => older.includes(run);
  for (const { name } of whole.filter(isOlder)) leaveOut(name, OTHER_NOISE);
  return whole.filter((file) => !isOlder(file));
}
