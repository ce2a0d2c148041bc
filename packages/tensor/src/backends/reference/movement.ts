import { type Shape, sizeOf, stridesOf } from '../../shape.ts';
import { collectSums, type Kernels, type View } from './kernel.ts';

export const movementKernels: Kernels<
  | 'full'
  | 'sum'
  | 'broadcastTo'
  | 'globalNorm'
  | 'reshape'
  | 'transpose'
  | 'flip'
  | 'pad'
  | 'crop'
  | 'concatenate'
> = {
  full(_, [y], { value }) {
    y!.data.fill(value);
  },

  sum([x], [y], { axes }) {
    const kept = stridesOf(y!.shape);
    const strides = x!.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
    collectSums(y!, (sums) =>
      eachIndex(x!.shape, (index, at) => {
        sums[place(index, strides)]! += x!.data[at]!;
      }),
    );
  },

  broadcastTo([x], [y]) {
    const strides = stridesOf(x!.shape).map((stride, axis) => (x!.shape[axis] === 1 ? 0 : stride));
    gather(x!, y!, strides, 0);
  },

  globalNorm(inputs, [y]) {
    let total = 0;
    for (const { data } of inputs) for (const value of data) total += value * value;
    y!.data[0] = Math.sqrt(total);
  },

  reshape([x], [y]) {
    y!.data.set(x!.data);
  },

  transpose([x], [y], { axes }) {
    const strides = stridesOf(x!.shape);
    gather(
      x!,
      y!,
      axes.map((axis) => strides[axis]!),
      0,
    );
  },

  flip([x], [y], { axes }) {
    const strides = stridesOf(x!.shape);
    const last = axes.reduce((offset, axis) => offset + (x!.shape[axis]! - 1) * strides[axis]!, 0);
    gather(
      x!,
      y!,
      strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
      last,
    );
  },

  pad([x], [y], { margins }) {
    y!.data.fill(0);
    scatter(x!, y!, (axis) => margins[axis]![0]);
  },

  crop([x], [y], { margins }) {
    const strides = stridesOf(x!.shape);
    const first = margins.reduce((offset, [before], axis) => offset + before * strides[axis]!, 0);
    gather(x!, y!, strides, first);
  },

  concatenate(inputs, [y], { axis }) {
    let start = 0;
    for (const x of inputs) {
      scatter(x, y!, (a) => (a === axis ? start : 0));
      start += x.shape[axis]!;
    }
  },
};

/** y[index] = x at `first + index . strides` */
function gather(x: View, y: View, strides: readonly number[], first: number): void {
  eachIndex(y.shape, (index, at) => {
    y.data[at] = x.data[first + place(index, strides)]!;
  });
}

/** y[start + index] = x[index] */
function scatter(x: View, y: View, startOf: (axis: number) => number): void {
  const strides = stridesOf(y.shape);
  const start = strides.reduce((offset, stride, axis) => offset + startOf(axis) * stride, 0);
  eachIndex(x.shape, (index, at) => {
    y.data[start + place(index, strides)] = x.data[at]!;
  });
}

function place(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((offset, i, axis) => offset + i * strides[axis]!, 0);
}

/** Calls `visit` with every index of a shape, in row-major order, and its position in that order. */
function eachIndex(shape: Shape, visit: (index: readonly number[], at: number) => void): void {
  const index = shape.map(() => 0);
  for (let at = 0; at < sizeOf(shape); at++) {
    visit(index, at);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}
