/** The greatest common divisor of two whole numbers, of which one is not 0. */
export function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
