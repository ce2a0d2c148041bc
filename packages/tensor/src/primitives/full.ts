import { constant } from '../expressions/formula.ts';
import { expect, type Shape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';

export const fullPrimitive: Primitive<
  'full',
  readonly [],
  readonly [y: Shape],
  { shape: Shape; value: number }
> = {
  name: 'full',
  shapes: (_, { shape }) => [shape],
  expressions: (_, { shape, value }) => [{ kind: 'elementwise', shape, element: constant(value) }],
};

/** A tensor with the same number everywhere. Throws `ShapeError` for what is no number. */
export function full(shape: Shape, value: number): Tensor {
  expectNumber('full', 'a number', value);
  return apply1(fullPrimitive, [], { shape, value });
}

/** A tensor of zeros. */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

/** Throws `ShapeError`, with what an operation needs instead, for what is no number, as programs without types can give it. */
export function expectNumber(operation: string, needed: string, given: unknown): asserts given is number {
  expect(typeof given === 'number', operation, `needs ${needed}, was given ${describe(given)}`);
}

function describe(given: unknown): string {
  if (typeof given === 'string') return `'${given}'`;
  const isList = Array.isArray(given) || ArrayBuffer.isView(given);
  return isList ? 'a list: make a variable of it, or feed it to an input' : String(given);
}
