/** The network of the paper: Sections 3 and 4, its ablations, and its setting at three sizes. */

export { type NlrnConfig, nlrnConfigSchema, PAPER_CONFIG } from './config.ts';
export { atPixel, correlationsIn, neighbourWeights, type Pixel } from './look/correlations.ts';
export { METRICS, type Metric } from './metrics.ts';
export { createNlrn } from './model.ts';
export {
  type NlrnTrainConfig,
  PAPER_CLIP_NORM,
  PAPER_SCHEDULE,
  PRESET_NAMES,
  PRESETS,
  type PresetName,
} from './presets.ts';
