import type { CommandModule, Options } from 'yargs';
import { denoiseCommand, denoiseOptions } from './commands/denoise.ts';
import { devicesCommand } from './commands/devices.ts';
import { evaluateCommand, evaluateOptions } from './commands/evaluate.ts';
import { modelsCommand } from './commands/models.ts';
import { programCommand, programOptions } from './commands/program.ts';
import { trainCommand, trainOptions } from './commands/train.ts';
import { upscaleCommand, upscaleOptions } from './commands/upscale.ts';
import type { Cli } from './runCli.ts';

const OPTIONS: ReadonlyMap<string, Readonly<Record<string, Options>>> = new Map<
  string,
  Record<string, Options>
>([
  ['train', trainOptions],
  ['denoise', denoiseOptions],
  ['upscale', upscaleOptions],
  ['evaluate', evaluateOptions],
  ['program', programOptions],
  ['models', {}],
  ['devices', {}],
]);

/** `pnpm nlrn` */
export const nlrnCli: Cli = {
  name: 'pnpm nlrn',
  summary: 'Non-Local Recurrent Network for Image Restoration (Liu et al. 2018)',
  // yargs cannot list commands with different arguments without forgetting their types.
  commands: [
    trainCommand,
    denoiseCommand,
    upscaleCommand,
    evaluateCommand,
    modelsCommand,
    programCommand,
    devicesCommand,
  ] as unknown as CommandModule[],
  optionsOf: (command) => OPTIONS.get(command),
};
