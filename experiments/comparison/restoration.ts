import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keepAside } from '@nlrn/files';
import * as z from 'zod';
import { isSameNoise, noiseOf, otherNoise } from '../lib/noise.ts';
import {
  datasetSchema,
  decibels,
  environmentSchema,
  measured,
  name,
  picture,
  quality,
  readJson,
  sha256,
  sources,
  writeJson,
} from '../lib/results.ts';
import { hasItsMean, OTHER_NOISE } from '../lib/runFiles.ts';
import { type AtLevel, levelMark } from './axis.ts';
import { wasTrainedOn } from './definition.ts';

/** The one of them that a table's axis has. */
const levelShape = {
  sigma: z.number().positive().optional().describe('Standard deviation of the noise, 0-255 scale'),
  scale: z
    .int()
    .min(2)
    .max(4)
    .optional()
    .describe('How many times as long the sides become, where images are enlarged'),
};

const noisy = quality.optional().describe('There where noise is removed');

/**
 * One method on one test set at one level: what stands in `runs/<method>.<set>.s<sigma>.json`, where noise is removed, or
 * `runs/<method>.<set>.x<scale>.json`, where images are enlarged.
 */
export const restorationSchema = z
  .strictObject({
    method: name.describe('As --only takes it; with "-mv" in multi-view testing'),
    set: name.describe('The test set, as --sets takes it'),
    ...levelShape,
    parameters: z.int().positive().nullable().describe('Of a network, biases and all'),
    weights: z
      .strictObject({ file: z.string(), hash: sha256 })
      .nullable()
      .describe(
        'File of the weights, without its folder, and SHA-256 of its tensors: names, shapes and values',
      ),
    test: datasetSchema,
    of: z.int().positive().describe('Images of the whole set, of which "test" may be a part'),
    images: z.array(z.strictObject({ name: z.string(), noisy, restored: quality })).min(1),
    mean: z.strictObject({ noisy, restored: quality }).describe('Means over the images'),
    crops: z
      .array(
        z.strictObject({
          image: z.string(),
          noisy: picture.optional(),
          restored: picture,
          truth: picture,
        }),
      )
      .describe('Details of generated images'),
    megapixels: z.number().positive().describe('Of all images together'),
    seconds: z.number().describe('Time on the clock for restoring them'),
    coreSeconds: z.number().describe('Time of all cores together, user and system, for restoring them'),
    finished: z.string().describe('When it was finished: ISO 8601'),
    environment: environmentSchema,
    sources: sources
      .extend({
        methods: sha256
          .optional()
          .describe(
            'Of methods without training and of what reads published weights; runs that are older than this field lack it',
          ),
      })
      .describe('SHA-256 of the sources that made it'),
  })
  .refine(({ sigma, scale }) => (sigma === undefined) !== (scale === undefined), 'needs sigma or scale')
  .describe('A method on a test set, at a level of noise or at a scale');

export type Restoration = z.infer<typeof restorationSchema>;

const paperFacts = z
  .strictObject({ psnr: decibels.nullable(), ssim: measured.nullable() })
  .nullable()
  .describe('What the paper prints');

const comparedRow = z
  .strictObject({
    method: z.string(),
    label: z.string().describe('Its name; as the paper calls it where no run on the set tells'),
    set: z.string(),
    ...levelShape,
    images: z.int().nullable().describe('How many were restored'),
    of: z.int().nullable().describe('How many the set has'),
    noisyPsnr: decibels.nullable().optional().describe('There where noise is removed'),
    psnr: decibels.nullable().describe('In dB, mean over images, clipped and rounded to 8 bits'),
    ssim: measured.nullable().describe('Likewise'),
    parameters: z.int().nullable(),
    coreSecondsPerMegapixel: z.number().nullable(),
    paper: paperFacts,
    why: z.string().nullable().describe('Why it has not been run; null where it has'),
  })
  .describe('A method on a test set at a level; null is what no run tells');

/** A table of the paper: what stands in `denoising.json`, `denoising-300.json` and `super-resolution.json`. */
export const comparisonSchema = z
  .strictObject({
    comparison: z.string(),
    title: z.string(),
    modelSources: z
      .array(sha256)
      .describe('SHA-256 of the sources of the models that made its runs, each once'),
    coreHours: z.number(),
    rows: z.array(comparedRow),
  })
  .describe('Methods compared on test sets, at levels of noise or at scales');

export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparedRow = Comparison['rows'][number];

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
