import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** The folder of images and weights of others, which Git ignores, as no licence here covers them: `datasets/README.md`. */
export const DATA = join(ROOT, 'data');

/** Where images and weights are looked for, in this order: a folder beside the repository may have them, too. */
export const DATA_FOLDERS = [DATA, ...[join(ROOT, '../shared/data')].filter((folder) => existsSync(folder))];

const ofWeights = (folder: string) => join(folder, 'weights');

/** The first folder of published weights that is there; without any the place where it would be. */
export const PUBLISHED_WEIGHTS =
  DATA_FOLDERS.map(ofWeights).find((folder) => existsSync(folder)) ?? ofWeights(DATA);
