import { constant } from '../expressions/formula.ts';
import type { Shape } from '../shape.ts';
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

/** A tensor with the same number everywhere. */
export function full(shape: Shape, value: number): Tensor {
  return apply1(fullPrimitive, [], { shape, value });
}

/** A tensor of zeros. */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}
