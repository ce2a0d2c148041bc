import { runCli } from '@nlrn/cli';
import { guideCli } from './guideCli.ts';

await runCli(guideCli);
