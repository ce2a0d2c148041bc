import { CLASSIC } from '@nlrn/classic';
import type { CommandModule } from 'yargs';
import { describeModel } from '../models/describe.ts';
import { installedModels, type Model, WEIGHTS } from '../models/installed.ts';

export const modelsCommand: CommandModule = {
  command: 'models',
  describe:
    'List what "denoise" and "upscale" can use: trained weights with their figures, and methods without',
  builder: (yargs) => yargs.example('$0 models', ''),
  handler: () => console.log(describeModels(installedModels()).join('\n')),
};

/** The networks, then the methods without training. */
export function describeModels(models: readonly Model[]): string[] {
  return [
    `networks, in ${WEIGHTS}:`,
    ...(models.length === 0 ? ['none'] : models.flatMap(describeModel)),
    '',
    'methods without training, for noise of every level (denoise --method):',
    ...Object.entries(CLASSIC).map(([name, { describe, about }]) => `${name}: ${describe}; ${about}`),
  ];
}
