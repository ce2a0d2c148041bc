import type { Dataset, NamedImage } from '@nlrn/data';
import { checkWritable } from '@nlrn/files';
import { type Backend, BackendError, turn, type Variable } from '@nlrn/tensor';
import { batchOf, trainingImages } from './batches.ts';
import { resumeCheckpoint, saveCheckpoint, type TrainingRun, type TrainingState } from './checkpoint.ts';
import { startClock } from './clock.ts';
import type { Network } from './network.ts';
import type { Schedule } from './schedule.ts';
import { scheduleOf, type TrainConfig, totalSteps } from './trainConfig.ts';
import { readTrained } from './trainedValues.ts';
import { EARLIER, TrainingError } from './trainingError.ts';
import { type Progress, progressOf } from './trainingProgress.ts';
import { createTrainingStep, type TrainingProgram, type TrainingStep } from './trainingStep.ts';

/** How a training runs: on what backend, kept where, tested on what, shown and stopped how. */
export interface TrainOptions {
  readonly config: TrainConfig;
  readonly backend: Backend;
  /** Where the state is kept; a run goes on from the file if there is one. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** What to measure on the way, and after how many steps; it must leave the network as it is. */
  readonly validation?: Validation | undefined;
  /** When it is aborted, training ends after the present step, on a card after the next one, which is on its way. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step. */
  readonly onStep?: ((progress: Progress) => void) | undefined;
}

/** Where and how often a run is kept. */
export interface CheckpointOptions {
  readonly path: string;
  /** Steps between two */
  readonly every: number;
  /** The hash of the model's sources that are running, see `hashSources`; no others go on from it */
  readonly sources: string;
  /** Called before one is written; what it throws ends the training. */
  readonly beforeWrite?: (() => void) | undefined;
}

/** A look at the network, whose values lie on the backend, every so many steps, and after the last. */
export interface Validation {
  readonly every: number;
  /** The hash of the images; what an earlier sitting measured on others, or what it does not say, is left out */
  readonly images: string;
  /** PSNR on images that it is not trained on, in dB; undefined if it was stopped, and is to be made up for */
  readonly measure: () => Promise<number | undefined>;
}

/** How far a training has come when it returns. */
export interface TrainResult extends TrainingState {
  /** False if the signal ended the run early. */
  readonly finished: boolean;
}

/**
 * Trains a network to remove Gaussian noise: its values lie on the backend, see `saveWeights`.
 *
 * Each step is one run of one program: the training step's, or, after `steps` of them, that of settling, for which Adam
 * starts anew, as the loss is another function of the weights then. The losses depend on the configuration and the images alone, bit for bit;
 * a run that was stopped, by the signal or by force, goes on from its checkpoint as if nothing had happened. Validation
 * changes neither; where its images are no longer those of before, what was measured on those is left out.
 * Throws TrainingError at once for settling without batch normalisation, DataError when an image is smaller than a patch,
 * CheckpointError, FileError when a checkpoint cannot be written, and TrainingError, naming the step, when the backend fails, or the loss, its gradient or what
 * the network has become is no longer finite.
 */
export async function train(network: Network, dataset: Dataset, options: TrainOptions): Promise<TrainResult> {
  const { config, backend, checkpoint, validation } = options;
  if (config.settling > 0 && network.statistics.length === 0)
    throw new TrainingError(
      `settling ${config.settling}: nothing settles without batch normalisation; give 0`,
    );
  const images = trainingImages(dataset, config);
  if (checkpoint) checkWritable(checkpoint.path);
  const trainingStep = createTrainingStep(network, config);
  const { variables } = trainingStep;
  const run = { config, dataHash: dataset.hash, sources: checkpoint?.sources ?? '', variables, backend };
  const kept = (checkpoint && resumeCheckpoint(checkpoint.path, run)) ?? UNTRAINED;
  const start = validation ? measuredOn(validation.images, kept) : kept;
  const { programOf, dispose } = compiledOnce(trainingStep, backend);
  const { takesLevel = false } = network;
  const sitting = { ...options, ...trainingStep, images, takesLevel, programOf, run, start };
  const state = await takeSteps(sitting).finally(dispose);
  // Whoever keeps the network must be able to read it again.
  await readTrained(backend, variables, state.losses.length);
  return { ...state, finished: state.losses.length === totalSteps(config) };
}

/** The program of a step, by whether the network settles; compiled when it is first needed, and kept until `dispose`. */
function compiledOnce({ graph, settlingGraph }: TrainingStep, backend: Backend) {
  const programs = new Map<boolean, TrainingProgram>();
  return {
    programOf(settles: boolean): TrainingProgram {
      const program = programs.get(settles) ?? backend.compile(settles ? settlingGraph : graph);
      programs.set(settles, program);
      return program;
    },
    dispose(): void {
      for (const program of programs.values()) program.dispose();
    },
  };
}

const UNTRAINED: TrainingState = { losses: [], validation: [], seconds: 0, coreSeconds: 0 };

/** The state with what was measured on these images alone. */
function measuredOn(images: string, state: TrainingState): TrainingState {
  const validation = state.validatedOn === images ? state.validation : [];
  return { ...state, validation, validatedOn: images };
}

interface Sitting extends TrainOptions {
  /** Adam's state */
  readonly moments: readonly Variable[];
  readonly images: readonly NamedImage[];
  readonly takesLevel: boolean;
  readonly weighs: boolean;
  readonly programOf: (settles: boolean) => TrainingProgram;
  readonly run: TrainingRun;
  /** The state at the beginning of the sitting */
  readonly start: TrainingState;
}

async function takeSteps(sitting: Sitting): Promise<TrainingState> {
  const { config, checkpoint, signal, onStep, run, start, weighs } = sitting;
  const rateAt = scheduleOf(config);
  const clock = startClock();
  const losses = [...start.losses];
  const validation = [...start.validation];
  const state = (): TrainingState => {
    const { seconds, coreSeconds } = clock();
    return {
      losses,
      validation,
      validatedOn: start.validatedOn,
      seconds: start.seconds + seconds,
      coreSeconds: start.coreSeconds + coreSeconds,
    };
  };
  const save = async ({ path, beforeWrite }: CheckpointOptions) => {
    beforeWrite?.();
    await saveCheckpoint(path, run, state());
  };
  const validateIfDue = async () => {
    const psnr = await validate(sitting, losses.length, validation);
    if (psnr !== undefined) validation.push({ step: losses.length, psnr });
  };
  // An earlier sitting may have been stopped in the midst of it.
  await validateIfDue();
  let next: Promise<number> | undefined;
  while (losses.length < totalSteps(config) && (next || !signal?.aborted)) {
    const step = losses.length + 1;
    const running = next ?? takeStep(sitting, step, rateAt);
    next = mayBeAhead(sitting, step) ? takeStep(sitting, step + 1, rateAt) : undefined;
    // If this step fails, nobody waits for the next.
    next?.catch(() => {});
    losses.push(await running);
    await validateIfDue();
    if (isKeptAfter(step, checkpoint)) await save(checkpoint);
    const here = { stepsHere: losses.length - start.losses.length, seconds: clock().seconds };
    onStep?.(progressOf(config, state(), { ...here, weighs }));
    // Lets signals and timers in: a program of a backend without workers never leaves the thread.
    await turn();
  }
  const isNew = losses.length > start.losses.length || validation.length > start.validation.length;
  if (checkpoint && isNew) await save(checkpoint);
  return state();
}

/** Whether the step after this one may be handed over before this one's loss is there: nothing looks at the network between them. */
function mayBeAhead({ config, backend, validation, checkpoint, signal }: Sitting, step: number): boolean {
  if (!backend.computesElsewhere || signal?.aborted) return false;
  return step < totalSteps(config) && !isValidatedAfter(step, validation) && !isKeptAfter(step, checkpoint);
}

function isKeptAfter(
  step: number,
  checkpoint: CheckpointOptions | undefined,
): checkpoint is CheckpointOptions {
  return checkpoint !== undefined && step % checkpoint.every === 0;
}

function isValidatedAfter(step: number, validation: Validation | undefined): validation is Validation {
  return validation !== undefined && step % validation.every === 0;
}

/** Runs one step and returns its loss. */
async function takeStep(
  { config, images, backend, moments, programOf, takesLevel }: Sitting,
  step: number,
  rateAt: Schedule,
): Promise<number> {
  const settles = step > config.steps;
  const adamStep = settles ? step - config.steps : step;
  if (settles && adamStep === 1) for (const moment of moments) backend.write(moment, moment.initial);
  const rate = rateAt(step);
  // The program comes first: it tells how much memory is missing.
  const program = programOf(settles);
  const { level, ...patches } = batchOf(images, config, step);
  const feeds = { ...patches, ...(takesLevel && { level }), rate: [rate], step: [adamStep] };
  const { loss, norm } = await program.run(feeds).catch((error) => {
    throw error instanceof BackendError ? failureOf(error, step) : error;
  });
  checkFinite({ step, rate, settles }, loss[0]!, norm[0]!);
  return loss[0]!;
}

/** Memory that is not there, or a device that is lost, in mid-way. */
function failureOf(error: BackendError, step: number): TrainingError {
  return new TrainingError(`step ${step}: ${error.message} (${EARLIER})`, { cause: error });
}

/** The PSNR of the validation, if it is due after this step, and is not among the earlier ones. */
async function validate(
  { config, validation }: Sitting,
  step: number,
  earlier: TrainingState['validation'],
): Promise<number | undefined> {
  const isDone = step === 0 || earlier.at(-1)?.step === step;
  const isDue = isValidatedAfter(step, validation) || step === totalSteps(config);
  return isDue && !isDone ? validation?.measure() : undefined;
}

function checkFinite(
  { step, rate, settles }: { step: number; rate: number; settles: boolean },
  loss: number,
  norm: number,
): void {
  if (Number.isFinite(loss) && Number.isFinite(norm)) return;
  // Settling has rates of its own, but may begin with what has got lost before.
  const remedy = settles ? 'with a lower rate, or without settling' : 'with a lower rate';
  throw new TrainingError(
    `step ${step}: the loss is ${loss}, at learning rate ${rate} and gradient norm ${norm}; ` +
      `train again from the start ${remedy} (${EARLIER})`,
  );
}
