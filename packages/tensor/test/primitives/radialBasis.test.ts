import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { input, radialBasis, radialBasisWeightsGrad, variable, wasmBackend } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

/** Of an exponential in float64. */
const ROUNDING = 1e-15;

const centres = variable('centres', [2], [0, 1]);
const x = input('x', [2, 1]);
const feeds = { x: [0, 2], w: [3, 5], g: [7, 11] };

test('a sum of Gaussians around the centres, and its gradient in the weights', async () => {
  const y = radialBasis(x, input('w', [2, 1]), centres, { width: 1 });
  const dw = radialBasisWeightsGrad(input('g', [2, 1]), x, centres, { width: 1, derivative: 0 });
  const [values, gradient] = await evaluate([y, dw], feeds);
  const bump = (distance: number) => Math.exp(-(distance ** 2) / 2);
  const wanted = [3 * bump(0) + 5 * bump(1), 3 * bump(2) + 5 * bump(1)];
  const wantedGradient = [7 * bump(0) + 11 * bump(2), 7 * bump(1) + 11 * bump(1)];
  [...values!, ...gradient!].forEach((value, i) => {
    const right = [...wanted, ...wantedGradient][i]!;
    assert.ok(Math.abs(value - right) <= ROUNDING * right, `${value}, not ${right}`);
  });
});

test('wasm leaves a far centre out of each channel by itself, whatever lies beside it', async () => {
  // 7 widths are e^-24.5.
  const row = input('row', [4]);
  const y = radialBasis(row, input('w', [1, 4]), variable('centre', [1], [0]), { width: 1 });
  const backend = await wasmBackend({ threads: 1 });
  const { y: values } = await backend
    .compile({ outputs: { y } })
    .run({ row: [7, 0, Infinity, 7], w: [3, 3, 3, NaN] });
  assert.equal([...values], [0, 3, 0, 0]);
  await backend.dispose();
});

test('shapes that do not fit', () => {
  assert.throws(
    () => radialBasis(x, input('w', [3, 1]), centres, { width: 1 }),
    /radialBasis: weights must be \[2, 1\] for x \[2, 1\] and 2 centres, are \[3, 1\]/,
  );
  assert.throws(
    () => radialBasisWeightsGrad(input('g', [1, 1]), x, centres, { width: 1, derivative: 0 }),
    /radialBasisWeightsGrad: g must be as x, \[2, 1\], is \[1, 1\]/,
  );
});

test.run();
