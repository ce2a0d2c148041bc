/**
 * The orthonormal Haar transform along the first axis, in place.
 *
 *   group [M, size]  ->  [M, size],   M = 2^k;   (a, b) becomes ((a + b) / sqrt 2, (a - b) / sqrt 2)
 *
 * Sums stay in the place of the first of the two, so that level s pairs rows that are s apart: the order of coefficients is
 * another one than usual, which neither a threshold nor a Wiener filter sees. Row 0 has the mean times sqrt M.
 */
export function haar(group: Float64Array, M: number, size: number): void {
  for (let apart = 1; apart < M; apart *= 2) rotatePairs(group, M, size, apart);
}

/** The inverse of `haar`: the same rotations, each its own inverse, in the opposite order. */
export function inverseHaar(group: Float64Array, M: number, size: number): void {
  for (let apart = M / 2; apart >= 1; apart /= 2) rotatePairs(group, M, size, apart);
}

function rotatePairs(group: Float64Array, M: number, size: number, apart: number): void {
  for (let row = 0; row < M; row += 2 * apart) {
    let second = (row + apart) * size;
    const end = (row + 1) * size;
    for (let first = row * size; first < end; first++, second++) {
      const a = group[first]!;
      const b = group[second]!;
      group[first] = (a + b) * Math.SQRT1_2;
      group[second] = (a - b) * Math.SQRT1_2;
    }
  }
}
