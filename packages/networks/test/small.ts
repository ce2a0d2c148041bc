import type { Network } from '@nlrn/nn';
import type { Random } from '@nlrn/tensor';
import { createNetwork, type NetworkConfig } from '../src/catalogue.ts';

/** Small networks of all kinds; even sides, an odd side for FFDNet's border, and groups in NLNet. */
export const SMALL: readonly NetworkConfig[] = [
  { network: 'dncnn', channels: 2, depth: 3 },
  { network: 'ffdnet', channels: 2, depth: 3 },
  { network: 'tnrd', stages: 2, filter: 3, centres: 5, spacing: 60 },
  { network: 'nlnet', stages: 2, patch: 3, neighbors: 3, window: 5, centres: 5, spacing: 60 },
  { network: 'red', channels: 2, depth: 3 },
  { network: 'memnet', channels: 2, blocks: 2, recursions: 2 },
  { network: 'srcnn', filters: [5, 1, 3], channels: [2, 2] },
  { network: 'vdsr', channels: 2, depth: 3 },
  { network: 'drcn', channels: 2, recursions: 2, skip: 'added' },
  { network: 'drcn', channels: 2, recursions: 2, skip: 'concatenated' },
  { network: 'lapsrn', channels: 2, depth: 1, levels: 2 },
  { network: 'drrn', channels: 2, units: 2, batchNorm: true },
  { network: 'drrn', channels: 2, units: 2, batchNorm: false },
  { network: 'fsrcnn', channels: 3, shrunk: 2, mappings: 1, scale: 3 },
];

/** A network of float64 values that are not those it starts with: those have equal and zero numbers among them. */
export function moved(config: NetworkConfig, random: Random): Network {
  return createNetwork(
    config,
    () => random.uniform(),
    (_name, _shape, drawn) => Float64Array.from(drawn(), (value) => value + 0.3 * (random.uniform() - 0.5)),
  );
}
