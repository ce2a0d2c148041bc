import { join } from 'node:path';
import { networkConfigSchema } from '@nlrn/networks';
import { trainConfigSchema } from '@nlrn/nn';
import * as z from 'zod';
import { MOST_SEEDS } from './pairedDifference.ts';

/** Where results are, unless another folder is named. */
export const RESULTS = join(import.meta.dirname, '../../results');

/**
 * What `results/<preset>/` holds:
 *
 *   runs/<id>.seed<k>.json        one trained network and its test: `runSchema`. Written once, by whoever trained it
 *   crops/<id>.seed<k>.<image>    what it makes of images of the generator; crops/noisy.<image>, crops/truth.<image>
 *   <experiment>.json .csv .svg   made of the runs, again and again: `resultsSchema`
 *   index.html                    made of the runs
 *   checkpoints/, weights/        not committed
 */

/** A number that is measured; JSON has no way to write what is not finite, so that is a word. */
export const measured = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

export const decibels = measured;

/** What file names begin with; the pattern keeps a file from elsewhere from naming other places. */
export const name = z.string().regex(/^\w[\w.-]*$/, 'must be of letters, digits, ".", "-" and "_"');

export const quality = z
  .strictObject({
    psnr: decibels.describe('PSNR in dB, peak 1; Infinity where nothing is wrong'),
    ssim: measured.describe('SSIM, at most 1'),
  })
  .describe('Of images clipped to [0, 1] and rounded to 8 bits');

export const datasetSchema = z.strictObject({
  name: z.string(),
  source: z.enum(['folder', 'generated', 'given']),
  images: z.int().positive(),
  hash: z.string().describe('SHA-256 of names and pixels'),
});

export const environmentSchema = z
  .strictObject({
    command: z.string(),
    commit: z
      .string()
      .describe(
        'With + if files had been changed or added that are no results; "unknown" outside a repository',
      ),
    node: z.string(),
    platform: z.string(),
    cpu: z.string(),
    cpuKind: z
      .string()
      .optional()
      .describe('What tells processors of one name apart, where the system says it: family 25 model 17'),
    cores: z.int(),
    memoryGB: z.int(),
    backend: z.string(),
  })
  .describe('Program, machine and versions');

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const sources = z
  .strictObject({
    model: sha256.describe(
      'Of the model, its training, data and measurement: another hash, perhaps other results',
    ),
    engine: sha256.describe('Of what computes: another hash, perhaps another rounding'),
  })
  .describe('SHA-256 of the sources that made it; runs that are older than this field lack it');

/** A picture beside the runs. */
export const picture = z
  .string()
  .regex(/^crops\/[\w-][\w.-]*\.png$/, 'must be a PNG file in crops/')
  .describe('PNG file, relative to the folder of the preset');

/** One network, trained with one seed, and tested. */
export const runSchema = z
  .strictObject({
    id: name.describe(
      'In what its network, or its steps, differ from the preset’s, "metric-gaussian"; "full" if in nothing',
    ),
    preset: name,
    seed: z.int(),
    parameters: z.int().positive(),
    config: trainConfigSchema(networkConfigSchema),
    train: datasetSchema,
    test: datasetSchema,
    images: z.array(z.strictObject({ name: z.string(), noisy: quality, restored: quality })).min(1),
    mean: z.strictObject({ noisy: quality, restored: quality }).describe('Means over the images'),
    lossCurve: z
      .array(z.strictObject({ step: z.int(), loss: measured }))
      .describe('Mean loss of consecutive stretches of the run, each named by its last step'),
    validationCurve: z
      .array(z.strictObject({ step: z.int(), psnr: decibels }))
      .describe('Mean PSNR in dB on a few generated images, measured on the way'),
    crops: z
      .array(z.strictObject({ image: z.string(), noisy: picture, restored: picture, truth: picture }))
      .describe('Details of generated images'),
    trainingSeconds: z.number().describe('Time on the clock, over all sittings'),
    evaluationSeconds: z.number(),
    coreSeconds: z.number().describe('Time of all cores together, user and system, for training and testing'),
    testing: z
      .strictObject({ coreSeconds: z.number(), megapixels: z.number().positive() })
      .optional()
      .describe('What of these the test images took, and how large they are; runs that are older lack it'),
    finished: z.string().describe('When it was finished: ISO 8601'),
    environment: environmentSchema,
    sources: sources.optional(),
  })
  .describe('One network, trained with one seed, and tested');

export const VERDICTS = [
  /** The row that the others are compared with */
  'full model',
  /** No run of it is there, or none of the full model with the same seeds */
  'missing',
  /** It has been tested, and the paper has no such row, or not beside such a full model */
  'not in the paper',
  /** A single seed or image, or a PSNR that is not finite: the noise is not known */
  'not tested',
  /** The 95 % interval of the difference to the full model holds zero */
  'inside the noise',
  /** Outside the noise, with the paper's sign; where the paper finds no difference, inside the noise */
  'agrees',
  /** Outside the noise, with the other sign, or where the paper finds no difference */
  'opposite',
] as const;

const paper = z
  .strictObject({
    psnr: decibels
      .nullable()
      .describe(
        'PSNR that it prints, in dB, on Set12 at sigma 25; null for the points of its curves but q = 45, T = 12',
      ),
    difference: decibels.nullable().describe('The same above its full model’s, in dB'),
    claim: z
      .enum(['lower', 'equal', 'higher'])
      .nullable()
      .describe(
        'How the row stands to the full model by its words or numbers; null where it has no such row, or not beside such a full model',
      ),
    words: z.string().nullable().describe('Its words, in ours, and where they stand'),
  })
  .describe('What the paper says of a row');

const difference = z
  .strictObject({
    seeds: z.array(z.int()).min(1).describe('Those of which both rows have runs'),
    mean: decibels,
    low: decibels.nullable(),
    high: decibels.nullable(),
    p: measured.nullable().describe('Chance of a difference as large if there is none: two-sided'),
    holm: measured
      .nullable()
      .describe(
        'The same where all rows of the preset are tested side by side: Holm’s adjusted p; null with few seeds',
      ),
    seedsNeeded: z
      .int()
      .nullable()
      .describe(
        `With how many seeds the interval would leave zero out, if mean and spread stay; null if it does, if there is none, and if ${MOST_SEEDS} seeds would not do`,
      ),
  })
  .nullable()
  .describe(
    'PSNR above that of the row that it is compared with, in dB: mean over images and common seeds, and its 95 % interval',
  );

const row = z
  .strictObject({
    variant: z.string().describe('As --only takes it'),
    label: z.string(),
    x: z
      .number()
      .nullable()
      .describe(
        'Where it stands on a figure’s axis; null in tables, and for the whole image, the last point',
      ),
    id: z.string().describe('The id of its runs'),
    against: z
      .string()
      .describe('The variant that it is compared with; its own name for one that others are compared with'),
    seeds: z.array(z.int()),
    parameters: z.int().nullable(),
    trainingCoreSeconds: z.number().nullable().describe('Of a run, without testing; least over seeds'),
    coreSecondsPerMegapixel: z.number().nullable().describe('Of restoring the test images; least over seeds'),
    noisyPsnr: decibels.nullable().describe('PSNR of the noisy images, in dB'),
    psnr: decibels.nullable().describe('Mean over seeds of the mean over images, in dB'),
    psnrSd: decibels
      .nullable()
      .describe('Standard deviation of that over seeds, in dB; null for a single one'),
    ssim: measured.nullable(),
    difference,
    paper,
    verdict: z.enum(VERDICTS).describe('By the 95 % interval of this row alone'),
    holmVerdict: z.enum(VERDICTS).describe('By Holm’s p'),
  })
  .describe('The seeds of a variant together; null is what no run tells');

const level = z.strictObject({ method: z.string(), psnr: decibels });

/** A table or figure: what stands in `<experiment>.json`. */
export const resultsSchema = z
  .strictObject({
    experiment: z.string(),
    title: z.string(),
    axis: z.string().nullable().describe('Name of the axis of a figure, such as "q"; null for a table'),
    remark: z
      .string()
      .nullable()
      .default(null)
      .describe('What a reader of its plot has to know beside it; null if nothing'),
    preset: z.string(),
    fullModel: z.string().describe('The variant that the others are compared with'),
    config: trainConfigSchema(networkConfigSchema).describe(
      'The full model’s training; the rows change the network, or the number of steps; each seed has its own run',
    ),
    train: datasetSchema.nullable(),
    test: datasetSchema.nullable(),
    levels: z
      .array(level)
      .describe('Other methods on the same images and noise, as the paper prints them (Table 4)'),
    comparisons: z.int().describe('Rows of the preset, in all its tables, that are tested side by side'),
    modelSources: z
      .array(sha256.nullable())
      .describe(
        'SHA-256 of the sources of the model that made its runs, each once; null for runs that name none. ' +
          'With more than one, rows may differ in more than their networks',
      ),
    coreHours: z.number().describe('Of the runs in it'),
    rows: z.array(row),
  })
  .describe('A table or figure of the paper');

export type Run = z.infer<typeof runSchema>;
export type DatasetFacts = z.infer<typeof datasetSchema>;
export type Verdict = (typeof VERDICTS)[number];
export type Level = z.infer<typeof level>;
export type PaperFacts = z.infer<typeof paper>;
export type Row = z.infer<typeof row>;
export type Results = z.infer<typeof resultsSchema>;

/** Whether others are compared with a row, and it with none. */
export function isReference({ variant, against }: Row): boolean {
  return variant === against;
}

/** What the rows of a table are compared with, in words. */
export function referenceInWords({ rows }: Pick<Results, 'rows'>): string {
  return new Set(rows.map(({ against }) => against)).size > 1 ? 'its counterpart' : 'the full model';
}
