/** Published networks, by the names that their configurations have. */

export { type Anatomy, anatomyOf } from './anatomy.ts';
export { createNetwork, type NetworkConfig, networkConfigSchema, untrainedNetwork } from './catalogue.ts';
export {
  createDncnn,
  DNCNN_B_CONFIG,
  DNCNN_S_CONFIG,
  type DncnnConfig,
  dncnnConfigSchema,
} from './dncnn.ts';
export { createDrcn, DRCN_CONFIG, type DrcnConfig, drcnConfigSchema } from './drcn.ts';
export { createDrrn, DRRN_CONFIG, type DrrnConfig, drrnConfigSchema } from './drrn.ts';
export { createFfdnet, FFDNET_CONFIG, type FfdnetConfig, ffdnetConfigSchema } from './ffdnet.ts';
export { createFsrcnn, FSRCNN_CONFIG, type FsrcnnConfig, fsrcnnConfigSchema } from './fsrcnn.ts';
export { hashWeights } from './hashTensors.ts';
export { createLapsrn, LAPSRN_CONFIG, type LapsrnConfig, lapsrnConfigSchema } from './lapsrn.ts';
export { loadWeights } from './loadWeights.ts';
export { createMemnet, MEMNET_CONFIG, type MemnetConfig, memnetConfigSchema } from './memnet.ts';
export { createNlnet, NLNET_CONFIG, type NlnetConfig, nlnetConfigSchema } from './nlnet.ts';
export { RECIPES, type Recipe } from './recipes.ts';
export { createRed, RED30_CONFIG, type RedConfig, redConfigSchema } from './red.ts';
export { createSrcnn, SRCNN_CONFIG, type SrcnnConfig, srcnnConfigSchema } from './srcnn.ts';
export { StartError, type StartedNetwork, startFrom } from './startFrom.ts';
export { createTnrd, TNRD_CONFIG, type TnrdConfig, tnrdConfigSchema } from './tnrd.ts';
export {
  type DenoisingFigure,
  type EnlargingFigure,
  type Figure,
  type Figures,
  figuresIn,
  gainOverBicubic,
  gainOverBm3d,
} from './trained/figures.ts';
export { bestEnlarger, bestModel, betterThanBm3d, type TrainedModel, trainedModel } from './trained/model.ts';
export {
  describeTrainedNoise,
  describeTrainedScales,
  formatLevels,
  levelsApart,
} from './trained/training.ts';
export { createVdsr, VDSR_CONFIG, type VdsrConfig, vdsrConfigSchema } from './vdsr.ts';
