import { runCli } from '@nlrn/cli';
import { gpuCli } from './gpuCli.ts';

await runCli(gpuCli);
