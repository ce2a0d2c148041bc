import { type TrainConfig, totalSteps } from '@nlrn/nn';

/** What of a configuration says how long the training is. */
export type TrainingLength = Pick<TrainConfig, 'steps' | 'settling' | 'batch' | 'patch'>;

/** Pixels that a run is trained on, each as often as it is drawn. */
export function trainedPixels(config: TrainingLength): number {
  return totalSteps(config) * config.batch * config.patch ** 2;
}
