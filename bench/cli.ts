import { runCli } from '@nlrn/cli';
import { benchCli } from './benchCli.ts';

await runCli(benchCli);
