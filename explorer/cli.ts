import { runCli } from '@nlrn/cli';
import { exploreCli } from './exploreCli.ts';

await runCli(exploreCli);
