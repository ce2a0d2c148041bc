import { type Matrix, matrixOf } from './matrix.ts';

/**
 * Analysis filters of the biorthogonal spline wavelet 1.5, ten taps; tap t of output j reads input 2j - 4 + t.
 *
 * Source: A. Cohen, I. Daubechies and J.-C. Feauveau, "Biorthogonal bases of compactly supported wavelets", Comm. Pure
 * Appl. Math. 45 (1992), Table 6.1: dual filter of N = 1, Ñ = 5.
 */
const LOW = [3, -3, -22, 22, 128, 128, 22, -22, -3, 3].map((tap) => tap / (128 * Math.SQRT2));
const HIGH = [0, 0, 0, 0, -1, 1, 0, 0, 0, 0].map((tap) => tap / Math.SQRT2);
const FIRST_TAP = -4;

/**
 * The wavelet transform bior1.5 of n = 2^k values down to one mean, periodic, each row of norm 1.
 *
 * Not orthogonal: the inverse is `inverse` of the matrix. With rows of norm 1 white noise has the same deviation in every
 * coefficient, so that one threshold serves all. Source: K. Dabov et al., "Image denoising by sparse 3-D transform-domain
 * collaborative filtering", IEEE Trans. Image Process. 16 (2007), Section IV-B, takes this transform for step 1.
 */
export function bior15(n: number): Matrix {
  const columns = Array.from({ length: n }, (_, i) => analyse(unit(n, i)));
  const norms = Array.from({ length: n }, (_, row) => Math.hypot(...columns.map((column) => column[row]!)));
  return matrixOf(n, (row, column) => columns[column]![row]! / norms[row]!);
}

function unit(n: number, i: number): number[] {
  return Array.from({ length: n }, (_, k) => Number(k === i));
}

/** The low half is taken apart again until one value is left; it stands first, the finest details last. */
function analyse(signal: readonly number[]): number[] {
  if (signal.length === 1) return [...signal];
  return [...analyse(filtered(signal, LOW)), ...filtered(signal, HIGH)];
}

/** [n]  ->  [n / 2]: y_j = sum_t filter_t x_(2j - 4 + t), the signal repeated beyond its ends. */
function filtered(signal: readonly number[], filter: readonly number[]): number[] {
  const n = signal.length;
  return Array.from({ length: n / 2 }, (_, j) =>
    filter.reduce((sum, tap, t) => sum + tap * signal[(((2 * j + FIRST_TAP + t) % n) + n) % n]!, 0),
  );
}
