import { describeIssues } from '@nlrn/files';
import { WeightsError } from '@nlrn/nn';
import { type NetworkConfig, networkConfigSchema } from '../catalogue.ts';
import { importPlain } from './plain.ts';
import { importStages } from './stages.ts';
import type { Imported, Tensors } from './tensors.ts';

/**
 * A network as its publishers' weights have been converted to safetensors, without a configuration: that follows from the
 * tensors' names and shapes. Undefined for what is none; throws WeightsError, naming the file, for one that cannot be.
 */
export function importPublished(path: string, tensors: Tensors): Imported<NetworkConfig> | undefined {
  const found = importPlain(tensors) ?? importStages(tensors);
  if (!found) return undefined;
  const config = networkConfigSchema.safeParse(found.config);
  if (config.success) return { config: config.data, tensors: found.tensors };
  const name = { dncnn: 'DnCNN', ffdnet: 'FFDNet', tnrd: 'TNRD', nlnet: 'NLNet' }[found.config.network];
  throw new WeightsError(`${path}: is no ${name}: ${describeIssues(config.error)}`);
}
