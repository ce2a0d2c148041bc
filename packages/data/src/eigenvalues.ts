/** Off-diagonal elements below this part of the diagonal's largest do not change a double's eigenvalues any more. */
const NEGLIGIBLE = 1e-15;
/** Jacobi's method converges quadratically: a dozen sweeps do for any matrix; more mean that it holds NaN. */
const MOST_SWEEPS = 60;

/**
 * The eigenvalues of a symmetric matrix, in descending order.
 *
 *   a [n · n]      row-major; only read
 *
 * Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5): each makes one pair of off-diagonal
 * elements zero. O(n³) a sweep, some eight sweeps for n = 64.
 * Throws RangeError when the matrix holds a number that is not finite.
 */
export function symmetricEigenvalues(a: Float64Array, n: number): Float64Array {
  if (!a.every(Number.isFinite))
    throw new RangeError('a matrix with numbers that are not finite has no eigenvalues');
  const m = a.slice();
  for (let sweep = 0; sweep < MOST_SWEEPS && rotateAll(m, n); sweep++);
  return Float64Array.from({ length: n }, (_, i) => m[i * n + i]!).sort((x, y) => y - x);
}

/** One sweep over all pairs; false if nothing was left to rotate. */
function rotateAll(m: Float64Array, n: number): boolean {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(m[i * n + i]!));
  let rotated = false;
  for (let p = 0; p < n; p++) {
    for (let q = p + 1; q < n; q++) {
      if (Math.abs(m[p * n + q]!) <= NEGLIGIBLE * largest) continue;
      rotate(m, n, p, q);
      rotated = true;
    }
  }
  return rotated;
}

/** Rotates the plane of axes p and q so that m[p, q] becomes zero. */
function rotate(m: Float64Array, n: number, p: number, q: number): void {
  const slope = (m[q * n + q]! - m[p * n + p]!) / (2 * m[p * n + q]!);
  const t = Math.sign(slope || 1) / (Math.abs(slope) + Math.hypot(1, slope));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (let k = 0; k < n; k++) turn(m, k * n + p, k * n + q, c, s);
  for (let k = 0; k < n; k++) turn(m, p * n + k, q * n + k, c, s);
}

function turn(m: Float64Array, i: number, j: number, c: number, s: number): void {
  const [x, y] = [m[i]!, m[j]!];
  m[i] = c * x - s * y;
  m[j] = s * x + c * y;
}
