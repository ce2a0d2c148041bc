import { abs, div, greater, log, mul, neg, pow, reshape, sub, sum, type Tensor, where } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

/** What was repeated to the shape of g collects the cotangents of all places that it was used at. */
function unbroadcast(x: Tensor, g: Tensor): Tensor {
  const missing = g.shape.length - x.shape.length;
  const repeated = g.shape.flatMap((n, axis) =>
    axis < missing || x.shape[axis - missing] !== n ? [axis] : [],
  );
  return repeated.length === 0 ? g : reshape(sum(g, { axes: repeated }), x.shape);
}

/** The smallest float32 with all of its bits: of what is smaller, the power -1 can be infinite. */
const LEAST = 2 ** -126;

/**
 * Ties of maximum and minimum send the whole cotangent to the second argument, and relu and abs pass none on at 0: choices, as no
 * derivative exists there. What passes nothing on gives 0, whatever the cotangent: it is chosen, not multiplied by 0.
 *
 * At 0, the edge of where they are defined, sqrt and log are infinitely steep, and so is division by 0: gradients are
 * infinite there, and NaN where the cotangent is 0. A norm or a deviation is kept away from it by a small constant under
 * the root; `globalNorm` needs none.
 */
export const elementwiseRules: Rules<
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'relu'
  | 'abs'
  | 'sigmoid'
  | 'tanh'
  | 'stopGradient'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'maximum'
  | 'minimum'
  | 'greater'
  | 'pow'
  | 'where'
> = {
  neg: ({ g: [g] }) => [neg(g)],
  exp: ({ g: [g], y: [y] }) => [mul(g, y)],
  log: ({ g: [g], x: [x] }) => [div(g, x)],
  sqrt: ({ g: [g], y: [y] }) => [div(g, mul(2, y))],
  relu: ({ g: [g], x: [x] }) => [where(greater(x, 0), g, 0)],
  add: ({ g: [g], x: [a, b] }) => [unbroadcast(a, g), unbroadcast(b, g)],
  sub: ({ g: [g], x: [a, b] }) => [unbroadcast(a, g), unbroadcast(b, neg(g))],
  mul: ({ g: [g], x: [a, b] }) => [unbroadcast(a, mul(g, b)), unbroadcast(b, mul(g, a))],
  div: ({ g: [g], y: [y], x: [a, b] }) => [unbroadcast(a, div(g, b)), unbroadcast(b, neg(div(mul(g, y), b)))],
  maximum: ({ g: [g], x: [a, b] }) => choose(g, a, b, greater(a, b)),
  minimum: ({ g: [g], x: [a, b] }) => choose(g, a, b, greater(b, a)),
  greater: () => [null, null],
  abs: ({ g: [g], x: [x] }) => [where(greater(x, 0), g, where(greater(0, x), neg(g), 0))],
  sigmoid: ({ g: [g], y: [y] }) => [mul(g, mul(y, sub(1, y)))],
  tanh: ({ g: [g], y: [y] }) => [mul(g, sub(1, mul(y, y)))],
  stopGradient: () => [null],
  pow: ({ g: [g], y: [y], x: [a, b] }) => {
    // To the power 0 it is 1, also at 0, where a further one less is infinite: chosen before and not after, so that the second
    // derivatives, which are not 0, are those of the formula.
    const given = where(b, 1, mul(greater(abs(a), LEAST), greater(Infinity, abs(g))));
    const power = pow(where(given, a, 1), sub(b, 1));
    return [
      unbroadcast(a, mul(where(given, g, 0), mul(b, power))),
      // At 0, where a logarithm is infinite and its power is not: it is 0, but -Infinity for the power 0, which falls from 1.
      unbroadcast(b, mul(where(y, g, 0), mul(y, log(where(y, a, 1))))),
    ];
  },
  where: ({ g: [g], x: [condition, a, b] }) => [
    null,
    unbroadcast(a, where(condition, g, 0)),
    unbroadcast(b, where(condition, 0, g)),
  ],
};

/** The cotangents of a and b where `first` is 1 if a was taken and 0 if b was. */
function choose(g: Tensor, a: Tensor, b: Tensor, first: Tensor): [Tensor, Tensor] {
  return [unbroadcast(a, where(first, g, 0)), unbroadcast(b, where(first, 0, g))];
}
