import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeIssues, replaceFile, trainConfigSchema } from '@nlrn/nlrn';
import * as z from 'zod';

const quality = z.strictObject({ psnr: z.number(), ssim: z.number() });

/** PSNR in dB (peak 1) and SSIM of images clipped and rounded to 8 bits. */
const imageResult = z.strictObject({ name: z.string(), noisy: quality, restored: quality });

const dataset = z.strictObject({
  name: z.string(),
  source: z.enum(['folder', 'generated']),
  images: z.int().positive(),
  /** SHA-256 of names and pixels */
  hash: z.string(),
});

/** One trained variant and seed. */
const run = z.strictObject({
  variant: z.string(),
  seed: z.int(),
  parameters: z.int().positive(),
  config: trainConfigSchema,
  images: z.array(imageResult),
  mean: z.strictObject({ noisy: quality, restored: quality }),
  /** Mean loss of consecutive stretches of the run, each named by its last step */
  lossCurve: z.array(z.strictObject({ step: z.int(), loss: z.number() })),
  trainingSeconds: z.number(),
  evaluationSeconds: z.number(),
  finished: z.string(),
  commit: z.string(),
  backend: z.string(),
});

/** A results file. */
export const resultsSchema = z.strictObject({
  experiment: z.string(),
  title: z.string(),
  preset: z.string(),
  /** The last command, and the machine and versions it ran with */
  environment: z.strictObject({
    command: z.string(),
    commit: z.string(),
    node: z.string(),
    platform: z.string(),
    cpu: z.string(),
    cores: z.int(),
    memoryGB: z.int(),
    backend: z.string(),
  }),
  train: dataset,
  test: dataset,
  runs: z.array(run),
});

export type Run = z.infer<typeof run>;
export type Results = z.infer<typeof resultsSchema>;

/**
 * The runs of a results file that belong to the same data.
 *
 * A file that is damaged, or that has results of other data, is kept aside under another name and never
 * overwritten; `say` is told so.
 */
export function reusableRuns(
  path: string,
  wanted: Pick<Results, 'train' | 'test'>,
  say: (line: string) => void,
): Run[] {
  if (!existsSync(path)) return [];
  const found = readResults(path);
  if (typeof found === 'string') {
    say(`${path}: ${found}; it is kept as ${keepAside(path, 'damaged')}`);
    return [];
  }
  if (found.train.hash !== wanted.train.hash || found.test.hash !== wanted.test.hash) {
    const kept = keepAside(path, `${found.train.name}-${found.test.name}`);
    say(
      `${path}: has results of other images (${found.train.name}, ${found.test.name}); they are kept as ${kept}`,
    );
    return [];
  }
  return found.runs;
}

/** A results file's content, or what is wrong with it. */
export function readResults(path: string): Results | string {
  try {
    const parsed = resultsSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success
      ? parsed.data
      : `is not a results file (${describeIssues(parsed.error).slice(0, 200)})`;
  } catch (error) {
    return `is damaged (${error instanceof Error ? error.message : error})`;
  }
}

/** Writes a text file whole or not at all. Throws UserError, naming the path, when that cannot be done. */
export function writeText(path: string, text: string): void {
  replaceFile(path, [Buffer.from(text)]);
}

/** Renames `name.json` to `name.<why>.json`, or `name.<why>-2.json` and so on; returns the new name. */
function keepAside(path: string, why: string): string {
  const name = basename(path, '.json');
  const place = (n: number) => join(dirname(path), `${name}.${why}${n > 1 ? `-${n}` : ''}.json`);
  let n = 1;
  while (existsSync(place(n))) n++;
  renameSync(path, place(n));
  return basename(place(n));
}

/** Creates the folder of a results file and says what is in the way if it cannot. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
}
