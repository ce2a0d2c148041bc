import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { median, rowOf } from '../lib/row.ts';
import { formatLegend } from '../lib/table.ts';
import type { Workload } from '../workloads.ts';

const workload: Workload = {
  name: 'product',
  describe: '1 x 1 times 1 x 1',
  spec: { kind: 'matmul', M: 1, K: 1, N: 1 },
  flops: 2,
};

test('the median of an even number of values is the mean of the middle two', () => {
  assert.is(median([5, 1, 3]), 3);
  assert.is(median([8, 1, 3, 5]), 4);
});

test('a ratio compares rates of the same round, and the median is taken of the ratios', () => {
  // The machine is four times as slow in the second round and twice in the third.
  const ours = { name: 'ours', threads: 1, times: [1, 4, 2], rates: [8, 2, 4], peakBytes: 0 } as const;
  const peer = { name: 'tfjs', threads: 1, times: [2, 8, 4], rates: [4, 1, 2], peakBytes: 0 } as const;
  const { ratios, unit, contestants } = rowOf(workload, 3, [ours, peer]);
  assert.equal(ratios, [{ threads: 1, against: 'tfjs', againstThreads: 1, ratio: 2 }]);
  assert.is(unit, 'GFLOP/s');
  assert.is(contestants[0]!.rate, 4);
  assert.is(contestants[0]!.milliseconds, 2);
  assert.is(contestants[0]!.bestMilliseconds, 1);
});

test('whoever cannot do a workload has a note and no ratio', () => {
  const ours = { name: 'ours', threads: 1, times: [1], rates: [8], peakBytes: 0 } as const;
  const peer = { name: 'tfjs', threads: 1, note: 'has no filter gradient' } as const;
  const { ratios, contestants } = rowOf({ ...workload, flops: undefined, bytes: 4 }, 1, [ours, peer]);
  assert.equal(ratios, []);
  assert.is(contestants[1]!.note, 'has no filter gradient');
});

test('the legend says once what is true of all numbers of threads', () => {
  const peers = [1, 2].map((threads) => ({ name: 'onnx', threads, note: 'computes no gradients' }) as const);
  const legend = formatLegend([rowOf(workload, 1, peers)]);
  assert.is(legend, 'product: 1 x 1 times 1 x 1\n  onnx 1, 2: computes no gradients');
});

test.run();
