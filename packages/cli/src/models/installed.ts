import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadWeights, type NetworkConfig } from '@nlrn/networks';
import { parameterCount, type TrainedNoise } from '@nlrn/nn';
import { UserError } from '../userError.ts';
import { type Figures, figuresIn, gainOverBm3d } from './figures.ts';

/** Trained weights that are at hand, and what they say of themselves. */
export interface Model {
  readonly name: string;
  readonly path: string;
  readonly network: NetworkConfig['network'];
  readonly bytes: number;
  readonly parameters: number;
  /** The noise that it was trained to remove, if the file says so */
  readonly noise: TrainedNoise | undefined;
  /** By how much it was trained to enlarge images, if it does not remove noise */
  readonly scales?: readonly number[] | undefined;
  readonly figures: Figures;
}

/** Where the weights that come with the packages lie. */
export const WEIGHTS = dirname(fileURLToPath(import.meta.resolve('@nlrn/nlrn/weights/none.safetensors')));

/** What weights are called, and how their file's name ends. */
const ENDING = '.safetensors';

/** The models of a folder that remove noise, by default of those that come with the packages, by their names. */
export function installedModels(folder = WEIGHTS): Model[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(ENDING) && !name.startsWith('.'));
  const models = files.sort().map((file) => modelOf(join(folder, file)));
  return models.filter(({ scales }) => scales === undefined);
}

/** The model of a weights file. Throws as `readWeights`. */
export function modelOf(path: string): Model {
  const { config, network, noise, scales, metadata } = loadWeights(path);
  return {
    name: basename(path, ENDING),
    path,
    network: config.network,
    bytes: statSync(path).size,
    parameters: parameterCount(network),
    noise,
    scales,
    figures: figuresIn(metadata),
  };
}

/** The model that is the best of all for noise of a level, by its figures beside BM3D's; undefined where none is better than that. */
export function betterThanBm3d(models: readonly Model[], sigma: number): Model | undefined {
  const best = bestOf(models, sigma);
  return best && (gainAt(best, sigma) ?? 0) > 0 ? best : undefined;
}

/**
 * The path of the weights for noise of a level that are used when none are named: those that are the best by their figures, and
 * without figures those that were trained for the nearest level. Throws UserError, with the remedy, if there are none.
 */
export function defaultWeights(sigma: number, models = installedModels()): string {
  const best = bestOf(models, sigma);
  if (best) return best.path;
  throw new UserError(
    `--weights is not given, and there are none in ${WEIGHTS}; name a file of "pnpm nlrn train", or make them: ` +
      '"pnpm exp ablation-variants --preset laptop --only nlrn --seeds 1 --train DIR --test DIR", then "pnpm exp keep-weights --on DIR"',
  );
}

function bestOf(models: readonly Model[], sigma: number): Model | undefined {
  const better = (a: Model, b: Model) =>
    (gainAt(b, sigma) ?? -Infinity) - (gainAt(a, sigma) ?? -Infinity) ||
    levelsApart(a.noise, sigma) - levelsApart(b.noise, sigma);
  return models.toSorted(better)[0];
}

function gainAt({ figures, noise }: Model, sigma: number): number | undefined {
  return gainOverBm3d(figures, sigma, noise);
}

/** How far a level is from those that weights were trained for. */
export function levelsApart(noise: TrainedNoise | undefined, sigma: number): number {
  if (!noise) return Infinity;
  return Math.max(0, noise.low - sigma, sigma - noise.high);
}
