import { div, greater, mul, neg, reshape, sub, sum, type Tensor } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

/** What was repeated to the shape of g collects the cotangents of all places that it was used at. */
function unbroadcast(x: Tensor, g: Tensor): Tensor {
  const missing = g.shape.length - x.shape.length;
  const repeated = g.shape.flatMap((n, axis) =>
    axis < missing || x.shape[axis - missing] !== n ? [axis] : [],
  );
  return repeated.length === 0 ? g : reshape(sum(g, { axes: repeated }), x.shape);
}

/**
 * Ties of maximum and minimum send the whole cotangent to the second argument, and relu passes none on at 0: choices, as no
 * derivative exists there.
 *
 * At 0, the edge of where they are defined, sqrt and log are infinitely steep, and so is division by 0: gradients are
 * infinite there, and NaN where the cotangent is 0. A norm or a deviation is kept away from it by a small constant under
 * the root; `globalNorm` needs none.
 */
export const elementwiseRules: Rules<
  'neg' | 'exp' | 'log' | 'sqrt' | 'relu' | 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater'
> = {
  neg: ({ g: [g] }) => [neg(g)],
  exp: ({ g: [g], y: [y] }) => [mul(g, y)],
  log: ({ g: [g], x: [x] }) => [div(g, x)],
  sqrt: ({ g: [g], y: [y] }) => [div(g, mul(2, y))],
  relu: ({ g: [g], x: [x] }) => [mul(g, greater(x, 0))],
  add: ({ g: [g], x: [a, b] }) => [unbroadcast(a, g), unbroadcast(b, g)],
  sub: ({ g: [g], x: [a, b] }) => [unbroadcast(a, g), unbroadcast(b, neg(g))],
  mul: ({ g: [g], x: [a, b] }) => [unbroadcast(a, mul(g, b)), unbroadcast(b, mul(g, a))],
  div: ({ g: [g], y: [y], x: [a, b] }) => [unbroadcast(a, div(g, b)), unbroadcast(b, neg(div(mul(g, y), b)))],
  maximum: ({ g: [g], x: [a, b] }) => choose(g, a, b, greater(a, b)),
  minimum: ({ g: [g], x: [a, b] }) => choose(g, a, b, greater(b, a)),
  greater: () => [null, null],
};

/** The cotangents of a and b where `first` is 1 if a was taken and 0 if b was. */
function choose(g: Tensor, a: Tensor, b: Tensor, first: Tensor): [Tensor, Tensor] {
  const toA = mul(g, first);
  return [unbroadcast(a, toA), unbroadcast(b, sub(g, toA))];
}
