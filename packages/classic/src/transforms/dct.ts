import { dct8 } from './dct8.ts';
import type { Lines, LineTransform } from './lines.ts';

/**
 * The orthonormal cosine transform DCT-II of n values; its inverse is its transpose.
 *
 *   T[k, i] = c_k cos(π (2i + 1) k / 2n),   c_0 = sqrt(1 / n), else sqrt(2 / n)
 *
 * Source: N. Ahmed, T. Natarajan and K. R. Rao, "Discrete cosine transform", IEEE Trans. Comput. C-23 (1974).
 */
export function dct(n: number): LineTransform {
  return n === 8 ? dct8 : cosineTransform(n);
}

/**
 * The same by its definition, for any n, in half the products: even rows are symmetric, odd rows are antisymmetric.
 */
export function cosineTransform(n: number): LineTransform {
  const half = Math.ceil(n / 2);
  /** `[n, half]`: the left half of T */
  const T = Float64Array.from({ length: n * half }, (_, at) => {
    const [k, i] = [Math.floor(at / half), at % half];
    return Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (2 * i + 1) * k) / (2 * n));
  });
  const sums = new Float64Array(half);
  const differences = new Float64Array(half);
  const coefficients = new Float64Array(n);

  function forward({ from, places, runs, length, to, out, apart, stride }: Lines): void {
    let k = 0;
    for (let run = 0; run < runs; run++) {
      for (let u = 0; u < length; u++, k++) {
        for (let i = 0; i < half; i++) {
          const left = from[places[i]! + k]!;
          const right = from[places[n - 1 - i]! + k]!;
          // Of an odd n the middle is its own mirror image.
          sums[i] = 2 * i === n - 1 ? left : left + right;
          differences[i] = left - right;
        }
        for (let v = 0; v < n; v++) {
          const folded = v % 2 === 0 ? sums : differences;
          let sum = 0;
          for (let i = 0; i < half; i++) sum += T[v * half + i]! * folded[i]!;
          to[out + run * apart + v * stride + u] = sum;
        }
      }
    }
  }

  function inverse(x: Float64Array, at: number, stride: number): void {
    for (let v = 0; v < n; v++) coefficients[v] = x[at + v * stride]!;
    for (let i = 0; i < half; i++) {
      let even = 0;
      let odd = 0;
      for (let v = 0; v < n; v += 2) even += T[v * half + i]! * coefficients[v]!;
      for (let v = 1; v < n; v += 2) odd += T[v * half + i]! * coefficients[v]!;
      x[at + i * stride] = even + odd;
      // Of an odd n the middle, where odd columns are zero, is written twice.
      x[at + (n - 1 - i) * stride] = even - odd;
    }
  }

  return { n, forward, inverse };
}
