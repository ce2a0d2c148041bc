/** How the elements of a program's values are stored. */
export type ElementType = 'float32' | 'float64';

/** Bytes of an element. */
export const BYTES: Readonly<Record<ElementType, number>> = { float32: 4, float64: 8 };
