import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { levelsApart } from '@nlrn/networks';
import type { TrainedNoise } from '@nlrn/nn';
import { UserError } from '../userError.ts';
import { type Model, modelOf } from './installed.ts';

/** Published weights, which may stand beside the repository: its licence does not cover them. */
export const PUBLISHED_WEIGHTS = join(import.meta.dirname, '../../../../../shared/data/weights');

/** Networks of other papers that remove noise, by the names that their configurations have, and how their files' names begin. */
export const PUBLISHED = { dncnn: 'dncnn-', ffdnet: 'ffdnet-', tnrd: 'tnrd-', nlnet: 'nlnet-' } as const;

export type PublishedName = keyof typeof PUBLISHED;

/**
 * The weights of a published network whose levels are nearest to one; of those that hold it the ones with the fewest levels.
 *
 * Throws UserError, with the remedy, if the folder has none.
 */
export function publishedModel(name: PublishedName, sigma: number, folder = PUBLISHED_WEIGHTS): Model {
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const models = files
    .filter((file) => file.startsWith(PUBLISHED[name]) && file.endsWith('.safetensors'))
    .map((file) => modelOf(join(folder, file)));
  const [best] = models.toSorted(
    (a, b) =>
      levelsApart(a.noise, sigma) - levelsApart(b.noise, sigma) || widthOf(a.noise) - widthOf(b.noise),
  );
  if (best) return best;
  throw new UserError(
    `--method ${name}: no weights ${PUBLISHED[name]}*.safetensors in ${folder}; name a file by --weights`,
  );
}

function widthOf(noise: TrainedNoise | undefined): number {
  return noise ? noise.high - noise.low : Number.POSITIVE_INFINITY;
}

/** Throws UserError, naming both, for weights of another network than the method's. */
export function checkNetwork(method: PublishedName, { network, path }: Model): void {
  if (network === method) return;
  throw new UserError(`${path}: holds a network "${network}", --method ${method} needs a "${method}"`);
}
