/** What command-line programs of this repository share. */

export { onInterrupt, quoted, repeatCommand } from './interrupt.ts';
export { nlrnCli } from './nlrnCli.ts';
export {
  backendOptions,
  checkOutput,
  namesFrom,
  number,
  seedsFrom,
  text,
  userPath,
  withBackend,
} from './options.ts';
export { checkUnused, forceOption } from './overwrite.ts';
export { type Cli, runCli, runCommand } from './runCli.ts';
export { trainConfigFrom, trainingOptions } from './trainingOptions.ts';
export { wrapped } from './wrapped.ts';
