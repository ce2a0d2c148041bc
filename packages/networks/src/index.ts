/** Published networks, by the names that their configurations have. */

export {
  DNCNN_S_CONFIG,
  type DncnnConfig,
  dncnnConfigSchema,
  type NetworkConfig,
  networkConfigSchema,
} from './config.ts';
export { createNetwork, untrainedNetwork } from './createNetwork.ts';
export { createDncnn } from './dncnn.ts';
export { loadWeights } from './loadWeights.ts';
export { type StartedNetwork, startFrom } from './startFrom.ts';
