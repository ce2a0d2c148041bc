import { runCli } from '@nlrn/cli';
import { expCli } from './expCli.ts';

await runCli(expCli);
