/** The bytes in parts of at most so many, in their order and without a copy. */
export function slicesOf(bytes: Uint8Array, most: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / most);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * most, (i + 1) * most));
}
