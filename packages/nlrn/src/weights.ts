import {
  describeIssues,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
  writeSafetensors,
} from '@nlrn/files';
import type { Backend, Variable } from '@nlrn/tensor';
import * as z from 'zod';
import { type NetworkConfig, networkConfigSchema } from './config.ts';
import { createNetwork } from './createNetwork.ts';
import type { Network } from './network.ts';
import { importDncnn, looksLikeDncnn } from './publishedDncnn.ts';
import { storedValues } from './storedVariables.ts';
import { WeightsError } from './userError.ts';

/** A network with the values of a file, its configuration, and the file's other texts. */
export interface LoadedWeights {
  readonly config: NetworkConfig;
  readonly network: Network;
  /** Standard deviation of the noise that it was trained to remove, 0-255 scale, if the file says so */
  readonly sigma: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes a network's parameters and running statistics as `backend` holds them, with its configuration.
 *
 * Each variable is a tensor of its name in the layout of this package, filters [h, w, C, K]; the metadata have the
 * configuration as JSON under `config`, and `metadata`. Throws FileError when the file cannot be written.
 */
export async function saveWeights(
  path: string,
  { network, config, backend }: { network: Network; config: NetworkConfig; backend: Backend },
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const tensors = await readVariables(backend, variablesOf(network));
  writeSafetensors(path, tensors, { ...metadata, content: 'weights', config: JSON.stringify(config) });
}

/**
 * Reads a network from a file of `saveWeights`, or a published DnCNN without metadata.
 *
 * Throws FileError, naming the file, when it is missing or damaged, and WeightsError, naming also the key or tensor, when
 * its configuration is not valid or its tensors are not those of its configuration.
 */
export function loadWeights(path: string): LoadedWeights {
  const file = readSafetensors(path);
  if (file.metadata.content === 'checkpoint') {
    throw new WeightsError(`${path}: is a checkpoint of training; give the weights that stand beside it`);
  }
  const imported = file.metadata.config === undefined && looksLikeDncnn(file.tensors);
  const { config, tensors } = imported
    ? importDncnn(path, file.tensors)
    : { config: readConfig(path, file), tensors: file.tensors };
  const network = createNetwork(config, () => 0.5);
  const values = storedValues(path, tensors, variablesOf(network));
  for (const [variable, value] of values) variable.initial.set(value);
  return { config, network, sigma: trainedSigma(file), metadata: file.metadata };
}

/** The part that is read of a training configuration, kept as JSON. */
const trainingSchema = z.preprocess(jsonOrUndefined, z.object({ sigma: z.number() }));

function jsonOrUndefined(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** From the training configuration of our files, or the text `sigma` of published ones. */
function trainedSigma({ metadata }: Safetensors): number | undefined {
  const { sigma = '' } = metadata;
  if (sigma.trim() === '') return trainingSchema.safeParse(metadata.training).data?.sigma;
  return Number.isFinite(Number(sigma)) ? Number(sigma) : undefined;
}

/** The values that a backend holds, by the variables' names. */
export async function readVariables(
  backend: Backend,
  variables: readonly Variable[],
): Promise<Map<string, StoredTensor>> {
  const values = await Promise.all(variables.map((variable) => backend.read(variable)));
  return new Map(variables.map(({ name, shape }, i) => [name, { shape, data: values[i]! }]));
}

/** All that a network remembers: parameters, then running statistics. */
export function variablesOf({ params, statistics }: Network): Variable[] {
  return [...params, ...statistics];
}

function readConfig(path: string, { metadata }: Safetensors): NetworkConfig {
  if (metadata.config === undefined) {
    throw new WeightsError(
      `${path}: has no configuration in its metadata; use a file that "train" has written`,
    );
  }
  const config = networkConfigSchema.safeParse(parseJson(path, metadata.config));
  if (!config.success) {
    throw new WeightsError(`${path}: its configuration is not valid: ${describeIssues(config.error)}`);
  }
  return config.data;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WeightsError(`${path}: its configuration is not JSON`, { cause: error });
  }
}
