import { type Shape, sizeOf, stridesOf } from '../shape.ts';

/** Elements added, or cut off, before and after each axis. */
export type Margins = readonly (readonly [number, number])[];

/** From which index of an axis to which, the last one excluded. */
export type Bounds = readonly [from: number, to: number];

/**
 * A shape over elements that lie elsewhere: the one at an index is at `offset + index . strides`, if the index lies
 * within the bounds of every axis; otherwise there is none.
 */
export interface View {
  readonly shape: Shape;
  readonly offset: number;
  readonly strides: readonly number[];
  readonly bounds: readonly Bounds[];
}

/** A tensor's elements as they lie. */
export function dense(shape: Shape): View {
  return { shape, offset: 0, strides: stridesOf(shape), bounds: shape.map((n) => [0, n]) };
}

/** Is every element seen once, in the order in which they lie? */
export function isDense({ shape, offset, strides, bounds }: View): boolean {
  const whole = stridesOf(shape);
  return (
    offset === 0 &&
    shape.every((n, axis) => isUnbounded(n, bounds[axis]!) && (n === 1 || strides[axis] === whole[axis]))
  );
}

/** Is there an element at every index? */
export function isWhole({ shape, bounds }: View): boolean {
  return shape.every((n, axis) => isUnbounded(n, bounds[axis]!));
}

function isUnbounded(n: number, [from, to]: Bounds): boolean {
  return from === 0 && to === n;
}

/** Axis i of the result is axis `axes[i]`. */
export function transpose({ shape, offset, strides, bounds }: View, axes: readonly number[]): View {
  return {
    shape: axes.map((axis) => shape[axis]!),
    offset,
    strides: axes.map((axis) => strides[axis]!),
    bounds: axes.map((axis) => bounds[axis]!),
  };
}

/** Reverses the order along some axes. */
export function flip({ shape, offset, strides, bounds }: View, axes: readonly number[]): View {
  return {
    shape,
    offset: axes.reduce((at, axis) => at + (shape[axis]! - 1) * strides[axis]!, offset),
    strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    bounds: bounds.map(([from, to], axis) =>
      axes.includes(axis) ? [shape[axis]! - to, shape[axis]! - from] : [from, to],
    ),
  };
}

/** Puts places without an element before and after each axis; negative margins cut places off. */
export function pad({ shape, offset, strides, bounds }: View, margins: Margins): View {
  const padded = shape.map((n, axis) => n + margins[axis]![0] + margins[axis]![1]);
  return {
    shape: padded,
    offset: margins.reduce((at, [before], axis) => at - before * strides[axis]!, offset),
    strides,
    bounds: bounds.map(([from, to], axis) => {
      const inside = (i: number) => Math.min(Math.max(i + margins[axis]![0], 0), padded[axis]!);
      return [inside(from), inside(to)];
    }),
  };
}

export function crop(view: View, margins: Margins): View {
  return pad(
    view,
    margins.map(([before, after]) => [-before, -after] as const),
  );
}

/** Repeats axes of size 1; missing leading axes are added first, as NumPy does. */
export function broadcast(view: View, shape: Shape): View {
  const missing = shape.length - view.shape.length;
  const repeated = (axis: number) =>
    axis < missing || (view.shape[axis - missing] === 1 && shape[axis] !== 1);
  return {
    shape,
    offset: view.offset,
    strides: shape.map((_, axis) => (repeated(axis) ? 0 : view.strides[axis - missing]!)),
    bounds: shape.map((n, axis) => {
      const [from, to] = axis < missing ? [0, 1] : view.bounds[axis - missing]!;
      return repeated(axis) ? [0, to > from ? n : 0] : [from, to];
    }),
  };
}

/** The same elements in the same order under another shape; undefined if no strides and bounds can say that. */
export function reshape(view: View, shape: Shape): View | undefined {
  const axes: Axis[] = [];
  const groups = sideBySide(view.shape, shape);
  for (const { from, to } of groups) {
    const whole = from
      .map((axis) => axisOf(view, axis))
      .reduce<Axis | undefined>((outer, inner) => outer && joinAxes(outer, inner), {
        size: 1,
        stride: 0,
        bounds: [0, 1],
      });
    const parts =
      whole &&
      splitAxis(
        whole,
        to.map((axis) => shape[axis]!),
      );
    if (!parts) return undefined;
    axes.push(...parts);
  }
  return {
    shape,
    offset: view.offset,
    strides: axes.map(({ stride }) => stride),
    bounds: axes.map(({ bounds }) => bounds),
  };
}

/** One axis of a view. */
export interface Axis {
  readonly size: number;
  readonly stride: number;
  readonly bounds: Bounds;
}

function axisOf({ shape, strides, bounds }: View, axis: number): Axis {
  return { size: shape[axis]!, stride: strides[axis]!, bounds: bounds[axis]! };
}

/** Two neighbouring axes as one, if they can be walked through in one go. */
function joinAxes(outer: Axis, inner: Axis): Axis | undefined {
  const size = outer.size * inner.size;
  if (inner.size === 1 && isUnbounded(1, inner.bounds)) return outer;
  if (outer.size === 1 && isUnbounded(1, outer.bounds)) return inner;
  if (!isUnbounded(inner.size, inner.bounds) || outer.stride !== inner.stride * inner.size) return undefined;
  const [from, to] = outer.bounds;
  return { size, stride: inner.stride, bounds: [from * inner.size, to * inner.size] };
}

/** Some axes of views of one shape, for each view, joined where all of the views can be walked through in one go. */
export function jointAxes(views: readonly View[], axes: readonly number[]): Axis[][] {
  const joint: Axis[][] = [];
  for (const axis of axes) {
    const next = views.map((view) => axisOf(view, axis));
    const joined = joint.at(-1)?.map((outer, i) => joinAxes(outer, next[i]!)) ?? [undefined];
    if (joined.every((one) => one !== undefined)) joint[joint.length - 1] = joined;
    else joint.push(next);
  }
  return joint;
}

function splitAxis({ size, stride, bounds: [from, to] }: Axis, sizes: Shape): Axis[] | undefined {
  const steps = stridesOf(sizes);
  if (isUnbounded(size, [from, to]))
    return sizes.map((n, i) => ({ size: n, stride: stride * steps[i]!, bounds: [0, n] }));
  // Bounds go to the one axis that is left of it, or to the outermost that they cut between whole rows.
  const first = sizes.findIndex((n) => n > 1);
  const row = steps[first];
  if (row === undefined || from % row !== 0 || to % row !== 0) return undefined;
  return sizes.map((n, i) => ({
    size: n,
    stride: stride * steps[i]!,
    bounds: i === first ? [from / row, to / row] : [0, n],
  }));
}

/** Axes of two shapes in groups, as few to a group as may be, with the same number of elements on both sides. */
function sideBySide(a: Shape, b: Shape): { from: number[]; to: number[] }[] {
  const groups: { from: number[]; to: number[] }[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const group = { from: [] as number[], to: [] as number[] };
    let [left, right] = [1, 1];
    do {
      const takesLeft = i < a.length && (left <= right || j >= b.length);
      if (takesLeft) {
        left *= a[i]!;
        group.from.push(i++);
      } else {
        right *= b[j]!;
        group.to.push(j++);
      }
    } while (left !== right);
    groups.push(group);
  }
  return groups;
}

/**
 * Where each element of a view lies, in row-major order of the view; -1 where there is none.
 */
export function positionsOf(view: View): Int32Array {
  const { shape, offset, strides, bounds } = view;
  const positions = new Int32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let i = 0; i < positions.length; i++) {
    let [at, isInside] = [offset, true];
    for (let axis = 0; axis < shape.length; axis++) {
      at += index[axis]! * strides[axis]!;
      isInside &&= index[axis]! >= bounds[axis]![0] && index[axis]! < bounds[axis]![1];
    }
    positions[i] = isInside ? at : -1;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return positions;
}
