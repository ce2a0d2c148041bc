import { type LoadedWeights, type Networks, readWeights } from '@nlrn/nn';
import { createNetwork, type NetworkConfig, networkConfigSchema } from './catalogue.ts';
import { importDncnn } from './publishedDncnn.ts';

const NETWORKS: Networks<NetworkConfig> = {
  schema: networkConfigSchema,
  create: createNetwork,
  imported: importDncnn,
};

/** Reads any network of this package from its file, or a published DnCNN. Throws as `readWeights`. */
export function loadWeights(path: string): LoadedWeights<NetworkConfig> {
  return readWeights(path, NETWORKS);
}
