import {
  add,
  batchNorm,
  bytesOf,
  exp,
  formatProgram,
  greater,
  input,
  log,
  mul,
  named,
  nameOf,
  neg,
  referenceBackend,
  relu,
  sqrt,
  square,
  sum,
  type Tensor,
  variable,
  windowedAttention,
} from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../src/grad.ts';
import { withGradient } from '../src/withGradient.ts';

async function valuesOf(tensors: readonly Tensor[]): Promise<number[][]> {
  const outputs = Object.fromEntries(tensors.map((tensor, i) => [`${i}`, tensor]));
  const values = await referenceBackend().compile({ outputs }).run();
  return tensors.map((_, i) => [...values[`${i}`]!]);
}

/** Seven of the function, a quotient, and two products to each input: nothing for the seed, its sum and its broadcast. */
const MOST_INSTRUCTIONS = 12;

/** A few units in the last place of numbers below 1, in float64. */
const ROUNDING = 1e-15;

const x = variable('x', [3], [1, 2, 3]);
const y = variable('y', [3], [4, 5, 6]);

test('the gradient of sum(x² y) is 2 x y and x²', async () => {
  const loss = sum(mul(square(x), y));
  assert.equal(await valuesOf(grad(loss, [x, y])), [
    [8, 20, 36],
    [1, 4, 9],
  ]);
});

test('several paths add up', async () => {
  const doubled = add(x, x);
  // (2 x)² + 2 x: 8 x + 2
  const loss = sum(add(square(doubled), doubled));
  assert.equal(await valuesOf(grad(loss, [x])), [[10, 18, 26]]);
});

test('a tensor in between has a gradient, too', async () => {
  const between = mul(x, y);
  const loss = sum(square(between));
  // Of 2 · 4 · (4, 10, 18) and so on: d/dbetween = 2 between, d/dx = 2 between · y
  assert.equal(await valuesOf(grad(loss, [between, x])), [
    [8, 20, 36],
    [32, 100, 216],
  ]);
});

test('the loss’s gradient in itself is 1', async () => {
  const loss = sum(x);
  assert.equal(await valuesOf(grad(loss, [loss])), [[1]]);
});

test('what the loss does not depend on has gradient zero', async () => {
  const loss = sum(x);
  const later = mul(loss, sum(y));
  assert.equal(await valuesOf(grad(loss, [y, later])), [[0, 0, 0], [0]]);
  assert.equal(
    grad(loss, [y]).map(({ shape }) => [...shape]),
    [[3]],
  );
});

test('relu passes nothing at zero and below', async () => {
  const z = variable('z', [3], [-1, 0, 1]);
  assert.equal(await valuesOf(grad(sum(relu(z)), [z])), [[0, 0, 1]]);
});

test('a branch that is not asked for is not walked', () => {
  const loss = sum(mul(x, exp(sqrt(y))));
  const { program } = referenceBackend().compile({ outputs: { dx: grad(loss, [x])[0] } });
  // d/dx = exp(sqrt(y)): no division by the root
  assert.not.ok(program.instructions.some(({ name }) => name === 'div'));
});

test('the gradients of a function of five operations are a program of few instructions', async () => {
  // The loss of logistic regression: log(1 + exp(-x y)) has the derivatives -y / (1 + exp(x y)) and -x / (1 + exp(x y)).
  const loss = sum(log(add(1, exp(neg(mul(x, y))))));
  const [dx, dy] = grad(loss, [x, y]);
  const { program } = referenceBackend().compile({ outputs: { loss, dx, dy } });
  assert.ok(program.instructions.length <= MOST_INSTRUCTIONS, formatProgram(program));
  const scale = (i: number) => -1 / (1 + Math.exp([4, 10, 18][i]!));
  const [first, second] = await valuesOf([dx, dy]);
  [4, 5, 6].forEach((other, i) => {
    assert.ok(Math.abs(first![i]! - other * scale(i)) < ROUNDING);
  });
  [1, 2, 3].forEach((other, i) => {
    assert.ok(Math.abs(second![i]! - other * scale(i)) < ROUNDING);
  });
});

test('only one output of an operation is used', async () => {
  const rows = variable('rows', [2, 1], [1, 5]);
  const [one, zero] = [variable('one', [1], [1]), variable('zero', [1])];
  const { mean, variance } = batchNorm(rows, one, zero, { epsilon: 1, relu: false });
  assert.equal(await valuesOf(grad(sum(mean), [rows, one])), [[0.5, 0.5], [0]]);
  // variance = (x1 - x2)² / 4
  assert.equal(await valuesOf(grad(sum(variance), [rows])), [[-2, 2]]);
});

test('a gradient is a graph: it can be differentiated again', async () => {
  const [dx] = grad(sum(exp(mul(2, x))), [x]);
  const [ddx] = grad(sum(dx), [x]);
  const found = await valuesOf([ddx, mul(4, exp(mul(2, x)))]);
  assert.equal(found[0], found[1]);
});

test('more states of attention do not keep more logits: each is rebuilt from the next one', () => {
  const logits = bytesOf({ shape: [12, 12, 81], dtype: 'float64' });
  const peakOf = (states: number) => {
    const theta = variable('theta', [1, 12, 12, 1]);
    let Z: Tensor = input('g', [1, 12, 12, 1]);
    let previous: Tensor | undefined;
    for (let t = 0; t < states; t++) {
      const state = windowedAttention(theta, theta, Z, { q: 9, normalize: 'softmax', previous });
      [Z, previous] = [state.Z, state.logits];
    }
    const [gradient] = grad(sum(Z), [theta]);
    return referenceBackend().compile({ outputs: { gradient } }).program.peak;
  };
  assert.ok(peakOf(2) >= 2 * logits);
  assert.ok(peakOf(12) - peakOf(2) < logits, `${peakOf(2)} and ${peakOf(12)}`);
});

test('the gradient in a tensor with a name has a name, too', () => {
  const between = named('h', mul(x, y));
  const loss = named('loss', sum(square(between)));
  const [dx] = grad(loss, [x]);
  assert.equal([dx, ...grad(loss, [between])].map(nameOf), ['∂x', '∂h']);
});

test('what a rule returns of the caller keeps its name, and so does a cotangent that is sent on unchanged', () => {
  const mask = greater(x, 0);
  const masked = withGradient(
    (x: Tensor) => mul(x, mask),
    () => [mask],
  );
  assert.is(grad(sum(masked(x)), [x])[0], mask);
  assert.is(nameOf(mask), undefined);
  const s = named('s', add(x, y));
  assert.is(nameOf(grad(sum(mul(s, x)), [y])[0]), '∂s');
});

test('the loss must be a scalar', () => {
  assert.throws(
    () => grad(input('x', [2, 3]), []),
    /grad: the loss must be a scalar, is \[2, 3\]; sum or average it first/,
  );
});

test.run();
