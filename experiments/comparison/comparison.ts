import * as z from 'zod';
import { decibels, measured, sha256 } from '../lib/results.ts';
import { levelShape } from './restoration.ts';

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
