import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataError, type Dataset, generatedDataset, hashImages, joinDatasets, toLuma8 } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import { type Claim, claim, FileError, keepAside, makeFolder, readSafetensors } from '@nlrn/files';
import { type NetworkConfig, StartError, startFrom, untrainedNetwork } from '@nlrn/networks';
import {
  CheckpointError,
  type CheckpointOptions,
  checkEnlargedImages,
  checkTestImages,
  checkTrainingImages,
  type EvaluateOptions,
  type EvaluationProgress,
  evaluate,
  evaluateSuperResolution,
  leastSide,
  meanQuality,
  type Network,
  type Progress,
  parameterCount,
  readProgress,
  saveWeights,
  type TrainConfig,
  type TrainResult,
  totalSteps,
  train,
} from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { backendOptions, withBackend } from '../backendOptions.ts';
import { checkBackend, PRECISIONS } from '../backends.ts';
import { checkOptions } from '../checkOptions.ts';
import type { Command } from '../command.ts';
import { onInterrupt, quoted, repeatCommand } from '../interrupt.ts';
import { liveLine } from '../liveLine.ts';
import { checkNeeded, checkOutput, namesFrom, number, text, userPath } from '../options.ts';
import { FIRST_STEP, formatSeconds, testingFacts, trainingFacts } from '../progress.ts';
import { hashSources } from '../sources.ts';
import { checkTrainable, optionsFor, trainConfigOf, trainingOptions } from '../trainingOptions.ts';
import { UserError } from '../userError.ts';
import { wrapped } from '../wrapped.ts';

/** A training run of any network. */
type NetworkTrainConfig = TrainConfig<NetworkConfig>;

/** Training images when no folder is given: as large as those of the usual training set of 400. */
const GENERATED = { count: 60, size: 180 };

const trainOptions = {
  train: text('Folder of PNG images, or several, separated by commas; without it, images are generated'),
  out: { ...text('Weights to write: a .safetensors file; its folder is created'), demandOption: true },
  ...trainingOptions,
  validate: text('Folder of PNG images that it is not trained on, on which it is tested on the way'),
  'validate-every': number('Steps between two tests; 1000 without it'),
  from: text(
    'Weights to start with, of the same network; it may have more states, another q, and --noise-level where they have none',
  ),
  'checkpoint-every': { ...number('Steps between two checkpoints'), default: 100 },
  fresh: { type: 'boolean', default: false, describe: 'Start again; checkpoint and weights are kept aside' },
  ...backendOptions,
  precision: {
    ...text("Of a GPU's products: float32, or mixed, with factors rounded to float16 for its matrix units"),
    default: PRECISIONS[0],
  },
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof trainOptions>;

export const trainCommand: Command<Arguments> = {
  command: 'train',
  describe: 'Train a network; the same command goes on where it stopped',
  options: trainOptions,
  builder: (yargs) =>
    yargs
      .example('$0 train --out runs/quick.safetensors', 'on generated images')
      .example('$0 train --train faces,places --validate pets --out runs/all.safetensors', 'PSNR on the way')
      .example(
        '$0 train --from runs/s25.safetensors --sigmas 0,55 --out runs/any.safetensors',
        'all noise levels',
      )
      .example(
        '$0 train --network red30 --channels 32 --depth 5 --steps 5000 --out runs/red10.safetensors',
        'RED10, narrower',
      )
      .example('$0 train --task super-resolution --train photos --out runs/sr.safetensors', '')
      .example('$0 train --train photos --preset laptop --sigma 50 --out runs/s50.safetensors', ''),
  handler: runTrain,
};

async function runTrain(args: Arguments): Promise<void> {
  const { config, network } = startOf(trainConfigOf(args), args.from);
  checkTrainable(config, network);
  checkNeeded(args, 'validate-every', 'validate');
  const every = checkOptions(intervalsSchema, args);
  const { precision } = checkOptions(z.object({ precision: z.enum(PRECISIONS) }), args);
  checkBackend(args.backend, args.threads);
  const out = userPath(args.out);
  checkOutput('--out', out, '.safetensors');
  const checkpoints = {
    path: checkpointBeside(out),
    every: every['checkpoint-every'],
    sources: hashSources().model,
  };
  const load = loaderFor(config);
  const dataset = trainingDataset(args.train, load);
  const tested =
    args.validate === undefined ? undefined : validationDataset(args.validate, { config, network, load });
  checkTrainingImages(dataset, leastSide(config));
  makeFolder(dirname(out));
  const claimed = claim(out);
  try {
    if (args.fresh) for (const path of [checkpoints.path, out]) setAside(path);
    checkOurs(out, checkpoints.path, describeTraining(config, dataset));
    await withBackend({ ...args, precision }, (backend) => {
      const checkpoint = { ...checkpoints, beforeWrite: claimed.check };
      const validation = tested && { dataset: tested, every: every['validate-every'] };
      return trainTo(out, { network, config, dataset, backend, checkpoint, claimed, validation });
    });
  } finally {
    claimed.release();
  }
}

/** The network that training begins with, and the configuration that says so. */
function startOf(
  config: NetworkTrainConfig,
  from: string | undefined,
): { config: NetworkTrainConfig; network: Network } {
  if (from === undefined) return { config, network: untrainedNetwork(config) };
  try {
    const { network, hash } = startFrom(userPath(from), config);
    return { config: { ...config, start: hash }, network };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const options = optionsFor(error.wanted);
    const remedy = options ? `give ${options}` : 'no options make such a network, name other weights';
    throw new UserError(`--from ${error.fault}; ${remedy}`, { cause: error });
  }
}

function setAside(path: string): void {
  if (existsSync(path)) console.log(`${path}: is kept as ${keepAside(path, 'before-fresh')}`);
}

/** Throws UserError when there is a file to be overwritten that this training, which its checkpoint tells of, has not written. */
function checkOurs(out: string, checkpoint: string, ours: Readonly<Record<string, string>>): void {
  const isOurs = existsSync(out) && holds(out, ours);
  if (!existsSync(out) || (isOurs && existsSync(checkpoint))) return;
  const fault = isOurs
    ? `is of this training, whose checkpoint, ${checkpoint}, is not there`
    : 'is not of this training';
  throw new UserError(
    `--out ${out}: exists already, and ${fault}; name another file, or --fresh to keep it aside and start again`,
  );
}

/** Whether a file is weights with these facts in their metadata. */
function holds(path: string, facts: Readonly<Record<string, string>>): boolean {
  try {
    const { metadata } = readSafetensors(path);
    return Object.entries({ ...facts, content: 'weights' }).every(([key, text]) => metadata[key] === text);
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

const intervalsSchema = z.object({
  'checkpoint-every': z.int().positive(),
  'validate-every': z.int().positive().default(1000),
});

/** Reads a folder's images as the task wants them: grey, or as luma. */
function loaderFor({ factors }: NetworkTrainConfig): (folder: string) => Dataset {
  return (folder) => {
    const path = userPath(folder);
    if (!factors) return loadFolder(path);
    const colours = loadFolder(path, { grey: false });
    const images = colours.images.map(({ name, image }) => ({ name, image: toLuma8(image) }));
    return { ...colours, images, hash: hashImages(images) };
  };
}

function trainingDataset(folders: string | undefined, load: (folder: string) => Dataset): Dataset {
  if (folders === undefined) return generatedDataset('train', GENERATED);
  const [first, ...others] = namesFrom('--train', folders).map(load);
  return joinDatasets([first!, ...others]);
}

/** The images of `--validate`. Throws UserError, naming option and file, for one that the network cannot be tested on. */
function validationDataset(
  folder: string,
  {
    config: { factors },
    network,
    load,
  }: { config: NetworkTrainConfig; network: Network; load: (folder: string) => Dataset },
): Dataset {
  const dataset = load(folder);
  try {
    if (factors) for (const factor of factors) checkEnlargedImages(dataset, factor, network);
    else checkTestImages(dataset, network);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new UserError(`--validate ${folder}: ${error.message}`, { cause: error });
  }
  return dataset;
}

/** The mean PSNR on a data set, in dB, and over the scales of super-resolution; undefined if the signal came before the end. */
async function psnrOn(
  dataset: Dataset,
  { sigma, factors }: NetworkTrainConfig,
  options: Omit<EvaluateOptions, 'dataset' | 'sigma'>,
): Promise<number | undefined> {
  if (factors) {
    const results = await evaluateSuperResolution({ ...options, dataset, scales: factors });
    const isWhole = results.length === dataset.images.length * factors.length;
    return isWhole ? meanQuality(results.map(({ enlarged }) => enlarged)).psnr : undefined;
  }
  const { images, mean } = await evaluate({ ...options, sigma, dataset });
  return images.length < dataset.images.length ? undefined : mean?.restored.psnr;
}

interface Training {
  readonly network: Network;
  readonly config: NetworkTrainConfig;
  readonly dataset: Dataset;
  readonly backend: Backend;
  readonly checkpoint: CheckpointOptions;
  /** What it is tested on, and after how many steps */
  readonly validation: { readonly dataset: Dataset; readonly every: number } | undefined;
  /** The claim on the weights that are to be written */
  readonly claimed: Claim;
}

async function trainTo(out: string, training: Training): Promise<void> {
  const { network, config, dataset, backend, checkpoint, claimed } = training;
  console.log(wrapped(introduction(config, dataset, backend), process.stdout.columns).join('\n'));
  const interrupt = onInterrupt('finishing this step and writing a checkpoint');
  const { result, stepsTaken } = await trainShowingProgress(training, interrupt.signal).finally(
    interrupt.release,
  );
  claimed.check();
  if (!result.finished) {
    process.exitCode = interrupt.exitCode();
    return sayHowToGoOn(checkpoint.path, result);
  }
  const isThere = stepsTaken === 0 && existsSync(out);
  if (!isThere)
    await saveWeights(
      out,
      { network, config: config.network, backend },
      { ...describeTraining(config, dataset), trainedBy: backend.description },
    );
  console.log(
    `${isThere ? 'finished before:' : 'wrote'} ${out}: ${parameterCount(network)} parameters, ${formatSeconds(result.seconds)} of training${validated(result)}`,
  );
  console.log(
    config.factors
      ? `next:\n  pnpm nlrn upscale PICTURE LARGER --scale ${config.factors[0]} --weights ${quoted(out)}`
      : `next:\n  pnpm nlrn evaluate DIR --weights ${quoted(out)} --sigma ${config.sigma}`,
  );
}

/** `, validation 28.41 dB` after the last step; nothing if that was stopped: earlier tests are of another network. */
export function validated({ losses, validation }: Pick<TrainResult, 'losses' | 'validation'>): string {
  const last = validation.at(-1);
  return last?.step === losses.length ? `, validation ${last.psnr.toFixed(2)} dB` : '';
}

/** `weights.safetensors` -> `weights.checkpoint.safetensors` */
function checkpointBeside(out: string): string {
  return out.replace(/(\.safetensors)$/i, '.checkpoint$1');
}

async function trainShowingProgress(
  { claimed, network, dataset, validation, ...options }: Training,
  interrupted: AbortSignal,
): Promise<{ result: TrainResult; stepsTaken: number }> {
  const { backend, config } = options;
  const line = liveLine();
  const signal = AbortSignal.any([interrupted, claimed.lost]);
  let stepsTaken = 0;
  const onStep = (progress: Progress) => {
    stepsTaken++;
    line.show(trainingFacts(progress), progress.step === progress.steps);
    claimed.refresh();
  };
  const onProgress = (progress: EvaluationProgress) => {
    line.show(testingFacts(progress));
    claimed.refresh();
  };
  const measured = validation && {
    every: validation.every,
    images: validation.dataset.hash,
    measure: () => psnrOn(validation.dataset, config, { network, backend, signal, onProgress }),
  };
  if (validation) sayOtherTests(options.checkpoint.path, validation.dataset);
  try {
    line.show(FIRST_STEP, true);
    const result = await train(network, dataset, { ...options, validation: measured, signal, onStep });
    return { result, stepsTaken };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new UserError(
      `${error.fault}; use the same options, or another --out, or --fresh to keep it aside and start again`,
      { cause: error },
    );
  } finally {
    line.stop();
  }
}

/** Says that what was tested on the way, up to a checkpoint, was on other images: `train` leaves it out. */
function sayOtherTests(checkpoint: string, { name, hash }: Dataset): void {
  if (!existsSync(checkpoint)) return;
  try {
    const { validation, validatedOn } = readProgress(checkpoint);
    if (validation.length > 0 && validatedOn !== hash)
      console.log(`${checkpoint}: its tests were on other images than those of ${name}; they are left out`);
  } catch (error) {
    // What is wrong with it is told by who goes on from it.
    if (!(error instanceof FileError)) throw error;
  }
}

/** What is trained on what, in words between which a line may end. */
export function introduction(
  config: NetworkTrainConfig,
  dataset: Dataset,
  { description }: Pick<Backend, 'description'>,
): string {
  const network = Object.entries(config.network).map(([name, value]) => `${name} ${value}`);
  const task = config.factors
    ? `enlarging by ${config.factors.join(', ')}`
    : `sigma ${config.sigmas?.join(' to ') ?? config.sigma}`;
  const images = `${dataset.images.length} ${dataset.source === 'generated' ? 'generated images' : `images of ${dataset.name}`}`;
  return `training a network of ${network.join(', ')} on ${images}, ${totalSteps(config)} steps of ${config.batch} patches, ${task}, ${description}`;
}

/** For the weights' metadata: the whole configuration and the images' hash. */
function describeTraining(config: NetworkTrainConfig, dataset: Dataset): Record<string, string> {
  return { training: JSON.stringify(config), trainingImages: dataset.hash };
}

function sayHowToGoOn(checkpoint: string, { losses }: TrainResult): void {
  console.log(`stopped after step ${losses.length}; the checkpoint is ${checkpoint}`);
  console.log(`go on with:\n  ${repeatCommand('pnpm nlrn', ['--fresh'])}`);
}
