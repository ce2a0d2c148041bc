import { setImmediate } from 'node:timers/promises';
import type { Schedule } from '@nlrn/autograd';
import type { Dataset, NamedImage } from '@nlrn/data';
import { type Backend, BackendError, type Executable } from '@nlrn/tensor';
import { batchOf, trainingImages } from './batches.ts';
import { resumeCheckpoint, saveCheckpoint, type TrainingRun, type TrainingState } from './checkpoint.ts';
import type { Network } from './network.ts';
import { checkWritable } from './replaceFile.ts';
import { scheduleOf, type TrainConfig } from './trainConfig.ts';
import { createTrainingStep } from './trainingStep.ts';
import { TrainingError } from './userError.ts';

export interface TrainOptions {
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  readonly backend: Backend;
  /** Where to keep the state, and after how many steps; a run goes on from the file if there is one. */
  readonly checkpoint?: { readonly path: string; readonly every: number } | undefined;
  /** When it is aborted, training ends after the present step. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step. */
  readonly onStep?: ((progress: Progress) => void) | undefined;
}

/** What there is to tell after a step. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** PSNR of the batch as the network restored it, in dB, peak 1, neither clipped nor rounded */
  readonly psnr: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

export interface TrainResult {
  /** The network; its values lie on the backend, see `saveWeights`. */
  readonly network: Network;
  /** The loss of each step */
  readonly losses: readonly number[];
  /** False if the signal ended the run early. */
  readonly finished: boolean;
  /** Time spent in training, over all sittings */
  readonly seconds: number;
}

/**
 * Trains a network to remove Gaussian noise (NLRN, Section 5).
 *
 * Each step is one run of one program. The losses depend on the configuration and the images alone, bit for bit;
 * a run that was stopped, by the signal or by force, goes on from its checkpoint as if nothing had happened.
 * Throws DataError when an image is smaller than a patch, CheckpointError, WeightsError when a checkpoint cannot be
 * written, and TrainingError, naming the step, when the backend fails, or the loss or its gradient is no longer finite.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { config, dataset, backend, checkpoint } = options;
  const images = trainingImages(dataset, config);
  if (checkpoint) checkWritable(checkpoint.path);
  const { network, graph, variables } = createTrainingStep(config);
  const run = { config, dataHash: dataset.hash, variables, backend };
  const start = (checkpoint && resumeCheckpoint(checkpoint.path, run)) ?? { losses: [], seconds: 0 };
  if (start.losses.length === config.steps) return { network, ...start, finished: true };
  const program = backend.compile(graph);
  const state = await takeSteps({ ...options, images, program, run, start });
  return { network, ...state, finished: state.losses.length === config.steps };
}

interface Sitting extends TrainOptions {
  readonly images: readonly NamedImage[];
  readonly program: Executable;
  readonly run: TrainingRun;
  /** The state at the beginning of the sitting */
  readonly start: TrainingState;
}

async function takeSteps(sitting: Sitting): Promise<TrainingState> {
  const { config, checkpoint, signal, onStep, run, start } = sitting;
  const rateAt = scheduleOf(config);
  const clock = startClock();
  const losses = [...start.losses];
  const state = (): TrainingState => ({ losses, seconds: start.seconds + clock() });
  while (losses.length < config.steps && !signal?.aborted) {
    losses.push(await takeStep(sitting, losses.length + 1, rateAt));
    if (checkpoint && losses.length % checkpoint.every === 0)
      await saveCheckpoint(checkpoint.path, run, state());
    onStep?.(progressOf(config, losses, losses.length - start.losses.length, clock()));
    // Lets signals and timers in: a program of a backend without workers never leaves the thread.
    await setImmediate();
  }
  if (checkpoint && losses.length > start.losses.length) await saveCheckpoint(checkpoint.path, run, state());
  return state();
}

/** Runs one step and returns its loss. */
async function takeStep(
  { config, images, program }: Sitting,
  step: number,
  rateAt: Schedule,
): Promise<number> {
  const rate = rateAt(step);
  const feeds = { ...batchOf(images, config, step), rate: [rate], step: [step] };
  const { loss, norm } = await program.run(feeds).catch((error) => {
    throw error instanceof BackendError ? failureOf(error, step) : error;
  });
  checkFinite(step, rate, loss![0]!, norm![0]!);
  return loss![0]!;
}

/** Memory that is not there, or a device that is lost, in mid-way. */
function failureOf(error: BackendError, step: number): TrainingError {
  return new TrainingError(`step ${step}: ${error.message} (${EARLIER})`, { cause: error });
}

const EARLIER = 'checkpoints of earlier steps are intact';

function checkFinite(step: number, rate: number, loss: number, norm: number): void {
  if (Number.isFinite(loss) && Number.isFinite(norm)) return;
  throw new TrainingError(
    `step ${step}: the loss is ${loss}, at learning rate ${rate} and gradient norm ${norm}; ` +
      `train again from the start with a lower rate (${EARLIER})`,
  );
}

function progressOf(
  { steps, batch }: TrainConfig,
  losses: readonly number[],
  stepsHere: number,
  seconds: number,
): Progress {
  const loss = losses.at(-1)!;
  return {
    step: losses.length,
    steps,
    loss,
    // The loss is half the mean square error.
    psnr: -10 * Math.log10(2 * loss),
    imagesPerSecond: (stepsHere * batch) / seconds,
    secondsLeft: ((steps - losses.length) * seconds) / stepsHere,
  };
}

/** Seconds since the call. */
function startClock(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
