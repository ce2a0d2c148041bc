import type { NetworkConfig } from './config.ts';
import { createDncnn } from './dncnn.ts';
import { createNlrn } from './model.ts';
import type { Network } from './network.ts';
import type { Uniform, Values } from './parameters.ts';

/** The network that a configuration describes, newly initialised from `uniform`, which draws in [0, 1), or of other `values`. */
export function createNetwork(config: NetworkConfig, uniform: Uniform, values?: Values): Network {
  return config.network === 'nlrn'
    ? createNlrn(config, uniform, values)
    : createDncnn(config, uniform, values);
}
