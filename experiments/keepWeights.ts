import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  backendOptions,
  checkOutput,
  checkUnused,
  DEFAULT_WEIGHTS,
  forceOption,
  liveLine,
  namesFrom,
  testingFacts,
  text,
  UserError,
  userPath,
  withBackend,
} from '@nlrn/cli';
import type { Dataset } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import { checkWritable, makeFolder } from '@nlrn/files';
import { loadWeights } from '@nlrn/networks';
import { type EvaluationProgress, evaluate, saveWeights, type TrainedNoise } from '@nlrn/nn';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';

export const keepWeightsOptions = {
  weights: text('Trained weights; without it, those of the full model of --preset laptop, seed 1'),
  on: { ...text('Folders of PNG images to test on, separated by commas'), demandOption: true },
  out: text('Weights to write: a .safetensors file; without it, what those use by default'),
  force: forceOption,
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof keepWeightsOptions>;

/** Seed 1 and not the best of several on the test images: the results would no longer be those of a test. */
const TRAINED = join(import.meta.dirname, '../results/laptop/weights/full.seed1.safetensors');

export const keepWeightsCommand: CommandModule<unknown, Arguments> = {
  command: 'keep-weights',
  describe:
    'Make trained weights the default of "evaluate" and "denoise --method nlrn", with their PSNR inside',
  builder: (yargs) =>
    yargs
      .options(keepWeightsOptions)
      .example('$0 keep-weights --force --on set12,bsd68', 'after the experiments with --preset laptop'),
  handler: keepWeights,
};

/** Tests weights on folders, and writes them with the results: `evaluation` in the metadata, JSON by folder. */
async function keepWeights(args: Arguments): Promise<void> {
  const path = args.weights === undefined ? TRAINED : userPath(args.weights);
  if (!existsSync(path)) {
    throw new UserError(`${path}: no such file; run "pnpm exp ablation-variants --preset laptop" first`);
  }
  const out = args.out === undefined ? DEFAULT_WEIGHTS : userPath(args.out);
  checkOutput('--out', out, '.safetensors');
  if (!args.force) checkUnused('--out', out, path);
  const datasets = datasetsFrom(args.on);
  const { network, config, noise, metadata } = loadWeights(path);
  if (noise === undefined) throw new UserError(`${path}: does not say for which noise it was trained`);
  makeFolder(dirname(out));
  checkWritable(out);
  await withBackend(args, async (backend) => {
    const evaluation: Record<string, object> = {};
    const cases = datasets.flatMap((dataset) => levelsOf(noise).map((sigma) => ({ dataset, sigma })));
    for (const { dataset, sigma } of cases) {
      const line = liveLine();
      const onProgress = (progress: EvaluationProgress) => line.show(testingFacts(progress));
      const { images, mean } = await evaluate({ network, backend, dataset, sigma, onProgress }).finally(
        line.clear,
      );
      const key = noise.low === noise.high ? dataset.name : `${dataset.name}, sigma ${sigma}`;
      evaluation[key] = { sigma, images: images.length, ...mean.restored };
      console.log(`${key}: ${mean.restored.psnr.toFixed(2)} dB, SSIM ${mean.restored.ssim.toFixed(4)}`);
    }
    await saveWeights(
      out,
      { network, config, backend },
      { ...metadata, evaluation: JSON.stringify(evaluation) },
    );
    console.log(`wrote ${out}`);
  });
}

/** Levels of the papers' tables, and between them. */
const LEVELS = [5, 10, 15, 25, 40, 50];

/** At which levels weights are tested: their own, or those of the list that they were trained for. */
function levelsOf({ low, high }: TrainedNoise): number[] {
  return low === high ? [low] : LEVELS.filter((sigma) => low <= sigma && sigma <= high);
}

/** The folders of `--on`. Throws UserError for two of one name, as results are kept by the name. */
function datasetsFrom(on: string): Dataset[] {
  const datasets = namesFrom('--on', on).map((folder) => loadFolder(userPath(folder)));
  const names = datasets.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return datasets;
  throw new UserError(`--on ${on}: two folders are called ${twice}; rename one, or give it alone`);
}
