import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  CheckpointError,
  type Choice,
  evaluate,
  keepAside,
  type NlrnTrainConfig,
  openBackend,
  type ProgressDisplay,
  parameterCount,
  saveWeights,
  type TrainOptions,
  type TrainResult,
  train,
} from '@nlrn/nlrn';
import type { Backend } from '@nlrn/tensor';
import type { Data } from './data.ts';
import { configOf, type Experiment, type Scale, type Variant } from './experiment.ts';
import { lossCurve } from './lossCurve.ts';
import type { Run } from './results.ts';

/** A variant and a seed to be trained and tested, and its files. */
export interface Task {
  readonly variant: Variant;
  readonly config: NlrnTrainConfig;
  readonly checkpoint: string;
  readonly weights: string;
}

/** What all tasks of an experiment share. */
export interface TaskOptions {
  readonly data: Data;
  readonly scale: Scale;
  readonly backend: Choice;
  readonly commit: string;
  readonly signal: AbortSignal;
  readonly showProgress: () => ProgressDisplay;
  readonly say: (line: string) => void;
}

export function taskOf(
  { experiment, scale, folder }: { experiment: Experiment; scale: Scale; folder: string },
  variant: Variant,
  seed: number,
): Task {
  const file = `${experiment.name}.${variant.name}.seed${seed}.safetensors`;
  return {
    variant,
    config: configOf(scale, variant, seed),
    checkpoint: join(folder, 'checkpoints', file),
    weights: join(folder, 'weights', file),
  };
}

/** Whether a run of a results file is this task, in today's configuration. */
export function isRunOf(run: Run, { variant, config }: Task): boolean {
  return run.variant === variant.name && isDeepStrictEqual(run.config, config);
}

/** Trains, saves the weights, and tests; null if the signal came first. */
export async function runTask(task: Task, options: TaskOptions): Promise<Run | null> {
  // Each run has its own backend: what one leaves behind cannot burden the next.
  const backend = await openBackend(options.backend);
  try {
    const trained = await trainTask(task, backend, options);
    if (!trained.finished) return null;
    const { network } = trained;
    await saveWeights(
      task.weights,
      { network, config: task.config.network, backend },
      { training: JSON.stringify(task.config), trainingImages: options.data.train.hash },
    );
    return await testTask(task, trained, backend, options);
  } finally {
    await backend.dispose();
  }
}

async function trainTask(
  { config, checkpoint }: Task,
  backend: Backend,
  { data, scale, signal, showProgress, say }: TaskOptions,
): Promise<TrainResult> {
  const display = showProgress();
  const options: TrainOptions = {
    config,
    dataset: data.train,
    backend,
    checkpoint: { path: checkpoint, every: scale.checkpointEvery },
    signal,
    onStep: (progress) => display.update(progress),
  };
  try {
    return await train(options).catch((error) => {
      setAside(error, checkpoint, say);
      return train(options);
    });
  } finally {
    display.stop();
  }
}

/** Puts a checkpoint that training has refused out of the way; throws every other error. */
function setAside(error: unknown, checkpoint: string, say: TaskOptions['say']): void {
  if (!(error instanceof CheckpointError)) throw error;
  say(`${error.fault}; it is kept as ${keepAside(checkpoint, 'unusable')}, and training begins anew`);
}

/** The run of a trained task; null if the signal came before the last image. */
async function testTask(
  { variant, config }: Task,
  { network, losses, seconds }: TrainResult,
  backend: Backend,
  { data, commit, signal }: TaskOptions,
): Promise<Run | null> {
  const start = performance.now();
  const { images, mean } = await evaluate({
    network,
    backend,
    dataset: data.test,
    sigma: config.sigma,
    signal,
  });
  if (images.length < data.test.images.length) return null;
  return {
    variant: variant.name,
    seed: config.seed,
    parameters: parameterCount(network),
    config,
    images: [...images],
    mean,
    lossCurve: lossCurve(losses),
    trainingSeconds: seconds,
    evaluationSeconds: (performance.now() - start) / 1000,
    finished: new Date().toISOString(),
    commit,
    backend: backend.description,
  };
}
