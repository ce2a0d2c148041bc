import { runCli } from '@nlrn/nlrn/commands';
import { benchCli } from './benchCli.ts';

await runCli(benchCli);
