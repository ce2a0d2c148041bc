import { CLASSIC } from '@nlrn/classic';
import type { Command } from '../command.ts';
import { PUBLISHED_WEIGHTS } from '../dataFolders.ts';
import { describeModel } from '../models/describe.ts';
import { installedModels, type Model, WEIGHTS } from '../models/installed.ts';
import { describePublished, PUBLISHED, PUBLISHED_ENLARGERS } from '../models/published.ts';

export const modelsCommand: Command = {
  command: 'models',
  describe:
    'List what "denoise" and "upscale" can use: trained weights with their figures, published ones, and methods without',
  options: {},
  builder: (yargs) => yargs.example('$0 models', ''),
  handler: () => console.log(describeModels(installedModels()).join('\n')),
};

/** The networks, those that others have published, by default in the folder of their weights, and the methods without training. */
export function describeModels(models: readonly Model[], published = PUBLISHED_WEIGHTS): string[] {
  return [
    `networks, in ${WEIGHTS}:`,
    ...(models.length === 0 ? ['none'] : models.flatMap(describeModel)),
    '',
    `published networks, whose weights are looked for in ${published}`,
    'to remove noise (denoise --method):',
    ...describePublished(PUBLISHED, published),
    'to enlarge (upscale --method):',
    ...describePublished(PUBLISHED_ENLARGERS, published),
    '',
    'methods without training, for noise of every level (denoise --method):',
    ...Object.entries(CLASSIC).map(([name, { describe, about }]) => `${name}: ${describe}; ${about}`),
  ];
}
