import { loadFolder } from '@nlrn/data/node';
import { describeTrainedNoise, loadWeights } from '@nlrn/networks';
import { checkTestImages, type EvaluationProgress, evaluate, type ImageResult, noiseLevel } from '@nlrn/nn';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { backendOptions, withBackend } from '../backendOptions.ts';
import { checkBackend } from '../backends.ts';
import { checkOptions } from '../checkOptions.ts';
import type { Command } from '../command.ts';
import { liveLine } from '../liveLine.ts';
import { number, seedsFrom, text, userPath } from '../options.ts';
import { readerGone } from '../output.ts';
import { testingFacts } from '../progress.ts';
import { checkRemovesNoise, warnOfOtherNoise } from '../trainedNoise.ts';
import { UserError } from '../userError.ts';
import { multiViewOption, weightsFrom, weightsOption } from './weightsOption.ts';

const evaluateOptions = {
  weights: weightsOption,
  sigma: { ...number('Standard deviation of the noise that is added, 0-255 scale'), default: 25 },
  seeds: { ...text('Seeds of that noise: results are means over draws, such as 0,1,2,3'), default: '0' },
  'multi-view': multiViewOption,
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof evaluateOptions> & { folder: string };

const noiseSchema = z.object({ sigma: noiseLevel });

export const evaluateCommand: Command<Arguments> = {
  command: 'evaluate <folder>',
  describe: 'Add noise to the images of a folder, remove it, and print PSNR and SSIM',
  options: evaluateOptions,
  builder: (yargs) =>
    yargs
      .positional('folder', {
        type: 'string',
        demandOption: true,
        describe: 'PNG images; colour becomes grey',
      })
      .example('$0 evaluate set12', 'the best weights of this package, at sigma 25')
      .example('$0 evaluate set12 --weights runs/quick.safetensors --sigma 25', '')
      .example('$0 evaluate set12 --weights runs/quick.safetensors --seeds 0,1,2,3', ''),
  handler: runEvaluate,
};

async function runEvaluate(args: Arguments): Promise<void> {
  const { sigma } = checkOptions(noiseSchema, args);
  const seeds = seedsFrom(args.seeds);
  checkBackend(args.backend, args.threads);
  const weights = weightsFrom(args.weights, sigma);
  const loaded = loadWeights(weights);
  checkRemovesNoise(weights, loaded);
  const { network, noise: trained } = loaded;
  const dataset = loadFolder(userPath(args.folder));
  const width = Math.max('image'.length, ...dataset.images.map(({ name }) => name.length));
  const live = liveLine();
  const onImage = (result: ImageResult) => {
    live.clear();
    console.log(line(result, width));
  };
  const onProgress = (progress: EvaluationProgress) => live.show(testingFacts(progress));
  checkTestImages(dataset, network);
  warnOfOtherNoise('--sigma', sigma, trained);
  console.log(`noise of sigma ${sigma}, ${describeDraws(seeds)}; ${describeTrainedNoise(trained)}`);
  console.log(`${'image'.padEnd(width)}  noisy: PSNR (dB), SSIM  restored: PSNR (dB), SSIM`);
  const { mean } = await withBackend(args, (backend) =>
    evaluate({
      network,
      backend,
      dataset,
      sigma,
      seeds,
      trained,
      multiView: args['multi-view'],
      signal: readerGone,
      onImage,
      onProgress,
    }).finally(live.clear),
  );
  if (readerGone.aborted || !mean) return;
  console.log(line({ name: 'mean', ...mean }, width));
  if (Number.isNaN(mean.restored.psnr)) {
    throw new UserError('images are restored to pixels that are not numbers; train again with a lower rate');
  }
}

function describeDraws(seeds: readonly number[]): string {
  return seeds.length === 1
    ? `one draw (seed ${seeds[0]})`
    : `means of ${seeds.length} draws (seeds ${seeds.join(', ')})`;
}

function line({ name, noisy, restored }: ImageResult, width: number): string {
  const columns = [noisy, restored].map(({ psnr, ssim }) =>
    `${psnr.toFixed(2)}  ${ssim.toFixed(4)}`.padStart(23),
  );
  return `${name.padEnd(width)}${columns.join('')}`;
}
