import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bufferSizes,
  compileForGpu,
  isCopy,
  lowerProgram,
  PER_THREAD,
} from '../../../src/backends/gpujs/compile.ts';
import { planForGpu } from '../../../src/backends/gpujs/launches.ts';
import type { BufferPlace } from '../../../src/backends/gpujs/lower/dispatch.ts';
import { bytesOf } from '../../../src/elementType.ts';
import {
  adam,
  add,
  batchNorm,
  batchNormGrad,
  conv2d,
  crop,
  globalNorm,
  input,
  matmul,
  mul,
  type Program,
  type Tensor,
  type Variable,
  variable,
  windowedAttention,
  windowedAttentionGrad,
} from '../../../src/index.ts';

/** Where a program's kernels read and write. */
function placesOf(program: Program): BufferPlace[] {
  return lowerProgram(program, PER_THREAD).flatMap(({ calls }) =>
    calls.flatMap((call) => (isCopy(call) ? [call.from, call.to] : [...call.inputs, ...call.outputs])),
  );
}

test('a product with its bias is one kernel, and an updated variable one that writes over it', () => {
  const x = input('x', [1, 2, 2, 4]);
  const w = variable('w', [1, 1, 4, 8]);
  const bias = variable('bias', [8]);
  const y = conv2d(x, w, { bias });
  const { all, byName } = planForGpu({ outputs: { y }, updates: new Map([[bias, add(bias, bias)]]) });
  // 4 · 4 pixels, 32 filters, 8 biases read and 32 numbers written.
  assert.equal(byName.get('conv2d'), {
    ...{ kernels: 1, copies: 0, operations: 2 * 4 * 4 * 8 },
    bytes: 4 * (16 + 32 + 8 + 32),
  });
  assert.equal(byName.get('add'), { kernels: 1, copies: 0, operations: 0, bytes: 4 * (8 + 8) });
  assert.equal(all, { kernels: 2, copies: 0, operations: 256, bytes: 4 * (88 + 16) });
  assert.equal([...byName.keys()], ['conv2d', 'add']);
});

test('variables that are exchanged are copied, each by way of a place in between', () => {
  const [a, b] = [variable('a', [8]), variable('b', [8])];
  const updates = new Map([
    [a, b],
    [b, a],
  ]);
  assert.equal(planForGpu({ outputs: {}, updates }).all, {
    kernels: 0,
    copies: 4,
    operations: 0,
    bytes: 4 * 4 * 16,
  });
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
  assert.equal(all, { kernels: 1, copies: 0, operations: 0, bytes: 4 * (4 * 8 + 3 + 3 * 8) });
});

test('batch norm is three kernels, and its gradient: sums of pieces, sums of all, elements', () => {
  const [g, x] = [input('g', [2, 20, 20, 4]), input('x', [2, 20, 20, 4])];
  const [scale, shift] = [variable('scale', [4]), variable('shift', [4])];
  const params = { epsilon: 1e-3, relu: true };
  const { y, mean, variance } = batchNorm(x, scale, shift, params);
  const { dx, dscale, dshift } = batchNormGrad(g, x, scale, shift, mean, variance, params);
  const { byName } = planForGpu({ outputs: { y, dx, norm: globalNorm([dscale, dshift]) } });
  // 800 pixels in four pieces.
  const [pixels, pieces] = [800 * 4, 4 * 4];
  assert.equal(byName.get('batchNorm'), {
    kernels: 3,
    copies: 0,
    operations: 0,
    bytes: 4 * (pixels + 2 * pieces + (2 * pieces + 8) + (2 * pixels + 16)),
  });
  assert.equal(byName.get('batchNormGrad'), {
    kernels: 3,
    copies: 0,
    operations: 0,
    bytes: 4 * (2 * pixels + 16 + 2 * pieces + (2 * pieces + 8) + (3 * pixels + 16 + 8)),
  });
  // The gradients of scale and shift are read where they lie.
  assert.equal([...byName.keys()], ['batchNormGrad', 'batchNorm', 'globalNorm']);
});

test('a convolution reads what is within its image, and no copy with a border', () => {
  const [x, w] = [input('x', [1, 5, 5, 4]), input('w', [3, 3, 4, 8])];
  const { all } = planForGpu({ outputs: { y: conv2d(x, w, { padding: 1 }) } });
  assert.equal(all, {
    kernels: 1,
    copies: 0,
    operations: 2 * 25 * 9 * 4 * 8,
    bytes: 4 * (25 * 4 + 9 * 32 + 25 * 8),
  });
});

test('the weights of attention are made where they are read', () => {
  const [theta, psi, g] = ['theta', 'psi', 'g'].map((name) => input(name, [1, 3, 3, 4])) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const params = { q: 3, normalize: 'softmax' } as const;
  const forward = windowedAttention(theta, psi, g, params);
  const { dtheta, dpsi, dg } = windowedAttentionGrad(g, { theta, psi, g, ...forward }, params);
  const { byName } = planForGpu({ outputs: { Z: forward.Z, dtheta, dpsi, dg } });
  // psi turned, logits, statistics, Z.
  assert.is(byName.get('windowedAttention')!.kernels, 4);
  // gZ . Z, g turned, the gradients of the logits, of theta, of psi and of g.
  assert.is(byName.get('windowedAttentionGrad')!.kernels, 6);
});

test('what a kernel does not make is none of its scratch memory: a variable that becomes its output is', () => {
  const [theta, psi, g] = [
    variable('theta', [1, 8, 8, 2]),
    variable('psi', [1, 8, 8, 2]),
    variable('g', [1, 8, 8, 3]),
  ];
  const logits = variable('logits', [1, 8, 8, 9]);
  const params = { q: 3, normalize: 'softmax' } as const;
  const forward = windowedAttention(theta, psi, g, { ...params, previous: logits });
  const { dlogits } = windowedAttentionGrad(g, { theta, psi, g, ...forward }, params);
  for (const next of [forward.logits, dlogits]) {
    const program = compileForGpu({ outputs: {}, updates: new Map([[logits, next]]) }, PER_THREAD);
    const sizes = bufferSizes(program);
    for (const { memory, ...place } of placesOf(program)) {
      if (memory.kind === 'arena')
        assert.ok(bytesOf(place) <= sizes.get(memory.offset)!, `${bytesOf(place)} at ${memory.offset}`);
    }
  }
});

test('a norm of many tensors is summed from as many of them at a time as a kernel can read', () => {
  const parts = Array.from({ length: 14 }, (_, i) => variable(`v${i}`, [3]));
  // Seven, six more with the sum so far, and the last one with it; then the 256 sums of the threads.
  assert.is(planForGpu({ outputs: { y: globalNorm(parts) } }).all.kernels, 4);
  const halves = parts.slice(0, 7).flatMap((x) => [crop(x, [[0, 2]]), crop(x, [[1, 0]])]);
  assert.is(planForGpu({ outputs: { y: globalNorm(halves) } }).all.kernels, 2);
});

test('a matrix whose columns lie apart is turned first', () => {
  const y = matmul(input('a', [3, 2]), input('b', [5, 2]), { transposeB: true });
  assert.equal(planForGpu({ outputs: { y } }).all, {
    kernels: 2,
    copies: 0,
    operations: 2 * 3 * 2 * 5,
    bytes: 4 * (10 + 10 + 6 + 10 + 15),
  });
});

test('an axis that has more places than a GPU has threads along x or y is laid along two', () => {
  const image = input('image', [2, 1024, 1024, 3]);
  const gridsOf = (y: Tensor) =>
    lowerProgram(compileForGpu({ outputs: { y } }, PER_THREAD), PER_THREAD).flatMap(({ calls }) =>
      calls.map((call) => (isCopy(call) ? undefined : call.grid)),
    );
  assert.equal(gridsOf(mul(image, input('s', [2, 1, 1, 1]))), [[393_216, 8, 2]]);
  assert.equal(gridsOf(mul(image, input('mask', [2, 1024, 1024, 1]))), [[3, 262_144, 8]]);
  // Along one axis there may be any number.
  assert.equal(gridsOf(mul(image, 2)), [[2 * 1024 * 1024 * 3, 1, 1]]);
});

test.run();
