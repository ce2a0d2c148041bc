import { assertRefused } from '@nlrn/cli/test';
import { test } from 'uvu';
import { benchCli } from '../benchCli.ts';

test('numbers that cannot be, and a workload that is not there, are refused before anything is measured', async () => {
  const refused = (args: string, message: RegExp) => assertRefused(benchCli, args, message);
  await refused('matmul --threads 1e9', /^--threads 1e9: needs whole numbers from 1 to \d+, such as 1,2$/);
  await refused('matmul --threads 0', /^--threads 0: needs whole numbers from 1 to /);
  await refused('matmul --threads 1,1', /^--threads 1,1: 1 is named twice; name it once$/);
  await refused('matmul --threads 1,', /^--threads 1,: a name is empty; leave the comma out$/);
  await refused('matmul --rounds 0.5', /^--rounds 0\.5: needs a whole number of at least 1$/);
  await refused('nosuch', /^nosuch: no such workload; they are /);
});

test.run();
