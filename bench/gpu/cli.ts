import { runCli } from '@nlrn/nlrn/commands';
import { gpuCli } from './gpuCli.ts';

await runCli(gpuCli);
