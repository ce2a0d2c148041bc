import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exp, full, globalNorm, input, pad, type Tensor, transpose, variable } from '../src/index.ts';
import { apply1 } from '../src/tensor.ts';

test('tensors are numbered as they are created, and their shapes are frozen copies', () => {
  const shape = [2, 3];
  const x = input('x', shape);
  shape[0] = 7;
  const y = exp(x);
  assert.equal([...x.shape], [2, 3]);
  assert.ok(Object.isFrozen(x.shape));
  assert.ok(y.id > x.id);
});

test('an operation keeps its inputs and parameters', () => {
  const x = input('x', [2]);
  const y: Tensor = exp(x);
  assert.is(y.origin.kind, 'operation');
  if (y.origin.kind !== 'operation') return;
  assert.equal(y.origin.operation.inputs, [x]);
  assert.is(y.origin.operation.outputs[0], y);
});

test('a formula stays what it is, whatever becomes of the lists that it was made with', () => {
  const x = input('x', [1, 2]);
  const tensors = [x, x];
  const [axes, shape] = [
    [1, 0],
    [2, 3],
  ];
  const margins: [number, number][] = [
    [0, 1],
    [0, 0],
  ];
  const deep = { lists: [{ sizes: [1] }] };
  const own = { name: 'own', shapes: ([shape]: readonly (readonly number[])[]) => [shape!] as const };
  const formulas = [
    globalNorm(tensors),
    transpose(x, axes),
    full(shape, 1),
    pad(x, margins),
    apply1(own, [x], deep),
  ];
  const before = formulas.map(String);
  tensors.push(x);
  axes.reverse();
  shape[0] = 7;
  margins[0]![1] = 5;
  deep.lists[0]!.sizes[0] = 7;
  assert.equal(formulas.map(String), before);
});

test('a variable is zero unless a value is given', () => {
  assert.equal([...variable('v', [2, 2]).initial], [0, 0, 0, 0]);
  assert.equal([...variable('v', [2], [1, 2]).initial], [1, 2]);
  assert.equal([...variable('v', []).initial], [0]);
});

test('a variable keeps the value that it was given, whatever becomes of the array', () => {
  for (const given of [Float32Array.of(1, 2), Float64Array.of(1, 2), [1, 2]]) {
    const w = variable('w', [2], given);
    given.fill(7);
    assert.equal([...w.initial], [1, 2]);
  }
});

test('a variable’s value must have as many numbers as its shape', () => {
  assert.throws(() => variable('w', [2, 3], [1, 2]), /variable: w \[2, 3\] holds 6 numbers, was given 2/);
});

test('axes of size zero, fractional or negative are refused', () => {
  for (const n of [0, -1, 1.5]) {
    const problem = `: every axis must have a size of at least 1, noisy is [3, ${n}]`;
    const isNamed = ({ message }: Error) => message.includes(problem);
    assert.throws(() => input('noisy', [3, n]), isNamed);
    assert.throws(() => variable('noisy', [3, n]), isNamed);
  }
});

test.run();
