/** Published networks, by the names that their configurations have. */

export { createNetwork, type NetworkConfig, networkConfigSchema, untrainedNetwork } from './catalogue.ts';
export { createDncnn, DNCNN_S_CONFIG, type DncnnConfig, dncnnConfigSchema } from './dncnn.ts';
export { loadWeights } from './loadWeights.ts';
export { type StartedNetwork, startFrom } from './startFrom.ts';
