import { runCli } from '@nlrn/nlrn/commands';
import { dataCli } from './dataCli.ts';

await runCli(dataCli);
