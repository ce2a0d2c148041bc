import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  backendOptions,
  type Command,
  checkOutput,
  checkUnused,
  commitOf,
  forceOption,
  modelOf,
  namesFrom,
  text,
  UserError,
  userPath,
  WEIGHTS,
  withBackend,
} from '@nlrn/cli';
import type { Dataset } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import { checkWritable, makeFolder, replaceFile } from '@nlrn/files';
import { loadWeights, type NetworkConfig } from '@nlrn/networks';
import { type LoadedWeights, saveWeights } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import type { InferredOptionTypes, Options } from 'yargs';
import { measureDenoising } from './denoising.ts';
import { measureEnlarging } from './enlarging.ts';
import type { Measured } from './measured.ts';
import { modelCard } from './modelCard.ts';
import { tableRuns } from './tableRuns.ts';

const keepWeightsOptions = {
  weights: text('Trained weights; without it, those of the full model of --preset laptop, seed 1'),
  on: {
    ...text(
      'Folders of PNG images to test on, separated by commas; on the first BM3D is measured, too, of weights against noise',
    ),
    demandOption: true,
  },
  'trained-on': text('The training images by name, for the model card'),
  out: text('Weights to write: a .safetensors file; without it, nlrn-laptop-s25 of this package'),
  force: forceOption,
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof keepWeightsOptions>;

/** Seed 1 and not the best of several on the test images: the results would no longer be those of a test. */
const TRAINED = join(import.meta.dirname, '../../results/laptop/weights/full.seed1.safetensors');

/** What makes such weights anew, as finished runs that are there are not trained again. */
const TRAINING =
  'pnpm exp ablation-variants --preset laptop --only nlrn --seeds 1 --train data/train400 --test data/set12 --out runs/full';

export const keepWeightsCommand: Command<Arguments> = {
  command: 'keep-weights',
  describe:
    'Put trained weights among those of "denoise", "evaluate" and "upscale", with their PSNR inside and a card beside',
  options: keepWeightsOptions,
  builder: (yargs) =>
    yargs
      .example('$0 keep-weights --force --on set12,bsd68', 'after the experiments with --preset laptop')
      .example(
        '$0 keep-weights --weights runs/s25.safetensors --on set12,bsd68,urban100 --out packages/nlrn/weights/nlrn-s25.safetensors',
        '',
      )
      .example(
        '$0 keep-weights --weights runs/sr.safetensors --on set5,set14 --out packages/nlrn/weights/nlrn-sr.safetensors',
        'of super-resolution',
      ),
  handler: keepWeights,
};

/**
 * Tests weights on folders, where no run of the tables has done so, and writes them with the results, `evaluation` in the
 * metadata, JSON by folder and level, and beside them a card in Markdown.
 */
async function keepWeights(args: Arguments): Promise<void> {
  const path = args.weights === undefined ? TRAINED : userPath(args.weights);
  if (!existsSync(path))
    throw new UserError(
      args.weights === undefined
        ? `--weights is not given, and there is no ${path}; name a file, such as runs/full/laptop/weights/full.seed1.safetensors of "${TRAINING}"`
        : `--weights ${path}: no such file; check the path`,
    );
  const out = args.out === undefined ? join(WEIGHTS, 'nlrn-laptop-s25.safetensors') : userPath(args.out);
  checkOutput('--out', out, '.safetensors');
  const card = out.replace(/\.safetensors$/i, '.md');
  if (!args.force) for (const written of [out, card]) checkUnused('--out', written, path);
  const datasets = datasetsFrom(args.on);
  const loaded = loadWeights(path);
  const { network, config, metadata } = loaded;
  const measure = measuring(path, loaded);
  makeFolder(dirname(out));
  checkWritable(out);
  await withBackend(args, async (backend) => {
    const { figures, images } = await measure(backend, datasets, args.threads);
    const texts = { ...metadata, evaluation: JSON.stringify(figures), commit: commitOf() };
    await saveWeights(
      out,
      { network, config, backend },
      args['trained-on'] === undefined ? texts : { ...texts, trainedOn: args['trained-on'] },
    );
    replaceFile(card, [Buffer.from(modelCard(modelOf(out), loadWeights(out), images))]);
    console.log(`wrote ${out}\nwrote ${card}`);
  });
}

type Measure = (
  backend: Backend,
  datasets: readonly Dataset[],
  threads: number | undefined,
) => Promise<Measured>;

/** How weights are tested. Throws UserError for those that do not say what they were trained for. */
function measuring(path: string, { network, noise, scales }: LoadedWeights<NetworkConfig>): Measure {
  if (scales)
    return (backend, datasets) =>
      measureEnlarging(network, backend, datasets, scales, tableRuns(path, 'bicubic'));
  if (noise)
    return (backend, datasets, threads) =>
      measureDenoising(network, backend, datasets, {
        trained: noise,
        runs: tableRuns(path, 'bm3d'),
        threads,
      });
  throw new UserError(`${path}: does not say for which noise it was trained`);
}

/** The folders of `--on`. Throws UserError for two of one name, as results are kept by the name. */
function datasetsFrom(on: string): Dataset[] {
  const datasets = namesFrom('--on', on).map((folder) => loadFolder(userPath(folder), { grey: false }));
  const names = datasets.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return datasets;
  throw new UserError(`--on ${on}: two folders are called ${twice}; rename one, or give it alone`);
}
