/** `pnpm nlrn`, and what the command-line programs of this repository share. */

export { backendOptions, openChosen, withBackend } from './backendOptions.ts';
export { type Choice, MAX_THREADS, openBackend } from './backends.ts';
export { checkOptions } from './checkOptions.ts';
export type { Command } from './command.ts';
export { DATA, DATA_FOLDERS, PUBLISHED_WEIGHTS } from './dataFolders.ts';
export { helpOnly } from './helpOnly.ts';
export { onInterrupt, quoted, repeatCommand } from './interrupt.ts';
export { type LiveLine, liveLine } from './liveLine.ts';
export { commitOf, describeMachine, describeProcessor, type Machine } from './machine.ts';
export { describeFigure } from './models/describe.ts';
export { defaultWeights, installedModels, type Model, modelOf, WEIGHTS } from './models/installed.ts';
export { nlrnCli } from './nlrnCli.ts';
export { checkOutput, namesFrom, number, seedsFrom, text, userPath } from './options.ts';
export { checkUnused, forceOption } from './overwrite.ts';
export { FIRST_STEP, formatSeconds, testingFacts, trainingFacts } from './progress.ts';
export { type Cli, runCli, runCommand } from './runCli.ts';
export { hashMethods, hashSources, type Sources } from './sources.ts';
export { checkRemovesNoise } from './trainedNoise.ts';
export { trainConfigFrom, trainingOptions } from './trainingOptions.ts';
export { isUserError, UserError } from './userError.ts';
export { wrapped } from './wrapped.ts';
