import { type LoadedWeights, type Networks, readWeights } from '@nlrn/nn';
import { createNetwork, type NetworkConfig, networkConfigSchema } from './catalogue.ts';
import { importPublished } from './published/index.ts';

const NETWORKS: Networks<NetworkConfig> = {
  schema: networkConfigSchema,
  create: createNetwork,
  imported: importPublished,
};

/** Reads any network of this package from its file, or from that of its publishers. Throws as `readWeights`. */
export function loadWeights(path: string): LoadedWeights<NetworkConfig> {
  return readWeights(path, NETWORKS);
}
