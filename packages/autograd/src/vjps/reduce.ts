import { add, broadcastTo, div, greater, mul, reshape, sub, sum, where } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

export const reduceRules: Rules<'sum' | 'max' | 'broadcastTo' | 'globalNorm'> = {
  sum: ({ g: [g], x: [x], params: { axes } }) => {
    const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    return [broadcastTo(reshape(g, kept), x.shape)];
  },
  // Equal ones share the cotangent.
  max: ({ g: [g], y: [y], x: [x], params: { axes } }) => {
    const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    const isLargest = sub(1, greater(reshape(y, kept), x));
    return [div(where(isLargest, reshape(g, kept), 0), sum(isLargest, { axes, keepDims: true }))];
  },
  broadcastTo: ({ g: [g], x: [x], params: { shape } }) => {
    const repeated = shape.flatMap((n, axis) => (x.shape[axis] === 1 && n > 1 ? [axis] : []));
    return [reshape(sum(g, { axes: repeated }), x.shape)];
  },
  // x / |x|; at zero, where there is no derivative, zero: what a division by 1 gives.
  globalNorm: ({ g: [g], y: [y], x }) => {
    const isZero = sub(1, greater(y, 0));
    return x.map((t) => mul(div(g, add(y, isZero)), t));
  },
};
