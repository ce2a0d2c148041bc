import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  backendOptions,
  CLASSIC,
  checkOutput,
  checkUnused,
  forceOption,
  liveLine,
  modelOf,
  namesFrom,
  testingFacts,
  text,
  UserError,
  userPath,
  WEIGHTS,
  withBackend,
} from '@nlrn/cli';
import { type Dataset, noisyVersion } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import { checkWritable, makeFolder, replaceFile } from '@nlrn/files';
import { type Figure, loadWeights } from '@nlrn/networks';
import {
  type EvaluateOptions,
  type EvaluationProgress,
  evaluate,
  quality,
  saveWeights,
  type TrainedNoise,
} from '@nlrn/nn';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { commit } from './lib/environment.ts';
import { type ImageFigure, modelCard } from './modelCard.ts';

export const keepWeightsOptions = {
  weights: text('Trained weights; without it, those of the full model of --preset laptop, seed 1'),
  on: {
    ...text('Folders of PNG images to test on, separated by commas; on the first BM3D is measured, too'),
    demandOption: true,
  },
  'trained-on': text('The training images by name, for the model card'),
  out: text('Weights to write: a .safetensors file; without it, nlrn-laptop-s25 of this package'),
  force: forceOption,
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof keepWeightsOptions>;

/** Seed 1 and not the best of several on the test images: the results would no longer be those of a test. */
const TRAINED = join(import.meta.dirname, '../results/laptop/weights/full.seed1.safetensors');

export const keepWeightsCommand: CommandModule<unknown, Arguments> = {
  command: 'keep-weights',
  describe:
    'Put trained weights among those of "denoise" and "evaluate", with their PSNR inside and a card beside',
  builder: (yargs) =>
    yargs
      .options(keepWeightsOptions)
      .example('$0 keep-weights --force --on set12,bsd68', 'after the experiments with --preset laptop')
      .example(
        '$0 keep-weights --weights runs/s25.safetensors --on set12,bsd68,urban100 --out packages/nlrn/weights/nlrn-s25.safetensors',
        '',
      ),
  handler: keepWeights,
};

/**
 * Tests weights on folders, and writes them with the results, `evaluation` in the metadata, JSON by folder and level, and beside
 * them a card in Markdown.
 *
 * On the first folder all levels are tested, and BM3D beside the network: `denoise` takes the network where it is better.
 */
async function keepWeights(args: Arguments): Promise<void> {
  const path = args.weights === undefined ? TRAINED : userPath(args.weights);
  if (!existsSync(path)) {
    throw new UserError(`${path}: no such file; run "pnpm exp ablation-variants --preset laptop" first`);
  }
  const out = args.out === undefined ? join(WEIGHTS, 'nlrn-laptop-s25.safetensors') : userPath(args.out);
  checkOutput('--out', out, '.safetensors');
  if (!args.force) checkUnused('--out', out, path);
  const datasets = datasetsFrom(args.on);
  const { network, config, noise, metadata } = loadWeights(path);
  if (noise === undefined) throw new UserError(`${path}: does not say for which noise it was trained`);
  makeFolder(dirname(out));
  checkWritable(out);
  await withBackend(args, async (backend) => {
    const evaluation: Record<string, Figure> = {};
    const images: ImageFigure[] = [];
    for (const { dataset, sigma, isFirst } of casesOf(datasets, noise)) {
      const tested = await testedOn({ network, backend, dataset, sigma, trained: noise });
      const bm3d = isFirst ? await bm3dOn(dataset, sigma, args.threads) : undefined;
      const key =
        noise.low === noise.high && noise.low === sigma ? dataset.name : `${dataset.name}, sigma ${sigma}`;
      const mean = bm3d && bm3d.reduce((sum, psnr) => sum + psnr, 0) / bm3d.length;
      evaluation[key] = {
        sigma,
        images: tested.images.length,
        ...tested.mean.restored,
        ...(mean !== undefined && { bm3d: mean }),
      };
      images.push(
        ...(bm3d ?? []).map((psnr, i) => ({
          name: tested.images[i]!.name,
          sigma,
          psnr: tested.images[i]!.restored.psnr,
          bm3d: psnr,
        })),
      );
      console.log(describeFigure(key, evaluation[key]));
    }
    const texts = { ...metadata, evaluation: JSON.stringify(evaluation), commit: commit() };
    await saveWeights(
      out,
      { network, config, backend },
      args['trained-on'] === undefined ? texts : { ...texts, trainedOn: args['trained-on'] },
    );
    const card = out.replace(/\.safetensors$/i, '.md');
    replaceFile(card, [Buffer.from(modelCard(modelOf(out), loadWeights(out), images))]);
    console.log(`wrote ${out}\nwrote ${card}`);
  });
}

function describeFigure(key: string, { psnr, ssim, bm3d }: Figure): string {
  const beside = bm3d === undefined ? '' : `, BM3D ${bm3d.toFixed(2)} dB`;
  return `${key}: ${psnr.toFixed(2)} dB, SSIM ${ssim.toFixed(4)}${beside}`;
}

function testedOn(options: EvaluateOptions) {
  const line = liveLine();
  const onProgress = (progress: EvaluationProgress) => line.show(testingFacts(progress));
  return evaluate({ ...options, onProgress }).finally(line.clear);
}

/** The PSNR of what BM3D makes of the noisy images that the network is given. */
async function bm3dOn({ images }: Dataset, sigma: number, threads: number | undefined): Promise<number[]> {
  const found: number[] = [];
  for (const item of images) {
    const restored = await CLASSIC.bm3d.run(noisyVersion(item, sigma, 0), { sigma, threads });
    found.push(quality(item, restored).psnr);
  }
  return found;
}

/** Levels of the papers' tables, and between them; the papers' own. */
const LEVELS = [5, 10, 15, 25, 40, 50];
const OF_TABLES = [15, 25, 50];

/** On the first folder all levels are tested; on others those of the tables that weights were trained for, or their own. */
function casesOf(datasets: readonly Dataset[], noise: TrainedNoise) {
  const isTrained = (sigma: number) => noise.low <= sigma && sigma <= noise.high;
  const own = noise.low === noise.high ? [noise.low] : OF_TABLES.filter(isTrained);
  const all =
    noise.low === noise.high
      ? [...new Set([...LEVELS, noise.low])].sort((a, b) => a - b)
      : LEVELS.filter((sigma) => sigma <= noise.high);
  return datasets.flatMap((dataset, i) =>
    (i === 0 ? all : own).map((sigma) => ({ dataset, sigma, isFirst: i === 0 })),
  );
}

/** The folders of `--on`. Throws UserError for two of one name, as results are kept by the name. */
function datasetsFrom(on: string): Dataset[] {
  const datasets = namesFrom('--on', on).map((folder) => loadFolder(userPath(folder)));
  const names = datasets.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return datasets;
  throw new UserError(`--on ${on}: two folders are called ${twice}; rename one, or give it alone`);
}
