import { type Shape, sizeOf, stridesOf } from '../../../shape.ts';
import {
  type BufferPlace,
  constant,
  type Dispatch,
  dispatch,
  type Grid,
  type LoweringContext,
  type Lowerings,
} from './dispatch.ts';
import { quotient, range, remainder, X, Y, Z } from './source.ts';

/** One axis of an output: steps in the input, and, where zeros surround the input, from and to which index it is. */
interface Axis {
  readonly size: number;
  readonly stride: number;
  readonly within?: readonly [from: number, to: number];
}

export const movementLowerings: Lowerings<
  'full' | 'broadcastTo' | 'reshape' | 'transpose' | 'flip' | 'pad' | 'crop' | 'concatenate'
> = {
  // The number is uploaded: kernel sources have no infinities and no NaN.
  full: (_, [y], { value }) => [
    dispatch({ value: constant(value) }, y!, [sizeOf(y!.shape)], 'return value[0];'),
  ],
  broadcastTo([x], [y]) {
    const strides = stridesOf(x!.shape).map((stride, axis) => (x!.shape[axis] === 1 ? 0 : stride));
    return [gather(x!, y!, axesOf(y!.shape, strides))];
  },
  reshape: ([x], [y]) => [gather(x!, y!, axesOf(y!.shape, stridesOf(y!.shape)))],
  transpose: ([x], [y], { axes }) => [transposed(x!, y!, axes)],
  flip([x], [y], { axes }) {
    const strides = stridesOf(x!.shape);
    const last = axes.reduce((total, axis) => total + (x!.shape[axis]! - 1) * strides[axis]!, 0);
    const turned = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return [gather(x!, y!, axesOf(y!.shape, turned), last)];
  },
  pad: ([x], [y], { margins }) => [
    padded(
      x!,
      y!,
      margins.map(([before]) => before),
    ),
  ],
  crop([x], [y], { margins }) {
    const strides = stridesOf(x!.shape);
    const first = margins.reduce((total, [before], axis) => total + before * strides[axis]!, 0);
    return [gather(x!, y!, axesOf(y!.shape, strides), first)];
  },
  concatenate: (inputs, [y], { axis }, context) => concatenated(inputs, y!, axis, context),
};

/** The call that reorders axes: axis i of y is axis `axes[i]` of x. */
export function transposed(x: BufferPlace, y: BufferPlace, axes: readonly number[]): Dispatch {
  const strides = stridesOf(x.shape);
  return gather(
    x,
    y,
    axesOf(
      y.shape,
      axes.map((axis) => strides[axis]!),
    ),
  );
}

/** The call that surrounds x with zeros, `before` of them on each axis and the rest of y after it. */
export function padded(x: BufferPlace, y: BufferPlace, before: readonly number[]): Dispatch {
  const strides = stridesOf(x.shape);
  const first = strides.reduce((total, stride, axis) => total - before[axis]! * stride, 0);
  const axes = y.shape.map((size, axis): Axis => {
    const [from, to] = [before[axis]!, before[axis]! + x.shape[axis]!];
    const stride = strides[axis]!;
    return from === 0 && to === size ? { size, stride } : { size, stride, within: [from, to] };
  });
  return gather(x, y, axes, first);
}

function axesOf(shape: Shape, strides: readonly number[]): Axis[] {
  return shape.map((size, axis) => ({ size, stride: strides[axis]! }));
}

/** y[index] = x[first + index . strides], or zero outside the bounds. */
function gather(x: BufferPlace, y: BufferPlace, axes: readonly Axis[], first = 0): Dispatch {
  const { grid, indices, axes: few } = threadsFor(merge(axes));
  const at = few
    .map(({ stride }, i) => [indices[i]!, stride] as const)
    .filter(([, stride]) => stride !== 0)
    .map(([index, stride]) => `${stride < 0 ? '-' : '+'} ${index} * ${Math.abs(stride)}`);
  const tests = few.flatMap(({ size, within: [from, to] = [0, size] }, i) => [
    ...(from > 0 ? [`${indices[i]} >= ${from}`] : []),
    ...(to < size ? [`${indices[i]} < ${to}`] : []),
  ]);
  // Never a negative number: unary minus makes some of gpu.js's compilers see a float.
  const start = first < 0 ? `0 - ${-first}` : `${first}`;
  const element = `x[${[start, ...at].join(' ')}]`;
  return dispatch(
    { x },
    y,
    grid,
    tests.length === 0
      ? `return ${element};`
      : `if (${tests.join(' && ')}) {\nreturn ${element};\n}\nreturn 0;`,
  );
}

/** Neighbouring axes that can be walked through as one are made one. */
function merge(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes) {
    const outer = merged.at(-1);
    if (axis.size === 1 && !axis.within) continue;
    if (outer && !axis.within && outer.stride === axis.stride * axis.size) {
      merged[merged.length - 1] = {
        size: outer.size * axis.size,
        stride: axis.stride,
        ...(outer.within && { within: [outer.within[0] * axis.size, outer.within[1] * axis.size] }),
      };
    } else merged.push(axis);
  }
  return merged.length === 0 ? [{ size: 1, stride: 0 }] : merged;
}

/** Threads along y and z; a GPU has at most 65,535 groups along an axis, of 8 x 8 x 1 threads. */
const MOST_Y = 8 * 65_535;
const MOST_Z = 65_535;

/** Lays axes out over the threads: the last along x, those before it along y and z; gives each one's index. */
function threadsFor(axes: readonly Axis[]): { grid: Grid; indices: string[]; axes: readonly Axis[] } {
  const sizes = axes.map(({ size }) => size);
  const outer = sizes.slice(0, -1);
  const splits = range(Math.max(1, outer.length)).reverse();
  // As many axes along z as may be, so that there is little to divide.
  const split = splits.find((s) => sizeOf(outer.slice(s)) <= MOST_Y && sizeOf(outer.slice(0, s)) <= MOST_Z);
  const [inZ, inY] = [outer.slice(0, split ?? 0), outer.slice(split ?? 0)];
  return {
    grid: [sizes.at(-1)!, sizeOf(inY), sizeOf(inZ)],
    indices: [...decompose(Z, inZ), ...decompose(Y, inY), X],
    axes,
  };
}

/** The index along each of several axes, outermost first, of a thread's place along all of them. */
function decompose(thread: string, sizes: readonly number[]): string[] {
  const inner = stridesOf(sizes);
  return sizes.map((size, axis) => {
    const turns = quotient(thread, inner[axis]!);
    return axis === 0 ? turns : remainder(turns, size);
  });
}

/** More are joined in stages: a kernel may have 8 buffers on any device, one of which is its output. */
const MOST_JOINED = 6;

/** The calls that join tensors along an axis. */
export function concatenated(
  inputs: readonly BufferPlace[],
  y: BufferPlace,
  axis: number,
  { scratch }: Pick<LoweringContext, 'scratch'>,
): Dispatch[] {
  if (inputs.length <= MOST_JOINED) return [join(inputs, y, axis)];
  const some = inputs.slice(0, MOST_JOINED);
  const size = some.reduce((total, { shape }) => total + shape[axis]!, 0);
  const joined = scratch(y.shape.map((n, a) => (a === axis ? size : n)));
  const rest = inputs.slice(MOST_JOINED);
  return [join(some, joined, axis), ...concatenated([joined, ...rest], y, axis, { scratch })];
}

function join(inputs: readonly BufferPlace[], y: BufferPlace, axis: number): Dispatch {
  const named = Object.fromEntries(inputs.map((place, i) => [`x${i}`, place]));
  let start = 0;
  const cases = inputs.map(({ shape }, i) => {
    const width = sizeOf(shape.slice(axis));
    const element = `return x${i}[${Y} * ${width} + ${X} - ${start}];`;
    start += width;
    return i === inputs.length - 1 ? element : `if (${X} < ${start}) {\n${element}\n}`;
  });
  return dispatch(named, y, [start, sizeOf(y.shape.slice(0, axis))], cases.join('\n'));
}
