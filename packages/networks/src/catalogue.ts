import { createNlrn, nlrnConfigSchema } from '@nlrn/nlrn';
import { type Network, type Uniform, type Values, weightsOfSeed } from '@nlrn/nn';
import * as z from 'zod';
import { createDncnn, dncnnConfigSchema } from './dncnn.ts';
import { createDrcn, drcnConfigSchema } from './drcn.ts';
import { createDrrn, drrnConfigSchema } from './drrn.ts';
import { createFfdnet, ffdnetConfigSchema } from './ffdnet.ts';
import { createFsrcnn, fsrcnnConfigSchema } from './fsrcnn.ts';
import { createLapsrn, lapsrnConfigSchema } from './lapsrn.ts';
import { createMemnet, memnetConfigSchema } from './memnet.ts';
import { createNlnet, nlnetConfigSchema } from './nlnet.ts';
import { createRed, redConfigSchema } from './red.ts';
import { createSrcnn, srcnnConfigSchema } from './srcnn.ts';
import { createTnrd, tnrdConfigSchema } from './tnrd.ts';
import { createVdsr, vdsrConfigSchema } from './vdsr.ts';

/** The configuration of any network: NLRN, or one of this package. */
export const networkConfigSchema = z.discriminatedUnion('network', [
  nlrnConfigSchema,
  dncnnConfigSchema,
  ffdnetConfigSchema,
  tnrdConfigSchema,
  nlnetConfigSchema,
  redConfigSchema,
  memnetConfigSchema,
  srcnnConfigSchema,
  vdsrConfigSchema,
  drcnConfigSchema,
  lapsrnConfigSchema,
  drrnConfigSchema,
  fsrcnnConfigSchema,
]);

/** What any network is made of; `network` says which it is. */
export type NetworkConfig = z.infer<typeof networkConfigSchema>;

type Create<C> = (config: C, uniform: Uniform, values?: Values) => Network;

/** What makes the network of each kind of configuration. */
const CREATE: {
  readonly [N in NetworkConfig['network']]: Create<Extract<NetworkConfig, { network: N }>>;
} = {
  nlrn: createNlrn,
  dncnn: createDncnn,
  ffdnet: createFfdnet,
  tnrd: createTnrd,
  nlnet: createNlnet,
  red: createRed,
  memnet: createMemnet,
  srcnn: createSrcnn,
  vdsr: createVdsr,
  drcn: createDrcn,
  lapsrn: createLapsrn,
  drrn: createDrrn,
  fsrcnn: createFsrcnn,
};

/** The network that a configuration describes, newly initialised from `uniform`, which draws in [0, 1), or of other `values`. */
export function createNetwork(config: NetworkConfig, uniform: Uniform, values?: Values): Network {
  // The table pairs each configuration with its function; TypeScript cannot follow that through a union.
  const create = CREATE[config.network] as Create<NetworkConfig>;
  return create(config, uniform, values);
}

/** The network that a training run begins with. */
export function untrainedNetwork({ network, seed }: { network: NetworkConfig; seed: number }): Network {
  return createNetwork(network, weightsOfSeed(seed));
}
