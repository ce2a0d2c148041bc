import * as z from 'zod';
import { datasetSchema, environmentSchema, name, picture, quality, sha256, sources } from '../lib/results.ts';

/** The one of them that a table's axis has. */
export const levelShape = {
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
