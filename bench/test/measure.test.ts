import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Contestant, ContestantName } from '../lib/contestants.ts';
import { measure } from '../lib/measure.ts';
import type { Workload } from '../workloads.ts';

const workload: Workload = {
  name: 'product',
  describe: '1 x 1 times 1 x 1',
  spec: { kind: 'matmul', M: 1, K: 1, N: 1 },
  flops: 4e6,
  repeated: 2,
};

/** A contestant that takes half a second for each run, or so it says. */
function contestant(name: ContestantName, log: string[], fails = false): Contestant {
  return {
    name,
    threads: 1,
    version: '1',
    prepare: async () => (name === 'tfjs' ? { unsupported: 'cannot' } : { plannedBytes: 8 }),
    async run(repetitions) {
      log.push(name);
      if (fails && log.length > 4) throw new Error('out of memory');
      return { milliseconds: 500 * repetitions, peakBytes: log.length };
    },
    amount: ({ flops, repeated }) => flops! / repeated!,
    release: () => log.push(`${name} released`),
    stop: () => {},
  };
}

test('contestants take turns, whoever begins', async () => {
  const log: string[] = [];
  const contestants = [contestant('ours', log), contestant('torch', log), contestant('tfjs', log)];
  const row = await measure(workload, contestants, 2);
  // Two runs each to warm up, then two rounds.
  assert.equal(log.slice(4, 8), ['ours', 'torch', 'torch', 'ours']);
  assert.equal(log.slice(8), ['ours released', 'torch released', 'tfjs released']);
  assert.is(row.rounds, 2);
  assert.equal(row.contestants[0], { name: 'tfjs', threads: 1, note: 'cannot' });
  assert.equal(row.contestants[1], {
    name: 'ours',
    threads: 1,
    peakBytes: 8,
    plannedBytes: 8,
    // Half of the work is run: a second for all of it, and 4 MFLOP in it.
    milliseconds: 1000,
    bestMilliseconds: 1000,
    rate: 0.004,
  });
});

test('one that fails leaves a note, and the others go on', async () => {
  const log: string[] = [];
  const row = await measure(workload, [contestant('ours', log), contestant('torch', log, true)], 2);
  const [failed, ours] = row.contestants;
  assert.equal(failed, { name: 'torch', threads: 1, note: 'failed: out of memory' });
  assert.is(ours!.rate, 0.004);
});

test.run();
