import { basename } from 'node:path';
import { CLASSIC } from '@nlrn/classic';
import {
  DataError,
  estimateNoiseLevel,
  formatSigma,
  type Image,
  mapPixels,
  noisyVersion,
  psnr,
  toUint8Range,
  type WhyLeft,
  whyLeft,
} from '@nlrn/data';
import { checkSides, type Picture, visibleColors, withColors } from '@nlrn/data/node';
import { checkWritable } from '@nlrn/files';
import { noiseLevel } from '@nlrn/nn';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { backendOptions } from '../backendOptions.ts';
import { checkBackend } from '../backends.ts';
import { checkOptions } from '../checkOptions.ts';
import { PIPE } from '../checkValues.ts';
import type { Command } from '../command.ts';
import { type Comparison, onPage } from '../denoise/comparisonPage.ts';
import { MEMORY } from '../denoise/memory.ts';
import { METHODS, type MethodFor, withMethods } from '../denoise/methods.ts';
import { checkNeeded, checkOutput, checkTakes, number, text, userPath } from '../options.ts';
import { checkUnused, forceOption, keepOption } from '../overwrite.ts';
import {
  checkOutcome,
  eachPicture,
  goingOn,
  type Outcome,
  type Place,
  sayFailed,
  showingProgress,
} from '../pictures/eachPicture.ts';
import { type Job, jobsOf, NOTHING_TO_DO, picturesOf } from '../pictures/jobs.ts';
import { UserError } from '../userError.ts';
import { multiViewOption, weightsOption } from './weightsOption.ts';

const denoiseOptions = {
  sigma: number('Standard deviation of the noise, 0-255 scale; estimated without it'),
  strength: number('How much of what is found to be noise is taken away, 0 to 1; 1 without it'),
  method: text(`One of ${METHODS.join(', ')}; without it, the best one of "pnpm nlrn models" for the noise`),
  weights: weightsOption,
  'multi-view': multiViewOption,
  memory: number(
    `Megabytes that may be taken; ${MEMORY}, or what a picture needs, without it. With more, BM3D has more of many cores. wnnm takes some 250 a megapixel`,
  ),
  compare: text('A page to write at the end, .html: before and after under a slider, and the difference'),
  'add-noise': number('Add noise of this sigma (0-255 scale) first, and print the PSNR'),
  seed: number('Seed of that noise; 0 without it'),
  force: forceOption,
  keep: keepOption,
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof denoiseOptions> & { input: string; output: string };

const levelsSchema = z.object({
  sigma: noiseLevel.optional(),
  strength: z.number().min(0).max(1).default(1),
  method: z.enum(METHODS).optional(),
  memory: z.number().positive().optional(),
  'add-noise': noiseLevel.optional(),
  seed: z.int().default(0),
});

type Levels = z.infer<typeof levelsSchema>;

export const denoiseCommand: Command<Arguments> = {
  command: 'denoise <input> <output>',
  describe: 'Remove the noise of a picture, or of a folder of them: PNG or JPEG, grey or colour',
  options: denoiseOptions,
  builder: (yargs) =>
    picturesOf(yargs)
      .example('$0 denoise photo.jpg clean.png', 'estimates the noise, and says it')
      .example('$0 denoise photos clean --sigma 15', 'all pictures of a folder')
      .example('$0 denoise photos clean --keep', 'those that are not in clean yet')
      .example('$0 denoise photo.jpg clean.jpg --strength 0.7 --compare look.html', '')
      .example('$0 denoise photo.png out.png --weights runs/s25.safetensors', 'with a network')
      .example('$0 denoise photo.png out.png --method ffdnet', 'with published weights, if they are at hand')
      .example('$0 denoise - - < noisy.png > clean.png', '')
      .example('$0 denoise --force -- -x.png -x.png', 'in place, and a name that begins with a dash'),
  takesPipes: true,
  handler: runDenoise,
};

/** Of several pictures, one that cannot be read or restored is named, and the others are restored; the command then fails. */
async function runDenoise(args: Arguments): Promise<void> {
  const levels = checkOptions(levelsSchema, args);
  checkNeeded(args, 'seed', 'add-noise');
  checkBackend(args.backend, args.threads);
  const { method, memory } = levels;
  if (method !== undefined && Object.hasOwn(CLASSIC, method))
    checkTakes(method, args, ['weights', 'multi-view', 'backend']);
  // It works on a picture as a whole.
  if (method === 'wnnm') checkTakes(method, args, ['memory']);
  const compare =
    args.compare === undefined ? undefined : comparisonPath(args.compare, args.input, args.force);
  const jobs = jobsOf(args.input, args.output, args);
  // Its folder may be that of the pictures, which has been made now.
  if (compare !== undefined) checkWritable(compare);
  // What is read from standard output is the picture.
  const say = args.output === PIPE ? (line: string) => process.stderr.write(`${line}\n`) : console.log;
  const weights = args.weights === undefined ? undefined : userPath(args.weights);
  const { backend, threads, 'multi-view': multiView } = args;
  if (jobs.length === 0) return say(NOTHING_TO_DO);
  let outcome: Outcome = { failed: [] };
  const work = (show: (comparison: Comparison) => void) =>
    withMethods({ method, weights, multiView, backend, threads, memory }, async (methodFor) => {
      outcome = await eachPicture(jobs, async (job, place) => {
        const comparison = await denoiseOne(job, methodFor, levels, place);
        for (const fact of comparison.facts) say(jobs.length > 1 ? `${job.name}: ${fact}` : fact);
        show(comparison);
      });
    });
  if (compare === undefined) await work(() => {});
  else {
    const title = jobs.length > 1 ? basename(userPath(args.input)) : jobs[0]!.name;
    const isWritten = await onPage(compare, title, work).catch((error) => {
      sayFailed(outcome, jobs, 'restored');
      throw error;
    });
    if (isWritten) say(`wrote ${compare}: before and after`);
  }
  checkOutcome(outcome, jobs, 'restored', goingOn(args));
}

function comparisonPath(path: string, input: string, force: boolean): string {
  const to = userPath(path);
  checkOutput('--compare', to, '.html');
  if (!force) checkUnused('--compare', to, userPath(input));
  return to;
}

async function denoiseOne(job: Job, methodFor: MethodFor, levels: Levels, place: Place): Promise<Comparison> {
  const picture = await job.read();
  checkSides(job.name, picture.image, job.format());
  const truth = visibleColors(picture);
  const added = levels['add-noise'];
  const noisy =
    added === undefined ? truth : noisyVersion({ name: job.name, image: truth }, added, levels.seed);
  const sigma = levels.sigma ?? estimated(job.name, noisy);
  const copies = [truth !== picture.image, added !== undefined].filter(Boolean).length;
  const beside = copies + (picture.alpha ? 1 / truth.channels : 0);
  const { bitDepth } = picture;
  const { restored, how } = await restoredFrom(noisy, sigma, levels, methodFor, {
    ...place,
    beside,
    bitDepth,
  });
  const blended = blend(noisy, restored, levels.strength);
  if (restored !== truth || !(await job.copy())) await job.write(withColors(picture, blended));
  const facts = [
    `noise: sigma ${levels.sigma === undefined ? `${formatSigma(sigma)}, estimated` : `${sigma}, as given`}`,
    ...(added === undefined ? [] : [comparedWith(truth, noisy, blended)]),
    `wrote ${job.to}, ${how}`,
  ];
  return { name: job.name, noisy, restored: blended, facts };
}

/** Why a picture is written as it was. */
const LEFT = {
  'no noise': () => 'there is no noise to remove',
  'below the steps': () => 'so little noise is below the steps of its values',
  texture: (sigma) => `so little may be texture; --sigma ${formatSigma(sigma)} removes it`,
} satisfies Record<WhyLeft, (sigma: number) => string>;

/** The restored image, or the noisy one where it has too little noise for its `bitDepth`, and which of it is. */
async function restoredFrom(
  noisy: Image,
  sigma: number,
  levels: Levels,
  methodFor: MethodFor,
  { bitDepth, beside, ...place }: Place & { readonly beside: number } & Pick<Picture, 'bitDepth'>,
): Promise<{ restored: Image; how: string }> {
  const why = whyLeft(sigma, { isEstimated: levels.sigma === undefined, bitDepth });
  if (why) return { restored: noisy, how: `as it was: ${LEFT[why](sigma)}` };
  const { describe, warning, denoise } = await methodFor(noisy, sigma, beside);
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
  const restored = await showingProgress('restoring', place, denoise);
  return { restored, how: `restored with ${describe}` };
}

/** Throws UserError, with the remedy, for an image that is too small. */
function estimated(name: string, image: Image): number {
  try {
    return estimateNoiseLevel(image);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new UserError(`${name}: ${error.message}; give its level by --sigma`);
  }
}

function blend(noisy: Image, restored: Image, strength: number): Image {
  if (strength === 1) return restored;
  let i = 0;
  return mapPixels(noisy, (value) => value + strength * (restored.data[i++]! - value));
}

function comparedWith(truth: Image, noisy: Image, restored: Image): string {
  const decibels = (image: Image) => `${psnr(toUint8Range(truth), toUint8Range(image)).toFixed(2)} dB`;
  return `PSNR: noisy ${decibels(noisy)}, restored ${decibels(restored)}`;
}
