import { type Matrix, matrixOf } from './matrix.ts';

/**
 * The orthonormal cosine transform DCT-II of n values; its inverse is its transpose.
 *
 *   T[k, i] = c_k cos(π (2i + 1) k / 2n),   c_0 = sqrt(1 / n), else sqrt(2 / n)
 *
 * Source: N. Ahmed, T. Natarajan and K. R. Rao, "Discrete cosine transform", IEEE Trans. Comput. C-23 (1974).
 */
export function dct(n: number): Matrix {
  return matrixOf(
    n,
    (k, i) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (2 * i + 1) * k) / (2 * n)),
  );
}
