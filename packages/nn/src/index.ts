/** What every network needs: layers, optimisers, training, restoring images, weights. */

export { ADAM_DEFAULTS, adamState, adamUpdates } from './adam.ts';
export { type Batch, batchOf, checkTrainingImages, leastSide, trainingImages } from './batches.ts';
export { applyNorm, createNorm, type Mode, type Norm, type StatisticUpdates } from './batchNorm.ts';
export { readProgress } from './checkpoint.ts';
export { clipByGlobalNorm } from './clip.ts';
export { startClock } from './clock.ts';
export { contrastFor, stretched } from './contrast.ts';
export { enlargeWith } from './enlarge.ts';
export {
  type EvaluateOptions,
  type Evaluation,
  type EvaluationProgress,
  evaluate,
  type ImageResult,
  secondsLeft,
} from './evaluate.ts';
export { type EnlargedResult, evaluateSuperResolution } from './evaluateSuperResolution.ts';
export { type Uniform, weightsOfSeed, xavierUniform } from './init.ts';
export { restorationLoss } from './loss.ts';
export { type Network, parameterCount } from './network.ts';
export { noiseLevel } from './noiseLevel.ts';
export {
  applyConv,
  applyDeconv,
  type Conv,
  type ConvOptions,
  Parameters,
  type Values,
} from './parameters.ts';

export { meanQuality, type Quality, quality } from './quality.ts';
export {
  createRestorer,
  type RestoreImageOptions,
  type RestoreOptions,
  type Restorer,
  restoreImage,
} from './restore.ts';
export { halved, oneCycle, type Schedule } from './schedule.ts';

export { size } from './size.ts';
export { checkEnlargedImages, checkTestImages } from './testImages.ts';
export {
  type CheckpointOptions,
  type TrainOptions,
  type TrainResult,
  train,
  type Validation,
} from './train.ts';
export {
  scheduleOf,
  scheduleSchema,
  type TrainConfig,
  totalSteps,
  trainConfigSchema,
} from './trainConfig.ts';
export { CheckpointError, TrainingError, WeightsError } from './trainingError.ts';
export type { Progress } from './trainingProgress.ts';
export { createTrainingStep, type TrainingProgram, type TrainingStep } from './trainingStep.ts';
export {
  type LoadedWeights,
  type Networks,
  readWeights,
  saveWeights,
  type TrainedNetwork,
  type TrainedNoise,
  variablesOf,
  weightsBytes,
} from './weights.ts';
