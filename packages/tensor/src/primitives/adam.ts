import { elementwise } from '../expressions/expression.ts';
import { base, constant, type Formula } from '../expressions/formula.ts';
import { expect, formatShape, type Shape, sameShape } from '../shape.ts';
import { apply, type Primitive, type Tensor } from '../tensor.ts';

/** How fast Adam's running means of the gradient and of its square forget, and what keeps its division finite. */
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
    expect(
      rate.length === 0 && step.length === 0,
      'adam',
      `learning rate and step must be scalars, are ${formatShape(rate)} and ${formatShape(step)}`,
    );
    return [value, value, value];
  },
  inPlace: [
    [0, 0],
    [1, 2],
    [2, 3],
  ],
  expressions(inputs, { beta1, beta2, epsilon }) {
    const { add, sub, mul, div, sqrt } = base;
    const { shape } = inputs[0];
    const newM = (g: Formula, m: Formula) => add(mul(beta1, m), mul(1 - beta1, g));
    const newV = (g: Formula, v: Formula) => add(mul(beta2, v), mul(mul(1 - beta2, g), g));
    return [
      elementwise(shape, inputs, (value, g, m, v, rate, step) => {
        // Scalars first: each of them is computed once.
        const scaledRate = div(rate, complement(beta1, step));
        const deviation = sqrt(mul(newV(g, v), div(1, complement(beta2, step))));
        return sub(value, div(mul(scaledRate, newM(g, m)), add(deviation, epsilon)));
      }),
      elementwise(shape, inputs, (_, g, m) => newM(g, m)),
      elementwise(shape, inputs, (_, g, __, v) => newV(g, v)),
    ];
  },
};

/** 1 - beta^step, of which a power would lose most digits where beta is near 1. */
function complement(beta: number, step: Formula): Formula {
  return beta === 0 ? constant(1) : base.neg(base.expm1(base.mul(step, Math.log(beta))));
}

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
