import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planForGpu } from '../../../src/backends/gpujs/launches.ts';
import { add, conv2d, input, matmul, variable } from '../../../src/index.ts';

test('a product with its bias is one kernel, and an updated variable one copy', () => {
  const x = input('x', [1, 2, 2, 4]);
  const w = variable('w', [1, 1, 4, 8]);
  const bias = variable('bias', [8]);
  const y = conv2d(x, w, { bias });
  const { all, byName } = planForGpu({ outputs: { y }, updates: new Map([[bias, add(bias, bias)]]) });
  // 4 · 4 pixels, 32 filters, 8 biases read and 32 numbers written.
  assert.equal(byName.get('conv2d'), { kernels: 1, copies: 0, bytes: 4 * (16 + 32 + 8 + 32) });
  assert.equal(byName.get('add'), { kernels: 1, copies: 0, bytes: 4 * (8 + 8) });
  assert.equal(byName.get('copy'), { kernels: 0, copies: 1, bytes: 4 * (8 + 8) });
  assert.equal(all, { kernels: 2, copies: 1, bytes: 4 * (88 + 16 + 16) });
  assert.equal([...byName.keys()], ['conv2d', 'add', 'copy']);
});

test('a matrix whose columns lie apart is turned first', () => {
  const y = matmul(input('a', [3, 2]), input('b', [5, 2]), { transposeB: true });
  assert.equal(planForGpu({ outputs: { y } }).all, {
    kernels: 2,
    copies: 0,
    bytes: 4 * (10 + 10 + 6 + 10 + 15),
  });
});

test.run();
