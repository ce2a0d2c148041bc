import type { Read } from '../../../expressions/formula.ts';
import { type Axis, broadcast, dense, jointAxes } from '../../../expressions/view.ts';
import { type Shape, sizeOf, stridesOf } from '../../../shape.ts';
import type { Grid } from './dispatch.ts';
import { quotient, range, remainder, X, Y, Z } from './source.ts';

/** How the elements that are read at the places of a shape are found, by groups of its axes. */
export interface Walk<Groups> {
  /** The sizes of the axes of each group, joined where all reads can walk through them in one go */
  readonly sizes: { readonly [I in keyof Groups]: Shape };
  /** Where the element of a read is, by an index for each of all those axes, and whether there is one if that is not certain */
  place(read: Read, indices: readonly string[]): { readonly index: string; readonly test?: string };
}

export function walk<const Groups extends readonly (readonly number[])[]>(
  shape: Shape,
  groups: Groups,
  reads: readonly Read[],
): Walk<Groups> {
  const places = broadcast(dense([]), shape);
  const joint = groups.map((axes) => jointAxes([places, ...reads.map(({ view }) => view)], axes));
  const sizes = joint.map((axes) => axes.map(([own]) => own!.size));
  return {
    sizes: sizes as { [I in keyof Groups]: Shape },
    place: (read, indices) =>
      placeOf(
        read.view.offset,
        joint.flat().map((axes) => axes[1 + reads.indexOf(read)]!),
        indices,
      ),
  };
}

/** Text of an element's index, and of whether it is within bounds if that is not certain. */
function placeOf(
  offset: number,
  axes: readonly Axis[],
  indices: readonly string[],
): { index: string; test?: string } {
  const steps = axes.flatMap(({ stride }, i) =>
    stride === 0 ? [] : [`${stride < 0 ? '-' : '+'} ${indices[i]!} * ${Math.abs(stride)}`],
  );
  const tests = axes.flatMap(({ size, bounds: [from, to] }, i) => [
    ...(from > 0 ? [`${indices[i]} >= ${from}`] : []),
    ...(to < size ? [`${indices[i]} < ${to}`] : []),
  ]);
  // Never a negative number: unary minus makes some of gpu.js's compilers see a float.
  const start = offset < 0 ? `0 - ${-offset}` : `${offset}`;
  const index = [start, ...steps]
    .join(' ')
    .replace(/^0 \+ (.*)/, '$1')
    .replace(/ \* 1(?![\d.])/g, '');
  return tests.length === 0 ? { index } : { index, test: tests.join(' && ') };
}

/** Threads along x and y, and along z; a GPU has at most 65,535 groups along an axis, of 8 x 8 x 1 threads. */
const MOST_XY = 8 * 65_535;
const MOST_Z = 65_535;

/**
 * Lays axes out over the threads: the last along x, those before it along y and z; gives each one's index. Of several axes
 * one that is too long is two.
 */
export function threadsFor(sizes: Shape): { grid: Grid; indices: string[] } {
  if (sizes.length === 0) return { grid: [1], indices: [] };
  const cut = sizes.length === 1 ? [sizes] : sizes.map(partsOf);
  const parts = cut.flat();
  const outer = parts.slice(0, -1);
  const splits = range(Math.max(1, outer.length)).reverse();
  // As many axes along z as may be, so that there is little to divide.
  const split = splits.find((s) => sizeOf(outer.slice(s)) <= MOST_XY && sizeOf(outer.slice(0, s)) <= MOST_Z);
  const [inZ, inY] = [outer.slice(0, split ?? 0), outer.slice(split ?? 0)];
  const along = [...decompose(Z, inZ), ...decompose(Y, inY), X];
  return {
    grid: [parts.at(-1)!, sizeOf(inY), sizeOf(inZ)],
    indices: cut.map((own) => {
      const [first, second] = along.splice(0, own.length);
      return second === undefined ? first! : `(${first} * ${own[1]} + ${second})`;
    }),
  };
}

/** An axis, or two in its place of which the second is as long as may be, if it is too long and has such. */
function partsOf(size: number): readonly number[] {
  for (let turns = Math.ceil(size / MOST_XY); turns <= MOST_Z; turns++)
    if (size % turns === 0) return turns === 1 ? [size] : [turns, size / turns];
  return [size];
}

/** The index along each of several axes, outermost first, of a place along all of them. */
export function decompose(place: string, sizes: readonly number[]): string[] {
  if (sizes.length === 1) return [place];
  const inner = stridesOf(sizes);
  return sizes.map((size, axis) => {
    const turns = quotient(place, inner[axis]!);
    return axis === 0 ? turns : remainder(turns, size);
  });
}
