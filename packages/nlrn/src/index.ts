/** The network of the paper, its training and its use. */

export {
  BACKEND_NAMES,
  type BackendName,
  type Choice,
  chooseBackend,
  describeChoice,
  MAX_THREADS,
  openBackend,
} from './backends.ts';
export { checkTrainingImages } from './batches.ts';
export {
  DNCNN_S_CONFIG,
  type DncnnConfig,
  dncnnConfigSchema,
  type NetworkConfig,
  type NlrnConfig,
  networkConfigSchema,
  nlrnConfigSchema,
  PAPER_CONFIG,
} from './config.ts';
export { createNetwork } from './createNetwork.ts';
export { DEFAULT_WEIGHTS } from './defaultWeights.ts';
export { createDncnn } from './dncnn.ts';
export {
  checkTestImages,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationProgress,
  evaluate,
  type ImageResult,
  type Quality,
} from './evaluate.ts';
export { type LiveLine, liveLine } from './liveLine.ts';
export { restorationLoss } from './loss.ts';
export { METRICS, type Metric } from './metrics.ts';
export { createNlrn } from './model.ts';
export { type Network, parameterCount } from './network.ts';
export { type NlrnTrainConfig, PRESET_NAMES, PRESETS, type PresetName } from './presets.ts';
export { FIRST_STEP, formatSeconds, testingFacts, trainingFacts } from './progress.ts';
export { createRestorer, type Restorer, restoreImage } from './restore.ts';
export { hashSources, type Sources } from './sources.ts';
export {
  type Progress,
  startClock,
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
export { createTrainingStep, type TrainingStep } from './trainingStep.ts';
export { CheckpointError, isUserError, TrainingError, UserError, WeightsError } from './userError.ts';
export { type LoadedWeights, loadWeights, saveWeights } from './weights.ts';
