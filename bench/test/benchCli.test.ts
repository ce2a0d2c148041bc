import { assertRefused } from '@nlrn/cli/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { benchCli, lackOf } from '../benchCli.ts';
import { WORKLOADS } from '../workloads.ts';

test('numbers that cannot be, and a workload that is not there, are refused before anything is measured', async () => {
  const refused = (args: string, message: RegExp) => assertRefused(benchCli, args, message);
  await refused('matmul --threads 1e9', /^--threads 1e9: needs whole numbers from 1 to \d+, such as 1,2$/);
  await refused('matmul --threads 0', /^--threads 0: needs whole numbers from 1 to /);
  await refused('matmul --threads 1,1', /^--threads 1,1: 1 is named twice; name it once$/);
  await refused('matmul --threads 1,', /^--threads 1,: a name is empty; leave the comma out$/);
  await refused('matmul --rounds 0.5', /^--rounds 0\.5: needs a whole number of at least 1$/);
  for (const option of ['--profile', '--no-peers', '--threads 1'])
    await refused(
      `gpujs ${option}`,
      /^gpujs: has no peers, no threads and no profile; leave --no-peers, --threads and --profile out$/,
    );
  await refused('nosuch', /^nosuch: no such workload; they are /);
});

test('a file of results is written by a run of everything, and replaced by none with less', () => {
  const run = { chosen: WORKLOADS, threads: '1,2', peers: true };
  assert.is(lackOf(run, { notes: [] }), undefined);
  assert.is(
    lackOf({ ...run, chosen: WORKLOADS.slice(1) }, { notes: [] }),
    'not all workloads were asked for',
  );
  assert.is(lackOf({ ...run, peers: false }, { notes: [] }), 'the peers were left out');
  assert.is(lackOf({ ...run, threads: '1' }, { notes: [] }), 'it has --threads 1,2, these are of 1');
  assert.is(lackOf(run, { notes: ['skipped: PyTorch'] }), 'skipped: PyTorch');
});

test.run();
