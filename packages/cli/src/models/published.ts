import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { levelsApart } from '@nlrn/networks';
import type { TrainedNoise } from '@nlrn/nn';
import { PUBLISHED_WEIGHTS } from '../dataFolders.ts';
import { UserError } from '../userError.ts';
import { ENDING, type Model, modelOf } from './installed.ts';

/** Networks of other papers that remove noise, by the names that their configurations have, and how their files' names begin. */
export const PUBLISHED = { dncnn: 'dncnn-', ffdnet: 'ffdnet-', tnrd: 'tnrd-', nlnet: 'nlnet-' } as const;

/** Those that enlarge, likewise. */
export const PUBLISHED_ENLARGERS = {
  srcnn: 'srcnn-',
  fsrcnn: 'fsrcnn-',
  vdsr: 'vdsr-',
  drcn: 'drcn-',
  lapsrn: 'lapsrn-',
  drrn: 'drrn-',
} as const;

export type PublishedName = keyof typeof PUBLISHED;
export type PublishedEnlarger = keyof typeof PUBLISHED_ENLARGERS;

/**
 * The weights of a published network whose levels are nearest to one; of those that hold it the ones with the fewest levels.
 *
 * Throws UserError, with the remedy, if the folder has none.
 */
export function publishedModel(name: PublishedName, sigma: number, folder = PUBLISHED_WEIGHTS): Model {
  const [best] = modelsIn(folder, PUBLISHED[name]).toSorted(
    (a, b) =>
      levelsApart(a.noise, sigma) - levelsApart(b.noise, sigma) || widthOf(a.noise) - widthOf(b.noise),
  );
  if (best) return best;
  throw new UserError(
    `--method ${name}: no weights ${PUBLISHED[name]}*${ENDING} in ${folder} (see datasets/README.md); name a file by --weights`,
  );
}

/**
 * The weights of a published network for a scale; of several the ones for the fewest scales.
 *
 * Throws UserError, with the remedy, if the folder has none for it.
 */
export function publishedEnlarger(name: PublishedEnlarger, scale: number, folder = PUBLISHED_WEIGHTS): Model {
  const models = modelsIn(folder, PUBLISHED_ENLARGERS[name]).filter(({ scales }) => scales?.includes(scale));
  const [best] = models.toSorted((a, b) => a.scales!.length - b.scales!.length);
  if (best) return best;
  throw new UserError(
    `--method ${name}: no weights ${PUBLISHED_ENLARGERS[name]}*${ENDING} for --scale ${scale} in ${folder} (see datasets/README.md); name a file by --weights`,
  );
}

/** The models of a folder whose files' names begin so. */
function modelsIn(folder: string, beginning: string): Model[] {
  return filesIn(folder, beginning).map((file) => modelOf(join(folder, file)));
}

function filesIn(folder: string, beginning: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return files.filter((file) => file.startsWith(beginning) && file.endsWith(ENDING));
}

/** Lines that say of published networks which weights of theirs are there: `dncnn: dncnn-b, dncnn-s15`. */
export function describePublished(networks: Readonly<Record<string, string>>, folder: string): string[] {
  return Object.entries(networks).map(([name, beginning]) => {
    const names = filesIn(folder, beginning).map((file) => basename(file, ENDING));
    return `${name}: ${names.join(', ') || `no ${beginning}*${ENDING} there; name a file by --weights`}`;
  });
}

function widthOf(noise: TrainedNoise | undefined): number {
  return noise ? noise.high - noise.low : Number.POSITIVE_INFINITY;
}
