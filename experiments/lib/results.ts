import { readFileSync } from 'node:fs';
import { describeIssues, replaceFile, trainConfigSchema } from '@nlrn/nlrn';
import * as z from 'zod';

/**
 * What `results/<preset>/` holds:
 *
 *   runs/<id>.seed<k>.json        one trained network and its test: `runSchema`. Written once, by whoever trained it
 *   crops/<id>.seed<k>.<image>    what it makes of images of the generator; crops/noisy.<image>, crops/truth.<image>
 *   <experiment>.json .csv .svg   made of the runs, again and again: `resultsSchema`
 *   checkpoints/, weights/        not committed
 */

/** PSNR in dB (peak 1) and SSIM of images clipped and rounded to 8 bits */
const quality = z.strictObject({ psnr: z.number(), ssim: z.number() });

const dataset = z.strictObject({
  name: z.string(),
  source: z.enum(['folder', 'generated']),
  images: z.int().positive(),
  /** SHA-256 of names and pixels */
  hash: z.string(),
});

/** Program, machine and versions */
const environment = z.strictObject({
  command: z.string(),
  /** With `+` if files had been changed; `unknown` outside a repository */
  commit: z.string(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryGB: z.int(),
  backend: z.string(),
});

/** One network, trained with one seed, and tested. */
export const runSchema = z.strictObject({
  /** In what its network differs from the preset's, `metric-gaussian`; `full` if in nothing */
  id: z.string(),
  preset: z.string(),
  seed: z.int(),
  parameters: z.int().positive(),
  config: trainConfigSchema,
  train: dataset,
  test: dataset,
  images: z.array(z.strictObject({ name: z.string(), noisy: quality, restored: quality })).min(1),
  /** Means over the images */
  mean: z.strictObject({ noisy: quality, restored: quality }),
  /** Mean loss of consecutive stretches of the run, each named by its last step */
  lossCurve: z.array(z.strictObject({ step: z.int(), loss: z.number() })),
  /** Mean PSNR (dB) on a few generated images, measured on the way */
  validationCurve: z.array(z.strictObject({ step: z.int(), psnr: z.number() })),
  /** PNG files, relative to the preset's folder */
  crops: z.array(
    z.strictObject({ image: z.string(), noisy: z.string(), restored: z.string(), truth: z.string() }),
  ),
  /** Time on the clock, over all sittings */
  trainingSeconds: z.number(),
  evaluationSeconds: z.number(),
  /** Time of all cores together, user and system, for training and testing */
  coreSeconds: z.number(),
  /** When it was finished: ISO 8601 */
  finished: z.string(),
  environment,
});

export const VERDICTS = [
  /** The row that the others are compared with */
  'full model',
  /** No run of it is there, or none of the full model with the same seeds */
  'missing',
  /** A single seed: the spread between seeds is not known */
  'not tested',
  /** It is not known what the paper found */
  'paper unknown',
  /** The 95 % interval of the difference to the full model holds zero */
  'inside the noise',
  /** Outside the noise, with the paper's sign */
  'agrees',
  /** Outside the noise, with the other sign */
  'opposite',
] as const;

/** What the paper says of a row. */
const paper = z.strictObject({
  /** PSNR that it prints, in dB, on Set12 at sigma 25 */
  psnr: z.number().nullable(),
  /** The same above its full model's */
  difference: z.number().nullable(),
  /** How the row stands to the full model by its words or numbers */
  claim: z.enum(['lower', 'equal', 'higher']).nullable(),
  /** Its words, in ours, and where they stand */
  words: z.string().nullable(),
});

/** The seeds of a variant together; null is what no run tells. */
const row = z.strictObject({
  variant: z.string(),
  label: z.string(),
  /** Where it stands on a figure's axis; null in tables, and for the whole image, which is the last point */
  x: z.number().nullable(),
  /** The `id` of its runs */
  id: z.string(),
  seeds: z.array(z.int()),
  parameters: z.int().nullable(),
  noisyPsnr: z.number().nullable(),
  /** Mean over seeds of the mean over images, dB */
  psnr: z.number().nullable(),
  /** Standard deviation of that over seeds; null for a single one */
  psnrSd: z.number().nullable(),
  ssim: z.number().nullable(),
  /** PSNR above the full model's, in dB: mean over images and common seeds, and its 95 % interval */
  difference: z
    .strictObject({ mean: z.number(), low: z.number().nullable(), high: z.number().nullable() })
    .nullable(),
  paper,
  verdict: z.enum(VERDICTS),
});

/** A table or figure: what stands in `<experiment>.json`. */
export const resultsSchema = z.strictObject({
  experiment: z.string(),
  title: z.string(),
  /** Name of the axis of a figure, such as `q`; null for a table */
  axis: z.string().nullable(),
  preset: z.string(),
  /** The variant that the others are compared with */
  fullModel: z.string(),
  /** The full model's training; the rows change the network alone, and say so */
  config: trainConfigSchema,
  train: dataset.nullable(),
  test: dataset.nullable(),
  /** Core-hours of the runs in it */
  coreHours: z.number(),
  rows: z.array(row),
});

export type Run = z.infer<typeof runSchema>;
export type DatasetFacts = z.infer<typeof dataset>;
export type Verdict = (typeof VERDICTS)[number];
export type PaperFacts = z.infer<typeof paper>;
export type Row = z.infer<typeof row>;
export type Results = z.infer<typeof resultsSchema>;

/** The content of a JSON file of that schema, or what is wrong with it. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T | string {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
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
