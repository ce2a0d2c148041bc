import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Image, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import { readPicture, visibleColors, withColors, writePicture } from '@nlrn/data/node';
import { checkWritable } from '@nlrn/files';
import { loadWeights } from '@nlrn/networks';
import { type Network, restoreImage, secondsLeft } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { liveLine } from '../liveLine.ts';
import {
  backendOptions,
  checkNeeded,
  checkOptions,
  checkOutput,
  number,
  userPath,
  withBackend,
} from '../options.ts';
import { checkUnused, forceOption } from '../overwrite.ts';
import { restoringFacts } from '../progress.ts';
import { UserError } from '../userError.ts';
import { describeTrainedNoise, warnOfOtherNoise } from './trainedNoise.ts';
import { weightsFrom, weightsOption } from './weightsOption.ts';

export const denoiseOptions = {
  weights: weightsOption,
  'add-noise': number('Add noise of this sigma (0-255 scale) first, and print the PSNR'),
  seed: number('Seed of that noise; 0 without it'),
  force: forceOption,
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof denoiseOptions> & { input: string; output: string };

const noiseSchema = z.object({ 'add-noise': z.number().nonnegative().optional(), seed: z.int().optional() });

export const denoiseCommand: CommandModule<unknown, Arguments> = {
  command: 'denoise <input> <output>',
  describe: 'Remove the noise of one PNG image; transparency, depth, colour profile and resolution stay',
  builder: (yargs) =>
    yargs
      .positional('input', { type: 'string', demandOption: true, describe: 'PNG image to read' })
      .positional('output', { type: 'string', demandOption: true, describe: 'PNG image to write' })
      .options(denoiseOptions)
      .example('$0 denoise noisy.png clean.png', 'for noise of sigma 25')
      .example('$0 denoise noisy.png clean.png --weights runs/quick.safetensors', '')
      .example('$0 denoise photo.png out.png --weights runs/quick.safetensors --add-noise 25', '')
      .example('$0 denoise --force -- -x.png -x.png', 'in place, and a name that begins with a dash'),
  handler: runDenoise,
};

async function runDenoise(args: Arguments): Promise<void> {
  const { 'add-noise': sigma, seed = 0 } = checkOptions(noiseSchema, args);
  checkNeeded(args, 'seed', 'add-noise');
  const [from, to] = [userPath(args.input), userPath(args.output)];
  checkOutput('output', to, '.png');
  checkFolderOf(to);
  if (!args.force) checkUnused('output', to, from);
  checkWritable(to);
  const picture = readPicture(from);
  const image = visibleColors(picture);
  const { network, noise: trained } = loadWeights(weightsFrom(args.weights));
  if (sigma !== undefined) warnOfOtherNoise('--add-noise', sigma, trained);
  const name = basename(from);
  const noisy = sigma === undefined ? image : noisyVersion({ name, image }, sigma, seed);
  const restored = await withBackend(args, (backend) => restoreShown(network, backend, noisy));
  writePicture(to, withColors(picture, restored));
  if (sigma !== undefined) console.log(comparison(image, noisy, restored));
  console.log(`wrote ${to}, restored with ${describeTrainedNoise(trained)}`);
}

/** Restores an image, showing how much of it is done. */
async function restoreShown(network: Network, backend: Backend, image: Image): Promise<Image> {
  const line = liveLine();
  const start = performance.now();
  const onProgress = (share: number) => line.show(restoringFacts(share, secondsLeft(start, share)));
  return restoreImage(network, backend, image, { onProgress }).finally(line.clear);
}

function checkFolderOf(path: string): void {
  if (existsSync(dirname(path))) return;
  throw new UserError(`output ${path}: the folder ${dirname(path)} does not exist, create it first`);
}

function comparison(truth: Image, noisy: Image, restored: Image): string {
  const decibels = (image: Image) => `${psnr(toUint8Range(truth), toUint8Range(image)).toFixed(2)} dB`;
  return `PSNR: noisy ${decibels(noisy)}, restored ${decibels(restored)}`;
}
