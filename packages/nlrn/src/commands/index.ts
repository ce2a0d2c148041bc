/** What command-line programs of this repository share. */

export { onInterrupt, repeatCommand } from './interrupt.ts';
export { backendOptions, number, seedsFrom, text, userPath, withBackend } from './options.ts';
export { type Cli, runCli } from './runCli.ts';
