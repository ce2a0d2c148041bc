import { sizeOf } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { graphOf } from '../peers/graphs.ts';
import { WORKLOADS } from '../workloads.ts';

test('every workload has one name and either operations or bytes', () => {
  assert.is(new Set(WORKLOADS.map(({ name }) => name)).size, WORKLOADS.length);
  for (const { name, flops, bytes } of WORKLOADS)
    assert.is((flops === undefined) !== (bytes === undefined), true, name);
});

test('the attention that is timed has the gradients of all three inputs', () => {
  const spec = { kind: 'attention', pass: 'both', image: [1, 3, 3], q: 3, l: 2, m: 4 } as const;
  const { updates } = graphOf(spec).graph;
  const sizes = [...updates!.values()].map(({ shape }) => sizeOf(shape));
  assert.equal(sizes, [9 * 4, 9 * 2, 9 * 2, 9 * 4]);
});

test('a transposed convolution makes an image twice as large', () => {
  const { spec, flops } = WORKLOADS.find(({ name }) => name === 'conv-transposed')!;
  assert.equal(
    [...graphOf(spec).graph.updates!.values()].map(({ shape }) => shape),
    [[1, 128, 128, 64]],
  );
  assert.is(flops, 2 * 64 ** 2 * 9 * 64 ** 2);
});

test('adam changes the value and both moments in place', () => {
  const { updates } = graphOf({ kind: 'adam', n: 5 }).graph;
  assert.equal(
    [...updates!.keys()].map(({ name }) => name),
    ['x', 'm', 'v'],
  );
});

test.run();
