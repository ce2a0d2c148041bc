import { join } from 'node:path';
import { type Choice, openBackend, type Sources } from '@nlrn/cli';
import { keepAside } from '@nlrn/files';
import { untrainedNetwork } from '@nlrn/networks';
import type { NlrnTrainConfig } from '@nlrn/nlrn';
import {
  CheckpointError,
  type EvaluationProgress,
  evaluate,
  type Network,
  type Progress,
  parameterCount,
  saveWeights,
  startClock,
  TrainingError,
  type TrainOptions,
  type TrainResult,
  train,
} from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import type { Sets } from './assemble.ts';
import { type DataSets, megapixelsOf } from './data.ts';
import { configOf, networkId, type Scale, type Variant } from './experiment.ts';
import { lossCurve } from './lossCurve.ts';
import type { Job } from './queue.ts';
import type { Run } from './results.ts';
import { runFile, runName } from './runFiles.ts';
import { NOT_NUMBERS, Samples } from './samples.ts';

/** A network and a seed to be trained and tested, called as the experiment that asks for it first calls it, and its files. */
export interface Task extends Job {
  readonly id: string;
  readonly seed: number;
  readonly config: NlrnTrainConfig;
  readonly weights: string;
}

/** What all tasks share. */
export interface TaskOptions {
  readonly data: DataSets;
  readonly sets: Sets;
  readonly scale: Scale;
  /** Folder of the preset's results */
  readonly folder: string;
  readonly backend: Choice;
  readonly environment: Run['environment'];
  /** The sources that are running */
  readonly sources: Sources;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export function taskOf(scale: Scale, folder: string, variant: Variant, seed: number): Task {
  const run = { id: networkId(scale, variant), seed };
  const file = `${runName(run)}.safetensors`;
  return {
    ...run,
    label: `${variant.label}, seed ${seed}`,
    config: configOf(scale, variant, seed),
    file: runFile(folder, run),
    checkpoint: join(folder, 'checkpoints', file),
    weights: join(folder, 'weights', file),
  };
}

/** Points of the validation curve of a run. */
const VALIDATIONS = 20;

/** Who is told how far a task has come; each call is a sign of life. */
export interface Watch {
  readonly onStep: (progress: Progress) => void;
  readonly onTest: (progress: EvaluationProgress) => void;
  /** Called before a file is written; what it throws ends the task. */
  readonly beforeWrite: () => void;
}

/** Trains, saves the weights, and tests; null if the signal came first. Throws TrainingError if it diverges. */
export async function runTask(task: Task, options: TaskOptions, watch: Watch): Promise<Run | null> {
  // Each run has its own backend: what one leaves behind cannot burden the next.
  const backend = await openBackend(options.backend);
  const samples = new Samples(backend, task.config.sigma);
  try {
    const network = untrainedNetwork(task.config);
    const trained = await trainTask(task, network, backend, samples, watch, options);
    if (!trained.finished) return null;
    watch.beforeWrite();
    await saveWeights(
      task.weights,
      { network, config: task.config.network, backend },
      {
        training: JSON.stringify(task.config),
        trainingImages: options.data.train.hash,
        trainedBy: backend.description,
      },
    );
    return await testTask(task, network, trained, backend, samples, watch, options);
  } finally {
    await backend.dispose();
  }
}

async function trainTask(
  { config, checkpoint }: Task,
  network: Network,
  backend: Backend,
  samples: Samples,
  { onStep, beforeWrite }: Watch,
  { data, scale, sources, signal, say }: TaskOptions,
): Promise<TrainResult> {
  const options: TrainOptions = {
    config,
    backend,
    checkpoint: { path: checkpoint, every: scale.checkpointEvery, sources: sources.model, beforeWrite },
    validation: {
      every: Math.ceil(config.steps / VALIDATIONS),
      images: samples.hash,
      measure: () => samples.psnr(network),
    },
    signal,
    onStep,
  };
  const attempt = () => train(network, data.train, options);
  return attempt().catch((error) => {
    setAside(error, checkpoint, say);
    return attempt();
  });
}

/** Puts a checkpoint that training has refused out of the way; throws every other error. */
function setAside(error: unknown, checkpoint: string, say: TaskOptions['say']): void {
  if (!(error instanceof CheckpointError)) throw error;
  say(`${error.fault}; it is kept as ${keepAside(checkpoint, 'unusable')}, and training begins anew`);
}

/** The run of a trained task; null if the signal came before the last image. */
async function testTask(
  { id, seed, config }: Task,
  network: Network,
  { losses, validation, seconds, coreSeconds }: TrainResult,
  backend: Backend,
  samples: Samples,
  { onTest, beforeWrite }: Watch,
  { data, sets, scale, folder, environment, sources, signal }: TaskOptions,
): Promise<Run | null> {
  const clock = startClock();
  const { images, mean } = await evaluate({
    network,
    backend,
    dataset: data.test,
    sigma: config.sigma,
    signal,
    onProgress: onTest,
  });
  if (!mean || images.length < data.test.images.length) return null;
  const lost = images.find(({ restored }) => Number.isNaN(restored.psnr));
  if (lost) throw new TrainingError(`${lost.name}: ${NOT_NUMBERS}`);
  const testing = clock();
  beforeWrite();
  const crops = await samples.writeCrops(network, folder, { id, seed });
  return {
    id,
    preset: scale.name,
    seed,
    parameters: parameterCount(network),
    config,
    ...sets,
    images: [...images],
    mean,
    lossCurve: lossCurve(losses),
    validationCurve: [...validation],
    crops,
    trainingSeconds: seconds,
    evaluationSeconds: testing.seconds,
    coreSeconds: coreSeconds + testing.coreSeconds,
    testing: { coreSeconds: testing.coreSeconds, megapixels: megapixelsOf(data.test.images) },
    finished: new Date().toISOString(),
    environment,
    sources,
  };
}
