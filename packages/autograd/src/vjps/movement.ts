import {
  add,
  broadcastTo,
  crop,
  div,
  flip,
  greater,
  mul,
  pad,
  reshape,
  sub,
  sum,
  transpose,
} from '@nlrn/tensor';
import { notDifferentiable, type Rules } from './rule.ts';

export const movementRules: Rules<
  | 'full'
  | 'sum'
  | 'max'
  | 'broadcastTo'
  | 'globalNorm'
  | 'reshape'
  | 'transpose'
  | 'flip'
  | 'pad'
  | 'crop'
  | 'concatenate'
  | 'adam'
> = {
  full: () => [],
  sum: ({ g: [g], x: [x], params: { axes } }) => {
    const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    return [broadcastTo(reshape(g, kept), x.shape)];
  },
  // Equal ones share the cotangent.
  max: ({ g: [g], y: [y], x: [x], params: { axes } }) => {
    const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    const isLargest = sub(1, greater(reshape(y, kept), x));
    return [div(mul(reshape(g, kept), isLargest), sum(isLargest, { axes, keepDims: true }))];
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
  reshape: ({ g: [g], x: [x] }) => [reshape(g, x.shape)],
  transpose: ({ g: [g], params: { axes } }) => [
    transpose(
      g,
      axes.map((_, axis) => axes.indexOf(axis)),
    ),
  ],
  flip: ({ g: [g], params: { axes } }) => [flip(g, axes)],
  pad: ({ g: [g], params: { margins } }) => [crop(g, margins)],
  crop: ({ g: [g], params: { margins } }) => [pad(g, margins)],
  concatenate: ({ g: [g], x, params: { axis } }) => {
    let start = 0;
    return x.map((part) => {
      const before = start;
      start += part.shape[axis]!;
      const after = g.shape[axis]! - start;
      return crop(
        g,
        part.shape.map((_, a) => (a === axis ? [before, after] : [0, 0])),
      );
    });
  },
  adam: notDifferentiable('adam'),
};
