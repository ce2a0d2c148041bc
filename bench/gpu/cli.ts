import { runCli } from '@nlrn/cli';
import { gpuCli } from './gpuCli.ts';

await runCli(gpuCli);
// Some drivers would keep the process alive.
process.exit();
