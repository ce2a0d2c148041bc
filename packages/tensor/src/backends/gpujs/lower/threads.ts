import { type Axis, axisOf, joinAxes, type View } from '../../../expressions/view.ts';
import { type Shape, sizeOf, stridesOf } from '../../../shape.ts';
import type { Grid } from './dispatch.ts';
import { quotient, range, remainder, X, Y, Z } from './source.ts';

/** Axes of several views of one shape, joined where all of the views can be walked through in one go. */
export interface JointAxes {
  readonly sizes: Shape;
  /** For each view, its axes */
  readonly of: readonly (readonly Axis[])[];
}

/** Some axes of a shape, as few as they can be. */
export function joint(shape: Shape, axes: readonly number[], views: readonly View[]): JointAxes {
  const sizes: number[] = [];
  const of = views.map((): Axis[] => []);
  for (const axis of axes) {
    const next = views.map((view) => axisOf(view, axis));
    const joined = sizes.length > 0 ? next.map((inner, i) => joinAxes(of[i]!.at(-1)!, inner)) : [undefined];
    const canJoin = sizes.length > 0 && joined.every((one) => one !== undefined);
    for (const [i, own] of of.entries()) {
      if (canJoin) own[own.length - 1] = joined[i]!;
      else own.push(next[i]!);
    }
    if (canJoin) sizes[sizes.length - 1]! *= shape[axis]!;
    else sizes.push(shape[axis]!);
  }
  return { sizes, of };
}

/** Text of an element's index, and of whether it is within bounds if that is not certain. */
export function placeOf(
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

/** Threads along y and z; a GPU has at most 65,535 groups along an axis, of 8 x 8 x 1 threads. */
const MOST_Y = 8 * 65_535;
const MOST_Z = 65_535;

/** Lays axes out over the threads: the last along x, those before it along y and z; gives each one's index. */
export function threadsFor(sizes: Shape): { grid: Grid; indices: string[] } {
  if (sizes.length === 0) return { grid: [1], indices: [] };
  const outer = sizes.slice(0, -1);
  const splits = range(Math.max(1, outer.length)).reverse();
  // As many axes along z as may be, so that there is little to divide.
  const split = splits.find((s) => sizeOf(outer.slice(s)) <= MOST_Y && sizeOf(outer.slice(0, s)) <= MOST_Z);
  const [inZ, inY] = [outer.slice(0, split ?? 0), outer.slice(split ?? 0)];
  return {
    grid: [sizes.at(-1)!, sizeOf(inY), sizeOf(inZ)],
    indices: [...decompose(Z, inZ), ...decompose(Y, inY), X],
  };
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
