import { createNlrn } from '@nlrn/nlrn';
import { type Network, type Uniform, type Values, weightsOfSeed } from '@nlrn/nn';
import type { NetworkConfig } from './config.ts';
import { createDncnn } from './dncnn.ts';

/** The network that a configuration describes, newly initialised from `uniform`, which draws in [0, 1), or of other `values`. */
export function createNetwork(config: NetworkConfig, uniform: Uniform, values?: Values): Network {
  return config.network === 'nlrn'
    ? createNlrn(config, uniform, values)
    : createDncnn(config, uniform, values);
}

/** The network that a training run begins with. */
export function untrainedNetwork({ network, seed }: { network: NetworkConfig; seed: number }): Network {
  return createNetwork(network, weightsOfSeed(seed));
}
