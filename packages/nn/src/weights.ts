import {
  describeIssues,
  formatSafetensors,
  type NamedBytes,
  parseJson,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
  writeSafetensors,
} from '@nlrn/files';
import type { Backend, Variable } from '@nlrn/tensor';
import * as z from 'zod';
import type { Uniform } from './init.ts';
import type { Network } from './network.ts';
import { numericText } from './numericText.ts';
import type { Values } from './parameters.ts';
import { storedValue, storedValues } from './storedVariables.ts';
import { trainConfigSchema } from './trainConfig.ts';
import { readVariables } from './trainedValues.ts';
import { WeightsError } from './trainingError.ts';

/** The networks that a weights file may hold, as their configurations `C` tell them apart. */
export interface Networks<C> {
  readonly schema: z.ZodType<C>;
  /** The network of a configuration, newly initialised from `uniform`, or of other `values` */
  create(config: C, uniform: Uniform, values?: Values): Network;
  /** What a file from elsewhere holds, which has no configuration; undefined if it is of none of these networks */
  imported(
    path: string,
    file: Safetensors,
  ): { config: C; tensors: Tensors; scales?: readonly number[] } | undefined;
}

/** The lowest and the highest standard deviation of the noise that a network was trained to remove, on the 0-255 scale. */
export interface TrainedNoise {
  readonly low: number;
  readonly high: number;
}

type Tensors = ReadonlyMap<string, StoredTensor>;

/** A network with the values of a file, its configuration, and the file's other texts. */
export interface LoadedWeights<C> {
  readonly config: C;
  readonly network: Network;
  /** The noise that it was trained to remove, if the file says so */
  readonly noise: TrainedNoise | undefined;
  /** By how much it was trained to enlarge images, if that is what it does, and the file says so */
  readonly scales: readonly number[] | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A network, whose values lie on a backend. */
export interface TrainedNetwork {
  readonly network: Network;
  readonly config: unknown;
  readonly backend: Backend;
}

/**
 * Writes a network's parameters and running statistics as `backend` holds them, with its configuration.
 *
 * Each variable is a tensor of its name in the layout of this package, filters [h, w, C, K]; the metadata have the
 * configuration as JSON under `config`, and `metadata`. Throws FileError when the file cannot be written, and WeightsError
 * when `readWeights` would refuse it; an earlier file is then untouched.
 */
export async function saveWeights(
  path: string,
  trained: TrainedNetwork,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { tensors, texts, check } = await contentOf(path, trained, metadata);
  writeSafetensors(path, tensors, texts, check);
}

/** The bytes of the file that `saveWeights` would write: for a page, which has no files. Throws WeightsError as it does. */
export async function weightsBytes(
  trained: TrainedNetwork,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const name = 'the weights';
  const { tensors, texts, check } = await contentOf(name, trained, metadata);
  const bytes = joined(formatSafetensors(tensors, texts));
  check(readSafetensors({ name, bytes }));
  return bytes;
}

/** What a file of that name is to hold, and what throws WeightsError where `readWeights` would refuse what it holds. */
async function contentOf(
  name: string,
  { network, config, backend }: TrainedNetwork,
  metadata: Readonly<Record<string, string>>,
) {
  const described: string | undefined = JSON.stringify(config);
  if (described === undefined)
    throw new WeightsError(`${name}: its config is ${typeof config}; give the configuration of the network`);
  const variables = variablesOf(network);
  return {
    tensors: await readVariables(backend, variables),
    texts: { ...metadata, content: 'weights', config: described },
    check(written: Safetensors): void {
      trainedNoise(name, written);
      storedValues(name, written.tensors, variables);
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Reads one of several networks from a file of `saveWeights`, or of its publishers, or from its bytes.
 *
 * Throws FileError, naming the file, when it is missing or damaged, and WeightsError, naming also the key or tensor, when
 * its configuration is not valid or its tensors are not those of its configuration.
 */
export function readWeights<C>(source: string | NamedBytes, networks: Networks<C>): LoadedWeights<C> {
  const path = typeof source === 'string' ? source : source.name;
  const file = readSafetensors(source);
  if (file.metadata.content === 'checkpoint') {
    throw new WeightsError(`${path}: is a checkpoint of training; give the weights that stand beside it`);
  }
  const imported = file.metadata.config === undefined && networks.imported(path, file);
  const { config, tensors, scales } = imported || {
    config: readConfig(path, file, networks.schema),
    tensors: file.tensors,
    scales: readTraining(path, file)?.factors,
  };
  const noise = trainedNoise(path, file);
  // Variable by variable: of a configuration that asks for more than the file holds nothing is made.
  const network = networks.create(config, noUniform, (name, shape) =>
    storedValue(path, tensors, name, shape),
  );
  // What is a square, and that nothing is left, is known once the network is there.
  storedValues(path, tensors, variablesOf(network));
  return { config, network, noise, scales, metadata: file.metadata };
}

function noUniform(): never {
  throw new Error('a network whose values are stored draws none');
}

/** From the training configuration of our files, or the text `sigma` of published ones, `25` or `0-55`. */
function trainedNoise(path: string, { metadata }: Pick<Safetensors, 'metadata'>): TrainedNoise | undefined {
  if (metadata.sigma !== undefined) return publishedNoise(path, metadata.sigma);
  const { sigma, sigmas = [sigma, sigma], factors } = readTraining(path, { metadata }) ?? {};
  const [low, high] = sigmas;
  return factors || low === undefined || high === undefined ? undefined : { low, high };
}

/** What is read of a training configuration, in our files; undefined for others. */
function readTraining(
  path: string,
  { metadata }: Pick<Safetensors, 'metadata'>,
): z.infer<typeof trainingSchema> | undefined {
  if (metadata.training === undefined) return undefined;
  const training = trainingSchema.safeParse(parseText(path, 'training', metadata.training));
  if (training.success) return training.data;
  throw new WeightsError(`${path}: its training is not valid: ${describeIssues(training.error)}`);
}

/** `25`, or `0-55`. */
function publishedNoise(path: string, text: string): TrainedNoise {
  const levels = z.array(numericText).min(1).max(2).safeParse(text.split('-'));
  if (!levels.success) throw new WeightsError(`${path}: its sigma is "${text}", which is no number`);
  const [low, high = low] = levels.data as [number, number?];
  return { low, high };
}

/** The part that is read of a training configuration. */
const trainingSchema = z.object({
  sigma: z.number().nonnegative().optional(),
  sigmas: trainConfigSchema(z.unknown()).shape.sigmas,
  factors: trainConfigSchema(z.unknown()).shape.factors,
});

/** All that a network remembers: parameters, then running statistics. */
export function variablesOf({ params, statistics }: Network): Variable[] {
  return [...params, ...statistics];
}

function readConfig<C>(path: string, { metadata }: Safetensors, schema: z.ZodType<C>): C {
  if (metadata.config === undefined) {
    throw new WeightsError(
      `${path}: has no configuration in its metadata: it was not written by this project, and is not what a network that it knows was published as`,
    );
  }
  const config = schema.safeParse(parseText(path, 'configuration', metadata.config));
  if (!config.success) {
    throw new WeightsError(`${path}: its configuration is not valid: ${describeIssues(config.error)}`);
  }
  return config.data;
}

/** What a text of a file's metadata says in JSON. Throws WeightsError, naming file and text. */
export function parseText(path: string, what: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new WeightsError(`${path}: its ${what} ${(error as Error).message}`, { cause: error });
  }
}
