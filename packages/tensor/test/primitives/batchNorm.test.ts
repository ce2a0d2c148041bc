import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { batchNorm, batchNormGrad, batchNormInference, input } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

const x = input('x', [1, 1, 4, 1]);
const [scale, shift] = [input('scale', [1]), input('shift', [1])];
// Mean 3, variance (4 + 0 + 0 + 4) / 4 = 2; with epsilon 2 a deviation of 2 is normalised to 1.
const feeds = { x: [1, 3, 3, 5], scale: [10], shift: [1] };

test('four values of one channel', async () => {
  const { y, mean, variance } = batchNorm(x, scale, shift, { epsilon: 2, relu: false });
  assert.equal(await evaluate([y, mean, variance], feeds), [[-9, 1, 1, 11], [3], [2]]);
});

test('and a ReLU', async () => {
  const { y } = batchNorm(x, scale, shift, { epsilon: 2, relu: true });
  assert.equal(await evaluate([y], feeds), [[0, 1, 1, 11]]);
});

test('each channel by itself', async () => {
  const pixels = input('pixels', [2, 2]);
  const [ones, zeros] = [input('ones', [2]), input('zeros', [2])];
  const { y, mean, variance } = batchNorm(pixels, ones, zeros, { epsilon: 0, relu: false });
  const fed = { pixels: [1, 10, 3, 30], ones: [1, 1], zeros: [0, 0] };
  assert.equal(await evaluate([y, mean, variance], fed), [
    [-1, -1, 1, 1],
    [2, 20],
    [1, 100],
  ]);
});

test('equal values have their own mean and no variance, so that epsilon 0 leaves 0 / 0', async () => {
  const six = input('six', [6, 1]);
  const { y, mean, variance } = batchNorm(six, scale, shift, { epsilon: 0, relu: false });
  const ones = new Array<number>(6).fill(1);
  assert.equal(await evaluate([mean, variance, y], { six: ones, scale: [10], shift: [1] }), [
    [1],
    [0],
    new Array<number>(6).fill(Number.NaN),
  ]);
});

test('given statistics instead', async () => {
  const [mean, variance] = [input('mean', [1]), input('variance', [1])];
  const y = batchNormInference(x, scale, shift, mean, variance, { epsilon: 1, relu: false });
  assert.equal(await evaluate([y], { ...feeds, mean: [1], variance: [3] }), [[1, 11, 11, 21]]);
});

test('gradients: a constant cotangent changes the shift only', async () => {
  const g = input('g', x.shape);
  const params = { epsilon: 2, relu: false };
  const { mean, variance } = batchNorm(x, scale, shift, params);
  const { dx, dscale, dshift } = batchNormGrad(g, x, scale, shift, mean, variance, params);
  assert.equal(await evaluate([dx, dscale, dshift], { ...feeds, g: [1, 1, 1, 1] }), [[0, 0, 0, 0], [0], [4]]);
});

test('gradients where the ReLU cuts the first value off', async () => {
  const g = input('g', x.shape);
  const params = { epsilon: 2, relu: true };
  const { mean, variance } = batchNorm(x, scale, shift, params);
  const { dx, dscale, dshift } = batchNormGrad(g, x, scale, shift, mean, variance, params);
  // g becomes 0 1 1 1 and x̂ is -1 0 0 1: dshift 3, dscale 1, dx = 10 / 2 (g - 3/4 - x̂/4)
  assert.equal(await evaluate([dx, dscale, dshift], { ...feeds, g: [1, 1, 1, 1] }), [
    [-2.5, 1.25, 1.25, 0],
    [1],
    [3],
  ]);
});

test('gradients: a ReLU passes nothing where its value is not a number', async () => {
  const g = input('g', [2, 1]);
  const two = input('two', [2, 1]);
  const params = { epsilon: 2, relu: true };
  const dshift = batchNormGrad(
    g,
    two,
    scale,
    shift,
    input('mean', [1]),
    input('variance', [1]),
    params,
  ).dshift;
  const fed = { two: [Number.NaN, 3], scale: [10], shift: [1], mean: [3], variance: [2], g: [1, 1] };
  assert.equal(await evaluate([dshift], fed), [[1]]);
});

test('shapes that do not fit', () => {
  const params = { epsilon: 1e-5, relu: false };
  assert.throws(
    () => batchNorm(input('x', [2, 3]), scale, shift, params),
    /batchNorm: x \[2, 3\] has 3 channels, scale, shift and statistics must be \[3\], one is \[1\]/,
  );
  assert.throws(
    () => batchNorm(input('x', [3]), scale, shift, params),
    /batchNorm: x must be \[\.\.\., C\], is \[3\]/,
  );
  assert.throws(
    () => batchNorm(x, scale, shift, { epsilon: -1, relu: false }),
    /batchNorm: epsilon must be at least 0, is -1/,
  );
  const { mean, variance } = batchNorm(x, scale, shift, params);
  assert.throws(
    () => batchNormGrad(input('g', [1, 1]), x, scale, shift, mean, variance, params),
    /batchNormGrad: g must be as x, .*, is \[1, 1\]/,
  );
});

test.run();
