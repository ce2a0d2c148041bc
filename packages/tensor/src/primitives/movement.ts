import { type Elementwise, look, type Source, ZERO } from '../expressions/expression.ts';
import type { Formula } from '../expressions/formula.ts';
import type { View } from '../expressions/view.ts';
import * as views from '../expressions/view.ts';
import { expect, expectWhole, formatShape, normalizeAxes, type Shape, sameShape, sizeOf } from '../shape.ts';
import { apply1, type Params, type Primitive, type Tensor } from '../tensor.ts';

export type { Margins } from '../expressions/view.ts';

type Margins = views.Margins;

/** A primitive of one tensor that only moves elements. */
type Movement<N extends string, P extends Params> = Primitive<N, readonly [x: Shape], readonly [y: Shape], P>;

/** The elements of x seen through a view of its own; 0 where that goes beyond them. */
function moved(x: Source, through: (view: View) => View | undefined, outside?: Formula): [Elementwise] {
  const element = look(x, through, outside);
  return [{ kind: 'elementwise', shape: through(views.dense(x.shape))!.shape, element }];
}

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
  // It is the same memory.
  dtype: ([x]) => x!,
  expressions: ([x], { shape }) => moved(x, (view) => views.reshape(view, shape)),
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
  expressions: ([x], { axes }) => moved(x, (view) => views.transpose(view, axes)),
};

export const flipPrimitive: Movement<'flip', { axes: readonly number[] }> = {
  name: 'flip',
  shapes: ([x]) => [x],
  expressions: ([x], { axes }) => moved(x, (view) => views.flip(view, axes)),
};

export const padPrimitive: Movement<'pad', { margins: Margins }> = {
  name: 'pad',
  shapes([x], { margins }) {
    checkMargins('pad', x, margins);
    return [x.map((n, axis) => n + margins[axis]![0] + margins[axis]![1])];
  },
  expressions: ([x], { margins }) => moved(x, (view) => views.pad(view, margins), ZERO),
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
  expressions: ([x], { margins }) => moved(x, (view) => views.crop(view, margins)),
};

export const concatenatePrimitive: Primitive<
  'concatenate',
  readonly Shape[],
  readonly [y: Shape],
  { axis: number }
> = {
  name: 'concatenate',
  shapes(inputs, { axis }) {
    const first = inputs[0]!;
    for (const shape of inputs) {
      const fits = shape.length === first.length && shape.every((n, a) => a === axis || n === first[a]);
      expect(fits, 'concatenate', `${inputs.map(formatShape).join(', ')} may differ in axis ${axis} only`);
    }
    const total = inputs.reduce((n, shape) => n + shape[axis]!, 0);
    return [first.map((n, a) => (a === axis ? total : n))];
  },
  expressions(inputs, { axis }) {
    const total = inputs.reduce((n, { shape }) => n + shape[axis]!, 0);
    // Each part where it lies, else those before it.
    let before = 0;
    const element = inputs.map((x) => {
      const after = total - before - x.shape[axis]!;
      const margins = x.shape.map((_, a) => (a === axis ? ([before, after] as const) : ([0, 0] as const)));
      before += x.shape[axis]!;
      return (others: Formula) => look(x, (view) => views.pad(view, margins), others);
    });
    const shape = inputs[0]!.shape.map((n, a) => (a === axis ? total : n));
    return [{ kind: 'elementwise', shape, element: element.reduce((others, part) => part(others), ZERO) }];
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

/** Tensors that are joined at once: a formula within a formula for each, which thousands would make too deep. */
const MOST_PARTS = 64;

/** Joins tensors along an axis (the last one unless named); the other axes must be equal. */
export function concatenate(tensors: readonly Tensor[], axis = -1): Tensor {
  expect(tensors.length > 0, 'concatenate', 'needs at least one tensor, was given none');
  const [normalized] = normalizeAxes('concatenate', [axis], tensors[0]!.shape.length);
  const groups = Array.from({ length: Math.ceil(tensors.length / MOST_PARTS) }, (_, i) =>
    apply1(concatenatePrimitive, tensors.slice(i * MOST_PARTS, (i + 1) * MOST_PARTS), { axis: normalized! }),
  );
  return groups.length === 1 ? groups[0]! : concatenate(groups, normalized);
}

/**
 * The elements at some indices along an axis, in their order; each may be named more than once.
 *
 *   x [..., n, ...], k indices  ->  [..., k, ...]
 *
 * Runs of indices that follow each other are cropped in one. Throws `ShapeError` for an index out of range.
 */
export function take(x: Tensor, indices: readonly number[], axis = -1): Tensor {
  const [along] = normalizeAxes('take', [axis], x.shape.length) as [number];
  const n = x.shape[along]!;
  expect(
    indices.length > 0 && indices.every((i) => Number.isInteger(i) && i >= 0 && i < n),
    'take',
    `indices along axis ${along} of ${formatShape(x.shape)} must be whole numbers from 0 to ${n - 1}, one at least; were ${formatShape(indices)}`,
  );
  const parts = runsOf(indices).map(([first, end]) =>
    crop(
      x,
      x.shape.map((_, a) => (a === along ? [first, n - end] : [0, 0])),
    ),
  );
  return concatenate(parts, along);
}

/** Indices as runs, each [first, behind the last]. */
function runsOf(indices: readonly number[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const i of indices) {
    const last = runs.at(-1);
    if (last?.[1] === i) last[1]++;
    else runs.push([i, i + 1]);
  }
  return runs;
}

/**
 * Channels as pixels: images r times as high and wide (Shi et al. 2016, "Real-time single image and video super-resolution",
 * Eq. 4). Of each pixel's C r² channels those of one output channel lie side by side, row by row, as PyTorch has them.
 *
 *   x [B, H, W, C r²]  ->  [B, H r, W r, C]
 */
export function pixelShuffle(x: Tensor, r: number): Tensor {
  const [B, H, W, channels] = imagesOf('pixelShuffle', x);
  expectWhole('pixelShuffle', 'r', r, 1);
  const C = channels / r ** 2;
  expect(
    Number.isInteger(C),
    'pixelShuffle',
    `${channels} channels of ${formatShape(x.shape)} must be a multiple of r² = ${r ** 2}`,
  );
  const pixels = transpose(reshape(x, [B, H, W, C, r, r]), [0, 1, 4, 2, 5, 3]);
  return reshape(pixels, [B, H * r, W * r, C]);
}

/** Pixels as channels, the inverse of `pixelShuffle`: x [B, H r, W r, C]  ->  [B, H, W, C r²]. */
export function pixelUnshuffle(x: Tensor, r: number): Tensor {
  const [B, height, width, C] = imagesOf('pixelUnshuffle', x);
  expectWhole('pixelUnshuffle', 'r', r, 1);
  const [H, W] = [height / r, width / r];
  expect(
    Number.isInteger(H) && Number.isInteger(W),
    'pixelUnshuffle',
    `height and width of ${formatShape(x.shape)} must be multiples of r = ${r}`,
  );
  const channels = transpose(reshape(x, [B, H, r, W, r, C]), [0, 1, 3, 5, 2, 4]);
  return reshape(channels, [B, H, W, C * r ** 2]);
}

function imagesOf(operation: string, { shape }: Tensor): readonly [number, number, number, number] {
  expect(shape.length === 4, operation, `x must be [B, H, W, C], is ${formatShape(shape)}`);
  return shape as unknown as readonly [number, number, number, number];
}
