import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bestModel, loadWeights, type TrainedModel, trainedModel } from '@nlrn/networks';
import { UserError } from '../userError.ts';

/** Trained weights that are at hand, and what they say of themselves. */
export interface Model extends TrainedModel {
  readonly path: string;
  readonly bytes: number;
}

/** Where the weights that come with the packages lie. */
export const WEIGHTS = dirname(fileURLToPath(import.meta.resolve('@nlrn/nlrn/weights/none.safetensors')));

/** What weights are called, and how their file's name ends. */
export const ENDING = '.safetensors';

/** The models of a folder, by default those that come with the packages, by their names. */
export function installedModels(folder = WEIGHTS): Model[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(ENDING) && !name.startsWith('.'));
  return files.sort().map((file) => modelOf(join(folder, file)));
}

/** The model of a weights file. Throws as `readWeights`. */
export function modelOf(path: string): Model {
  const trained = trainedModel(basename(path, ENDING), loadWeights(path));
  return { ...trained, path, bytes: statSync(path).size };
}

/**
 * The path of the weights for noise of a level that are used when none are named: those that are the best by their figures, and
 * without figures those that were trained for the nearest level. Throws UserError, with the remedy, if there are none.
 */
export function defaultWeights(sigma: number, models = installedModels()): string {
  const best = bestModel(models, sigma);
  if (best) return best.path;
  throw new UserError(
    `--weights is not given, and there are none in ${WEIGHTS}; name a file of "pnpm nlrn train", or make them: ` +
      '"pnpm nlrn train --train DIR --out FILE", then "pnpm exp keep-weights --weights FILE --on DIR"',
  );
}
