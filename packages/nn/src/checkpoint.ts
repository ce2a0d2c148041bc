import {
  describeIssues,
  FileError,
  fileExists,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from '@nlrn/files';
import type { Backend, Data, Variable } from '@nlrn/tensor';
import * as z from 'zod';
import { checkDistinctNames } from './distinctNames.ts';
import { numericText } from './numericText.ts';
import { storedValues } from './storedVariables.ts';
import { type TrainConfig, totalSteps } from './trainConfig.ts';
import { readTrained } from './trainedValues.ts';
import { CheckpointError, WeightsError } from './trainingError.ts';
import { parseText } from './weights.ts';

/** What a checkpoint belongs to: only the same configuration, on the same images, by the same sources goes on from it. */
export interface TrainingRun {
  readonly config: TrainConfig;
  /** The data set's hash */
  readonly dataHash: string;
  /** The hash of the model's sources, see `hashSources` */
  readonly sources: string;
  /** Parameters, running statistics and Adam's state; their values lie on the backend. */
  readonly variables: readonly Variable[];
  readonly backend: Backend;
}

/** How far a run has come. */
export interface TrainingState {
  /** The loss of each step that is done */
  readonly losses: readonly number[];
  /** What validation has measured: the step and the PSNR after it, in dB */
  readonly validation: readonly { readonly step: number; readonly psnr: number }[];
  /** The hash of the images that it was measured on; undefined if there were none */
  readonly validatedOn?: string | undefined;
  /** Time spent in training, over all sittings */
  readonly seconds: number;
  /** The same, of all cores together */
  readonly coreSeconds: number;
}

/** Names of the tensors that hold the losses, and the steps and results [n, 2] of validation, in float64. */
const LOSSES = 'training.losses';
const VALIDATION = 'training.validation';

const metadataSchema = z.object({
  content: z.literal('checkpoint'),
  config: z.string(),
  dataHash: z.string(),
  /** Files of before there was one lack it */
  sources: z.string().optional(),
  validatedOn: z.string().optional(),
  seconds: numericText,
  coreSeconds: numericText,
});

/**
 * Writes all that a run needs to go on as if it had not stopped, to the last bit.
 *
 * There is no generator's state in it, as each batch follows from the seed and its step.
 * Throws TrainingError when a value is not finite, and FileError when the file cannot be written or read again; the
 * previous checkpoint is then untouched.
 */
export async function saveCheckpoint(path: string, run: TrainingRun, state: TrainingState): Promise<void> {
  const { losses, validation } = state;
  const tensors = await readTrained(run.backend, run.variables, losses.length);
  tensors.set(LOSSES, { shape: [losses.length], data: Float64Array.from(losses) });
  tensors.set(VALIDATION, {
    shape: [validation.length, 2],
    data: Float64Array.from(validation.flatMap(({ step, psnr }) => [step, psnr])),
  });
  const metadata = {
    content: 'checkpoint',
    config: JSON.stringify(run.config),
    dataHash: run.dataHash,
    sources: run.sources,
    ...(state.validatedOn !== undefined && { validatedOn: state.validatedOn }),
    seconds: String(state.seconds),
    coreSeconds: String(state.coreSeconds),
  };
  writeSafetensors(path, tensors, metadata, (written) => parse(path, written, run));
}

/**
 * Brings a run to the state of its checkpoint, on the backend; undefined if there is no such file.
 *
 * Throws CheckpointError, naming the file and the remedy, when it is damaged, or belongs to a run with another
 * configuration (naming the option), other images, or other sources: half of it would be of another model. Throws, file or not,
 * where a variable has the name of another, or of the losses.
 */
export function resumeCheckpoint(path: string, run: TrainingRun): TrainingState | undefined {
  checkDistinctNames([LOSSES, VALIDATION, ...run.variables.map(({ name }) => name)]);
  if (!fileExists(path)) return undefined;
  try {
    const { state, values } = parse(path, readSafetensors(path), run);
    for (const [variable, value] of values) run.backend.write(variable, value);
    return state;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const remedy = 'this checkpoint cannot be used, delete it to train from the start';
    throw new CheckpointError(error.message, remedy, { cause: error });
  }
}

/**
 * How far the run of a checkpoint has come, and its configuration, whatever the network.
 *
 * Throws FileError when the file is missing or damaged, and WeightsError when it is no checkpoint.
 */
export function readProgress(path: string): TrainingState & { readonly config: unknown } {
  const file = readSafetensors(path);
  const { seconds, coreSeconds, validatedOn, config } = readMetadata(path, file);
  return { ...historyOf(path, file), validatedOn, seconds, coreSeconds, config };
}

/** The losses and what validation has measured, as far as they can be. */
function historyOf(path: string, { tensors }: Safetensors): Pick<TrainingState, 'losses' | 'validation'> {
  const [losses, validation] = [LOSSES, VALIDATION].map((name) => tensors.get(name)?.data);
  if (!losses?.every(Number.isFinite))
    throw new WeightsError(`${path}: ${LOSSES} does not have one loss for each step`);
  if (!validation || validation.length % 2 !== 0 || !pairsOf(validation).every(isAt(losses.length))) {
    throw new WeightsError(`${path}: ${VALIDATION} does not have pairs of step and PSNR`);
  }
  return { losses: [...losses], validation: pairsOf(validation) };
}

/** What a checkpoint of this run holds. */
function parse(
  path: string,
  file: Safetensors,
  run: TrainingRun,
): { state: TrainingState; values: Map<Variable, Data> } {
  const { seconds, coreSeconds, validatedOn, ...belongsTo } = readMetadata(path, file);
  checkSameRun(path, run, belongsTo);
  const { losses, validation } = historyOf(path, file);
  if (losses.length > totalSteps(run.config)) {
    throw new WeightsError(`${path}: ${LOSSES} does not have one loss for each step`);
  }
  const tensors = new Map(file.tensors);
  for (const name of [LOSSES, VALIDATION]) tensors.delete(name);
  const values = storedValues(path, tensors, run.variables);
  const state = {
    losses,
    validation,
    ...(validatedOn !== undefined && { validatedOn }),
    seconds,
    coreSeconds,
  };
  return { state, values };
}

/** Whether a step is one of those that are done. */
function isAt(steps: number): (validation: { step: number }) => boolean {
  return ({ step }) => Number.isInteger(step) && step >= 1 && step <= steps;
}

function pairsOf(numbers: ArrayLike<number>): TrainingState['validation'] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    step: numbers[2 * i]!,
    psnr: numbers[2 * i + 1]!,
  }));
}

function readMetadata(path: string, { metadata }: Safetensors) {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) throw new WeightsError(`${path}: is no checkpoint: ${describeIssues(parsed.error)}`);
  return { ...parsed.data, config: parseText(path, 'configuration', parsed.data.config) };
}

function checkSameRun(
  path: string,
  run: TrainingRun,
  stored: { config: unknown; dataHash: string; sources?: string | undefined },
): void {
  const other = firstDifference(stored.config, run.config);
  if (other) {
    const [was, is] = [JSON.stringify(other.stored), JSON.stringify(other.given)];
    throw new CheckpointError(
      `${path}: belongs to a run with ${other.key} = ${was}, this one has ${is}`,
      'use the same options, or another file, or delete it',
    );
  }
  if (stored.dataHash !== run.dataHash) {
    throw new CheckpointError(
      `${path}: belongs to a run on other training images`,
      'use the same, or another file, or delete it',
    );
  }
  if (stored.sources !== run.sources) {
    throw new CheckpointError(
      `${path}: was written before the sources of the model were changed`,
      'check those out to go on, or use another file, or delete it to train from the start',
    );
  }
}

interface Difference {
  readonly key: string;
  readonly stored: unknown;
  readonly given: unknown;
}

/** The first key at which two plain values differ, with what each has there. */
function firstDifference(
  stored: unknown,
  given: unknown,
  path: readonly string[] = [],
): Difference | undefined {
  if (!isObject(stored) || !isObject(given)) {
    const same = JSON.stringify(stored) === JSON.stringify(given);
    return same ? undefined : { key: path.join('.'), stored, given };
  }
  for (const key of new Set([...Object.keys(given), ...Object.keys(stored)])) {
    const found = firstDifference(stored[key], given[key], [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
