import { ablationMetrics } from './ablationMetrics.ts';
import { ablationVariants } from './ablationVariants.ts';
import type { Experiment } from './lib/experiment.ts';
import { neighborhoodSize } from './neighborhoodSize.ts';
import { trainingLength } from './trainingLength.ts';
import { unrollingLength } from './unrollingLength.ts';

/** Every table and figure that there is; a new one is one file and one line here. */
export const EXPERIMENTS: readonly Experiment[] = [
  ablationMetrics,
  ablationVariants,
  neighborhoodSize,
  unrollingLength,
  trainingLength,
];
