import { runCli } from '@nlrn/cli';
import { dataCli } from './dataCli.ts';

await runCli(dataCli);
