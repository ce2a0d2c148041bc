import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planForGpu } from '../../../src/backends/gpujs/launches.ts';
import { adam, add, conv2d, input, matmul, mul, type Variable, variable } from '../../../src/index.ts';

test('a product with its bias is one kernel, and an updated variable one that writes over it', () => {
  const x = input('x', [1, 2, 2, 4]);
  const w = variable('w', [1, 1, 4, 8]);
  const bias = variable('bias', [8]);
  const y = conv2d(x, w, { bias });
  const { all, byName } = planForGpu({ outputs: { y }, updates: new Map([[bias, add(bias, bias)]]) });
  // 4 · 4 pixels, 32 filters, 8 biases read and 32 numbers written.
  assert.equal(byName.get('conv2d'), { kernels: 1, copies: 0, bytes: 4 * (16 + 32 + 8 + 32) });
  assert.equal(byName.get('add'), { kernels: 1, copies: 0, bytes: 4 * (8 + 8) });
  assert.equal(all, { kernels: 2, copies: 0, bytes: 4 * (88 + 16) });
  assert.equal([...byName.keys()], ['conv2d', 'add']);
});

test('variables that are exchanged are copied, each by way of a place in between', () => {
  const [a, b] = [variable('a', [8]), variable('b', [8])];
  const updates = new Map([
    [a, b],
    [b, a],
  ]);
  assert.equal(planForGpu({ outputs: {}, updates }).all, { kernels: 0, copies: 4, bytes: 4 * 4 * 16 });
});

test('a step of Adam is one kernel, which writes over its three variables', () => {
  const names = ['w', 'm', 'v'] as const;
  const [w, m, v] = names.map((name) => variable(name, [8])) as [Variable, Variable, Variable];
  const [g, factor, rate, step] = [
    input('g', [8]),
    input('factor', []),
    input('rate', []),
    input('step', []),
  ];
  const next = adam(w, mul(g, factor), { m, v }, { rate, step }, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const updates = new Map([
    [w, next.value],
    [m, next.m],
    [v, next.v],
  ]);
  const { all } = planForGpu({ outputs: {}, updates });
  // Four tensors and three numbers read, three tensors written.
  assert.equal(all, { kernels: 1, copies: 0, bytes: 4 * (4 * 8 + 3 + 3 * 8) });
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
