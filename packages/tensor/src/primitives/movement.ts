import { expect, formatShape, normalizeAxes, type Shape, sameShape, sizeOf } from '../shape.ts';
import { apply1, type Params, type Primitive, type Tensor } from '../tensor.ts';

/** Elements added, or cut off, before and after each axis. */
export type Margins = readonly (readonly [number, number])[];

/** A primitive of one tensor that only moves elements. */
type Movement<N extends string, P extends Params> = Primitive<N, readonly [x: Shape], readonly [y: Shape], P>;

export const reshapePrimitive: Movement<'reshape', { shape: Shape }> = {
  name: 'reshape',
  shapes([x], { shape }) {
    expect(
      sizeOf(x) === sizeOf(shape),
      'reshape',
      `${formatShape(x)} has ${sizeOf(x)} elements, ${formatShape(shape)} has ${sizeOf(shape)}`,
    );
    return [shape];
  },
};

export const transposePrimitive: Movement<'transpose', { axes: readonly number[] }> = {
  name: 'transpose',
  shapes([x], { axes }) {
    expect(
      axes.length === x.length && new Set(axes).size === axes.length && axes.every((axis) => x[axis]),
      'transpose',
      `axes ${formatShape(axes)} must name each axis of ${formatShape(x)} once`,
    );
    return [axes.map((axis) => x[axis]!)];
  },
};

export const flipPrimitive: Movement<'flip', { axes: readonly number[] }> = {
  name: 'flip',
  shapes: ([x]) => [x],
};

export const padPrimitive: Movement<'pad', { margins: Margins }> = {
  name: 'pad',
  shapes([x], { margins }) {
    checkMargins('pad', x, margins);
    return [x.map((n, axis) => n + margins[axis]![0] + margins[axis]![1])];
  },
};

export const cropPrimitive: Movement<'crop', { margins: Margins }> = {
  name: 'crop',
  shapes([x], { margins }) {
    checkMargins('crop', x, margins);
    const y = x.map((n, axis) => n - margins[axis]![0] - margins[axis]![1]);
    expect(
      y.every((n) => n >= 1),
      'crop',
      `cutting ${JSON.stringify(margins)} off ${formatShape(x)} leaves nothing`,
    );
    return [y];
  },
};

export const concatenatePrimitive: Primitive<
  'concatenate',
  readonly Shape[],
  readonly [y: Shape],
  { axis: number }
> = {
  name: 'concatenate',
  shapes(inputs, { axis }) {
    expect(inputs.length > 0, 'concatenate', 'needs at least one tensor');
    const first = inputs[0]!;
    for (const shape of inputs) {
      const fits = shape.length === first.length && shape.every((n, a) => a === axis || n === first[a]);
      expect(fits, 'concatenate', `${inputs.map(formatShape).join(', ')} may differ in axis ${axis} only`);
    }
    const total = inputs.reduce((n, shape) => n + shape[axis]!, 0);
    return [first.map((n, a) => (a === axis ? total : n))];
  },
};

function checkMargins(operation: string, x: Shape, margins: Margins): void {
  expect(
    margins.length === x.length && margins.flat().every((n) => Number.isInteger(n) && n >= 0),
    operation,
    `needs [before, after], both whole and not negative, for each axis of ${formatShape(x)}; was given ${JSON.stringify(margins)}`,
  );
}

/** The same elements in the same row-major order under another shape; costs nothing. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : apply1(reshapePrimitive, [x], { shape });
}

/** Reorders the axes: axis i of the result is axis `axes[i]` of x. By default all are reversed. */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  return apply1(transposePrimitive, [x], { axes: axes ?? x.shape.map((_, axis) => axis).reverse() });
}

/** Reverses the order of the elements along the given axes. */
export function flip(x: Tensor, axes: readonly number[]): Tensor {
  return apply1(flipPrimitive, [x], { axes: normalizeAxes('flip', axes, x.shape.length) });
}

/** Adds zeros before and after each axis. */
export function pad(x: Tensor, margins: Margins): Tensor {
  return apply1(padPrimitive, [x], { margins });
}

/** Cuts elements off before and after each axis: the inverse of `pad`. */
export function crop(x: Tensor, margins: Margins): Tensor {
  return apply1(cropPrimitive, [x], { margins });
}

/** Joins tensors along an axis (the last one unless named); the other axes must be equal. */
export function concatenate(tensors: readonly Tensor[], axis = -1): Tensor {
  const [normalized] = normalizeAxes('concatenate', [axis], tensors[0]?.shape.length ?? 0);
  return apply1(concatenatePrimitive, tensors, { axis: normalized! });
}
