import type { NamedBytes } from '@nlrn/files';
import { type LoadedWeights, type Networks, readWeights } from '@nlrn/nn';
import { createNetwork, type NetworkConfig, networkConfigSchema } from './catalogue.ts';
import { importPublished } from './published/index.ts';

const NETWORKS: Networks<NetworkConfig> = {
  schema: networkConfigSchema,
  create: createNetwork,
  imported: importPublished,
};

/** Reads any network of this package from its file, that of its publishers, or a file's bytes. Throws as `readWeights`. */
export function loadWeights(source: string | NamedBytes): LoadedWeights<NetworkConfig> {
  return readWeights(source, NETWORKS);
}
