import { look } from '../expressions/expression.ts';
import { base, total } from '../expressions/formula.ts';
import { broadcast } from '../expressions/view.ts';
import { expect, formatShape, normalizeAxes, type Shape, sameShape, sizeOf } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';
import { asFloat32 } from './cast.ts';
import { div } from './elementwise.ts';
import { reshape } from './movement.ts';

export type ReduceParams = { axes: readonly number[] };

export const sumPrimitive: Primitive<'sum', readonly [x: Shape], readonly [y: Shape], ReduceParams> = {
  name: 'sum',
  shapes: ([x], { axes }) => [x.filter((_, axis) => !axes.includes(axis))],
  expressions: ([x], { axes }) => [{ kind: 'reduction', by: 'sum', of: [{ ...x, axes }], finish: total }],
};

export const maxPrimitive: Primitive<'max', readonly [x: Shape], readonly [y: Shape], ReduceParams> = {
  name: 'max',
  shapes: ([x], { axes }) => [x.filter((_, axis) => !axes.includes(axis))],
  expressions: ([x], { axes }) => [{ kind: 'reduction', by: 'max', of: [{ ...x, axes }], finish: total }],
};

export const broadcastToPrimitive: Primitive<
  'broadcastTo',
  readonly [x: Shape],
  readonly [y: Shape],
  { shape: Shape }
> = {
  name: 'broadcastTo',
  shapes([x], { shape }) {
    const fits = x.length === shape.length && x.every((n, axis) => n === 1 || n === shape[axis]);
    expect(fits, 'broadcastTo', `${formatShape(x)} cannot be repeated to ${formatShape(shape)}`);
    return [shape];
  },
  expressions: ([x], { shape }) => [
    { kind: 'elementwise', shape, element: look(x, (view) => broadcast(view, shape)) },
  ],
};

export const globalNormPrimitive: Primitive<
  'globalNorm',
  readonly Shape[],
  readonly [norm: Shape],
  Record<string, never>
> = {
  name: 'globalNorm',
  shapes(inputs) {
    expect(inputs.length > 0, 'globalNorm', 'needs at least one tensor');
    return [[]];
  },
  expressions(inputs) {
    const of = inputs.map(({ shape, element }) => ({
      shape,
      axes: [...shape.keys()],
      element: base.mul(element, element),
    }));
    return [{ kind: 'reduction', by: 'sum', of, finish: base.sqrt(total) }];
  },
};

/** Which axes are reduced, all of them if none are named; they stay with size 1 if `keepDims`. */
interface Reduced {
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}

/** Sum over the given axes. */
export function sum(x: Tensor, params: Reduced = {}): Tensor {
  return reduced(sumPrimitive, x, params);
}

/** The largest element over the given axes; NaN if there is one. */
export function max(x: Tensor, params: Reduced = {}): Tensor {
  return reduced(maxPrimitive, x, params);
}

function reduced(
  primitive: Primitive<string, readonly [x: Shape], readonly [y: Shape], ReduceParams>,
  x: Tensor,
  { axes: given, keepDims }: Reduced,
): Tensor {
  const all = x.shape.map((_, axis) => axis);
  const axes = normalizeAxes(primitive.name, given ?? all, x.shape.length);
  const y = apply1(primitive, [x], { axes });
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return keepDims ? reshape(y, kept) : y;
}

/** Mean over the given axes, as `sum` divided by the number of elements summed. */
export function mean(x: Tensor, params: Reduced = {}): Tensor {
  const y = sum(x, params);
  return div(y, sizeOf(x.shape) / sizeOf(y.shape));
}

/**
 * Repeats axes of size 1; missing leading axes are added first, as NumPy does.
 *
 *   x [C]  ->  [B, H, W, C]
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  const missing = shape.length - x.shape.length;
  expect(missing >= 0, 'broadcastTo', `${formatShape(x.shape)} has more axes than ${formatShape(shape)}`);
  const aligned = missing === 0 ? x : reshape(x, [...new Array<number>(missing).fill(1), ...x.shape]);
  return sameShape(aligned.shape, shape)
    ? asFloat32(aligned)
    : apply1(broadcastToPrimitive, [aligned], { shape });
}

/** The Euclidean norm of all tensors' elements together, as a scalar; where that is zero, its gradient is, too. */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  return apply1(globalNormPrimitive, tensors, {});
}
