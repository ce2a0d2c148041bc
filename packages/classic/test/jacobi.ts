/** Sweeps over all pairs: the sizes of the tests need six. */
const SWEEPS = 12;

/**
 * Eigenvalues [n] and eigenvectors [n, n], a row each, of a symmetric matrix [n, n], by Jacobi's rotations: another method than
 * that of the kernels.
 */
export function jacobi(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const A = matrix.slice();
  const vectors = Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(A, vectors, n, p, q);
  }
  return { values: Float64Array.from({ length: n }, (_, i) => A[i * n + i]!), vectors };
}

/** Turns rows, and of the matrix columns, p and q, so that A[p, q] becomes zero. */
function rotate(A: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const angle = Math.atan2(2 * A[p * n + q]!, A[p * n + p]! - A[q * n + q]!) / 2;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < n; k++) turn(A, p * n + k, q * n + k, c, s);
  for (let k = 0; k < n; k++) turn(A, k * n + p, k * n + q, c, s);
  for (let k = 0; k < n; k++) turn(vectors, p * n + k, q * n + k, c, s);
}

function turn(values: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [values[p]!, values[q]!];
  values[p] = c * x + s * y;
  values[q] = c * y - s * x;
}
