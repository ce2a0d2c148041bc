import { createImage, generateImage, type Image, type NamedImage, noisyVersion, psnr } from '@nlrn/data';
import { createNlrn, type NlrnTrainConfig } from '@nlrn/nlrn';
import {
  batchOf,
  createTrainingStep,
  type Network,
  parameterCount,
  type TrainingProgram,
  trainingImages,
  weightsOfSeed,
} from '@nlrn/nn';
import { type Backend, type Executable, input, type Shape, type Variable, wasmBackend } from '@nlrn/tensor';
import { kept } from './kept.ts';
import { lessonImages, lessonOf } from './lesson.ts';
import { type ShownProgram, showProgram } from './program.ts';

/** A training before its first step. */
export interface Started {
  /** How many numbers the network has */
  readonly parameters: number;
  readonly truth: Image;
  readonly noisy: Image;
  readonly program: ShownProgram;
  readonly look: TrainingLook;
}

/** What the network is at some step. */
export interface TrainingLook {
  /** The noisy validation patch as it restores it */
  readonly restored: Image;
  /** That one's PSNR, and that of the noisy one, dB */
  readonly psnr: number;
  readonly noisyPsnr: number;
  readonly parameters: readonly ParameterLook[];
}

/** A trained parameter's values. */
export interface ParameterLook {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What a step has done. */
export interface StepTaken {
  /** Its number, from 1 */
  readonly step: number;
  readonly loss: number;
  /** The gradient's norm before clipping */
  readonly norm: number;
  readonly look: TrainingLook | undefined;
}

/** A training under way. */
interface Training {
  readonly config: NlrnTrainConfig;
  readonly images: readonly NamedImage[];
  readonly network: Network;
  readonly backend: Backend;
  readonly step: TrainingProgram;
  readonly restore: Executable;
  taken: number;
}

const SIDE = 64;

const truth = { name: 'validation', image: generateImage('mixed', { width: SIDE, height: SIDE, seed: 2 }) };

let training: Training | undefined;

/** Kernels this small take less time than handing them to a graphics card, or to other threads. */
const backend = kept(() => wasmBackend({ threads: 1 }));

/** Begins a training, instead of the one that there was. */
export async function startTraining({ states }: { readonly states: number }): Promise<Started> {
  training?.step.dispose();
  training?.restore.dispose();
  const config = lessonOf({ states });
  const network = createNlrn(config.network, weightsOfSeed(config.seed));
  const computes = await backend();
  const { graph, variables } = createTrainingStep(network, config);
  const { output } = network.forward(input('noisy', [1, SIDE, SIDE, 1]), 'infer');
  const started = {
    config,
    network,
    images: trainingImages(lessonImages(), config),
    backend: computes,
    step: computes.compile(graph),
    restore: computes.compile({ outputs: { output } }),
    taken: 0,
  };
  training = started;
  return {
    parameters: parameterCount(network),
    truth: truth.image,
    noisy: noisyPatch(started),
    program: showProgram(started.step.program, await timesOf(started, variables)),
    look: await lookAt(started),
  };
}

/** Takes a step at this learning rate; with `look` it tells what the network is then. Throws Error before a training has begun. */
export async function trainStep({ rate, look }: { rate: number; look: boolean }): Promise<StepTaken> {
  if (!training) throw new Error('no training has begun');
  const current = training;
  const step = ++current.taken;
  const { loss, norm } = await current.step.run(feedsOf(current, step, rate));
  return { step, loss: loss[0]!, norm: norm[0]!, look: look ? await lookAt(current) : undefined };
}

function feedsOf({ images, config }: Training, step: number, rate: number) {
  const { noisy, truth } = batchOf(images, config, step);
  return { noisy, truth, rate: [rate], step: [step] };
}

function noisyPatch({ config: { sigma, seed } }: Training): Image {
  return noisyVersion(truth, sigma, seed);
}

/** Runs of which the times are the mean, after one that warms up: a page's clock is coarse. */
const TIMED = 10;

/** Milliseconds of each instruction, run by itself; undefined where the backend cannot tell. The training stays as it is. */
async function timesOf(training: Training, variables: readonly Variable[]): Promise<number[] | undefined> {
  const { step, backend } = training;
  if (!step.profile) return undefined;
  const feeds = feedsOf(training, 1, 0);
  const sums = step.program.instructions.map(() => 0);
  for (let run = 0; run <= TIMED; run++) {
    const times = await step.profile(feeds);
    if (run > 0) for (const [i, { milliseconds }] of times.entries()) sums[i]! += milliseconds / TIMED;
  }
  for (const variable of variables) backend.write(variable, variable.initial);
  return sums;
}

/** Running statistics are used, as whenever an image is restored. */
async function lookAt(training: Training): Promise<TrainingLook> {
  const { backend, network, restore } = training;
  const noisy = noisyPatch(training);
  const { output } = await restore.run({ noisy: noisy.data });
  const restored = createImage(SIDE, SIDE, 1, Float32Array.from(output!));
  const parameters = network.trained.map(async (variable) => {
    return {
      name: variable.name,
      shape: variable.shape,
      data: Float32Array.from(await backend.read(variable)),
    };
  });
  return {
    restored,
    psnr: psnr(truth.image, restored),
    noisyPsnr: psnr(truth.image, noisy),
    parameters: await Promise.all(parameters),
  };
}
