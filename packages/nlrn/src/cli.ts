import { nlrnCli, runCli } from './commands/index.ts';

await runCli(nlrnCli);
