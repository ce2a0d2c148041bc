import { type Shape, sizeOf } from '../shape.ts';

/** A sum over neighbouring axes: of a value of shape [outer, n, inner] over n. */
export interface Middle {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** The shape as [outer, n, inner] with n summed, if the summed axes lie side by side. */
export function asMiddle(shape: Shape, axes: readonly number[]): Middle | undefined {
  const first = axes[0] ?? 0;
  const last = axes.at(-1) ?? -1;
  if (last - first + 1 !== axes.length) return undefined;
  return {
    outer: sizeOf(shape.slice(0, first)),
    n: sizeOf(shape.slice(first, last + 1)),
    inner: sizeOf(shape.slice(last + 1)),
  };
}
