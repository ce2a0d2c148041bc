import { describeIssues } from '@nlrn/files';
import { WeightsError } from '@nlrn/nn';
import { type NetworkConfig, networkConfigSchema } from '../catalogue.ts';
import { importPlain } from './plain.ts';
import { importStages } from './stages.ts';
import { importSuperResolution } from './superResolution.ts';
import type { Imported, PublishedFile } from './tensors.ts';

/** The names of networks whose files may be published ones, for messages. */
const NAMES = {
  dncnn: 'DnCNN',
  ffdnet: 'FFDNet',
  tnrd: 'TNRD',
  nlnet: 'NLNet',
  srcnn: 'SRCNN',
  vdsr: 'VDSR',
  fsrcnn: 'FSRCNN',
  lapsrn: 'LapSRN',
  drrn: 'DRRN',
  drcn: 'DRCN',
} as const;

/**
 * A network as its publishers' weights have been converted to safetensors, without a configuration: that follows from the
 * tensors' names and shapes, and for some from the file's `source`. Undefined for what is none; throws WeightsError, naming the file, for one that cannot be.
 */
export function importPublished(path: string, file: PublishedFile): Imported<NetworkConfig> | undefined {
  const found = importSuperResolution(file) ?? importPlain(file.tensors) ?? importStages(file.tensors);
  if (!found) return undefined;
  const config = networkConfigSchema.safeParse(found.config);
  if (config.success) return { ...found, config: config.data };
  throw new WeightsError(`${path}: is no ${NAMES[found.config.network]}: ${describeIssues(config.error)}`);
}
