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
export { createFfdnet, FFDNET_CONFIG, type FfdnetConfig, ffdnetConfigSchema } from './ffdnet.ts';
export { loadWeights } from './loadWeights.ts';
export { createMemnet, MEMNET_CONFIG, type MemnetConfig, memnetConfigSchema } from './memnet.ts';
export { createNlnet, NLNET_CONFIG, type NlnetConfig, nlnetConfigSchema } from './nlnet.ts';
export { createRed, RED30_CONFIG, type RedConfig, redConfigSchema } from './red.ts';
export { type StartedNetwork, startFrom } from './startFrom.ts';
export { createTnrd, TNRD_CONFIG, type TnrdConfig, tnrdConfigSchema } from './tnrd.ts';
