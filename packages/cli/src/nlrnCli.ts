import { denoiseCommand } from './commands/denoise.ts';
import { devicesCommand } from './commands/devices.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { modelsCommand } from './commands/models.ts';
import { programCommand } from './commands/program.ts';
import { trainCommand } from './commands/train.ts';
import { upscaleCommand } from './commands/upscale.ts';
import type { Cli } from './runCli.ts';

/** `pnpm nlrn` */
export const nlrnCli: Cli = {
  name: 'pnpm nlrn',
  summary: 'Non-Local Recurrent Network for Image Restoration (Liu et al. 2018)',
  commands: [
    trainCommand,
    denoiseCommand,
    upscaleCommand,
    evaluateCommand,
    modelsCommand,
    programCommand,
    devicesCommand,
  ],
};
