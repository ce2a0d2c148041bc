import { existsSync, readFileSync } from 'node:fs';
import { describeIssues, keepAside, replaceFile, trainConfigSchema } from '@nlrn/nlrn';
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

/** What the runs of a results file must belong to, to be used again. */
export interface Wanted extends Pick<Results, 'train' | 'test'> {
  /** Whether a run is one of the experiment as it is today */
  readonly isCurrent: (run: Run) => boolean;
}

/**
 * The runs of a results file that can be used again.
 *
 * A file that is damaged, has results of other images, or has some of an older configuration, is kept aside under
 * another name with the table and plot made of it, and `say` is told so. Nothing is overwritten.
 */
export function reusableRuns(path: string, wanted: Wanted, say: (line: string) => void): Run[] {
  if (!existsSync(path)) return [];
  const found = readResults(path);
  if (typeof found === 'string') {
    say(`${path}: ${found}; it is kept as ${keepResultsAside(path, 'damaged')}`);
    return [];
  }
  if (found.train.hash !== wanted.train.hash || found.test.hash !== wanted.test.hash) {
    const images = `${found.train.name} and ${found.test.name}`;
    const kept = keepResultsAside(path, 'other-images');
    say(`${path}: has results of other images (${images}); they are kept as ${kept}`);
    return [];
  }
  const current = found.runs.filter(wanted.isCurrent);
  if (current.length < found.runs.length) {
    const kept = keepResultsAside(path, 'older-configuration');
    say(`${path}: has results of an older configuration; they are kept as ${kept}`);
  }
  return current;
}

/** Renames a results file, and the table and plot made of it; returns the new path. */
export function keepResultsAside(path: string, why: string): string {
  for (const made of ['csv', 'svg'].map((ending) => path.replace(/json$/, ending))) {
    if (existsSync(made)) keepAside(made, why);
  }
  return keepAside(path, why);
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
