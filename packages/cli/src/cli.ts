import { nlrnCli } from './nlrnCli.ts';
import { runCli } from './runCli.ts';

await runCli(nlrnCli);
