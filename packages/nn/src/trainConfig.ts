import { SCALES, SR_SCALES } from '@nlrn/data';
import * as z from 'zod';
import { noiseLevel } from './noiseLevel.ts';
import { halved, oneCycle, type Schedule } from './schedule.ts';
import { size } from './size.ts';

const positive = z.number().positive();

/** The learning rate over the run: halved now and then, or one cycle up to a peak and down again. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('halved'), initial: positive, times: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('oneCycle'), peak: positive }),
]);

/** Beyond it the number of all steps would be none that a computer counts to. */
const MOST_SETTLING = 1e6;

/** How a network is trained, whatever it is. */
const trainingSchema = z.strictObject({
  steps: z.int().positive(),
  /** Steps that are added at the end to settle (see `createTrainingStep`), as a share of `steps`; they have rates of their own,
   * from 1e-3 down to 0, whatever `schedule` says. 0 for a network without batch normalisation */
  settling: z.number().nonnegative().max(MOST_SETTLING).default(0),
  /** Patches in a step */
  batch: size,
  /** Side of a patch, in pixels */
  patch: size,
  /** Standard deviation of the noise, on the 0-255 scale */
  sigma: noiseLevel,
  /** The lowest and the highest level, if levels are mixed: each patch has its own, all between them equally likely;
   * `sigma` is then only the one, among them, at which the network is tested */
  sigmas: z
    .tuple([noiseLevel, noiseLevel])
    .refine(([low, high]) => low <= high, 'the lower level comes first')
    .optional(),
  /** For super-resolution: by how much patches have been made smaller and, by bicubic interpolation, larger again, all of these
   * equally likely; they have no noise then, and `sigma` is 0 */
  factors: z.array(z.literal(SR_SCALES)).min(1).optional(),
  schedule: scheduleSchema,
  /** Norm at which the gradient is clipped */
  clipNorm: positive,
  seed: z.int(),
  /** The hash of the values that it starts with, if those of another network: see `startFrom` */
  start: z.string().optional(),
  /** Sizes at which each training image is used */
  scales: z
    .array(positive)
    .min(1)
    .default([...SCALES]),
});

/** All that the outcome of a training run depends on, but the images; `N` is the network's configuration. */
export type TrainConfig<N = unknown> = { network: N } & z.infer<typeof trainingSchema>;

/** The schema of a `TrainConfig`, given that of the network's configuration. */
export function trainConfigSchema<N extends z.ZodType>(network: N) {
  return z.strictObject({ network, ...trainingSchema.shape });
}

/** Steps of a run, settling and all. */
export function totalSteps({ steps, settling }: Pick<TrainConfig, 'steps' | 'settling'>): number {
  return steps + Math.round(settling * steps);
}

/** Where settling starts: the rate that Adam's authors propose (Kingma and Ba 2015, Algorithm 1). */
const SETTLING_RATE = 1e-3;

/** The learning rate at each step of a run, steps counted from 1; while it settles, falling evenly to zero. */
export function scheduleOf(config: TrainConfig): Schedule {
  const { schedule, steps } = config;
  const total = totalSteps(config);
  const rateAt = schedule.kind === 'oneCycle' ? oneCycle(steps, schedule.peak) : halved(steps, schedule);
  return (step) =>
    step <= steps ? rateAt(step) : SETTLING_RATE * (1 - (step - steps - 1) / (total - steps));
}
