import { expect, formatShape, type Shape, sameShape } from '../shape.ts';
import { apply, type Primitive, type Tensor } from '../tensor.ts';

export type AdamParams = { beta1: number; beta2: number; epsilon: number };

export const adamPrimitive: Primitive<
  'adam',
  readonly [value: Shape, gradient: Shape, m: Shape, v: Shape, rate: Shape, step: Shape],
  readonly [value: Shape, m: Shape, v: Shape],
  AdamParams
> = {
  name: 'adam',
  shapes([value, gradient, m, v, rate, step]) {
    for (const shape of [gradient, m, v]) {
      expect(
        sameShape(shape, value),
        'adam',
        `the value is ${formatShape(value)}, its gradient and both moments must be too, one is ${formatShape(shape)}`,
      );
    }
    expect(rate.length === 0 && step.length === 0, 'adam', 'learning rate and step must be scalars');
    return [value, value, value];
  },
  inPlace: [
    [0, 0],
    [1, 2],
    [2, 3],
  ],
};

/**
 * One step of Adam (Kingma and Ba 2015, Algorithm 1).
 *
 *   value, gradient, m, v of one shape; rate and step scalars  ->  the new value, m and v
 *   m' = beta1 m + (1 - beta1) gradient,   v' = beta2 v + (1 - beta2) gradient²
 *   value' = value - rate (m' / (1 - beta1^step)) / (sqrt(v' / (1 - beta2^step)) + epsilon)
 *
 * `step` counts from 1.
 */
export function adam(
  value: Tensor,
  gradient: Tensor,
  moments: { m: Tensor; v: Tensor },
  schedule: { rate: Tensor; step: Tensor },
  params: AdamParams,
) {
  const { rate, step } = schedule;
  const [newValue, m, v] = apply(adamPrimitive, [value, gradient, moments.m, moments.v, rate, step], params);
  return { value: newValue, m, v };
}
