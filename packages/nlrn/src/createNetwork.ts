import type { NetworkConfig } from './config.ts';
import { createDncnn } from './dncnn.ts';
import { createNlrn } from './model.ts';
import type { Network } from './network.ts';
import type { Uniform } from './parameters.ts';

/** The network that a configuration describes, newly initialised; `uniform` draws numbers in [0, 1). */
export function createNetwork(config: NetworkConfig, uniform: Uniform): Network {
  return config.network === 'nlrn' ? createNlrn(config, uniform) : createDncnn(config, uniform);
}
