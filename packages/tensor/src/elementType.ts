import { type Shape, sizeOf } from './shape.ts';

/** How the elements of a value are stored. */
export type ElementType = 'float32' | 'float64';

/** Bytes of an element. */
export const BYTES: Readonly<Record<ElementType, number>> = { float32: 4, float64: 8 };

/** The arrays that hold such elements. */
export const ARRAYS = { float32: Float32Array, float64: Float64Array } as const;

/** Bytes of all elements of what has a shape and an element type. */
export function bytesOf({ shape, dtype }: { readonly shape: Shape; readonly dtype: ElementType }): number {
  return BYTES[dtype] * sizeOf(shape);
}
