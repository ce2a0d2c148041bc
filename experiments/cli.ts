import { runCli } from '@nlrn/nlrn/commands';
import { expCli } from './expCli.ts';

await runCli(expCli);
