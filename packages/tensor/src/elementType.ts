import { expect, formatShape, type Shape, sizeOf } from './shape.ts';

/**
 * What a tensor's elements are rounded to when they are stored. Nothing is computed in float16: its elements are numbers like
 * any others as soon as they are read, and take half the memory until then.
 */
export type Dtype = 'float16' | 'float32';

const DTYPES: readonly Dtype[] = ['float16', 'float32'];

/** Throws `ShapeError`, listing those that there are, for a dtype that there is not, as programs without types can give it. */
export function expectDtype(operation: string, subject: string, dtype: Dtype): void {
  expect(
    DTYPES.includes(dtype),
    operation,
    `${subject} ${dtype}, which is no dtype: take one of ${DTYPES.join(', ')}`,
  );
}

/** How the elements of a value are stored: the `reference` backend has float64 for float32. */
export type ElementType = Dtype | 'float64';

/** Bytes of an element. */
export const BYTES: Readonly<Record<ElementType, number>> = { float16: 2, float32: 4, float64: 8 };

/**
 * The arrays that hold such elements. Node has one for float16 from version 24 on; older TypeScript does not know its name,
 * so it goes for a Float32Array, which is not given out.
 */
export const ARRAYS = {
  float16: globalThis.Float16Array as unknown as typeof Float32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Elements as they are given out: float16 as float32, which has all of its numbers. */
export type Data = Float32Array | Float64Array;

/** The elements of a value in memory, dense and row-major. */
export interface Stored {
  readonly shape: Shape;
  readonly data: Data;
}

/** A copy of stored elements, to be given out. */
export function givenOut(elements: Data): Data {
  return elements.BYTES_PER_ELEMENT === BYTES.float16 ? Float32Array.from(elements) : elements.slice();
}

/** What has a shape and an element type. */
export interface Typed {
  readonly shape: Shape;
  readonly dtype: ElementType;
}

/** Bytes of all elements. */
export function bytesOf({ shape, dtype }: Typed): number {
  return BYTES[dtype] * sizeOf(shape);
}

/** `[2, 5, 5, 8]`, or `[2, 5, 5, 8] float16`: other element types go without saying. */
export function formatType({ shape, dtype }: Typed): string {
  return dtype === 'float16' ? `${formatShape(shape)} ${dtype}` : formatShape(shape);
}

/** What a dtype is stored as where float32 is stored as `elementType`. */
export function storedAs(dtype: Dtype, elementType: ElementType): ElementType {
  return dtype === 'float32' ? elementType : dtype;
}
