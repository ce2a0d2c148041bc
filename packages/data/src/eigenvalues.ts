/**
 * The eigenvalues of a symmetric matrix, in descending order.
 *
 *   a [n · n]      row-major; only read
 *
 * Householder's reflections make the matrix tridiagonal, and a rational QL iteration finds the eigenvalues of that. Own code,
 * because libraries for JavaScript compute the vectors, too, which takes several times as long.
 *
 * Sources: J. H. Wilkinson and C. Reinsch, "Linear Algebra" (1971), II/2; C. Reinsch, "A stable, rational QL algorithm for the
 * computation of the eigenvalues of an Hermitian, tridiagonal matrix", Numer. Math. 25 (1973).
 *
 * Throws RangeError when the matrix holds a number that is not finite.
 */
export function symmetricEigenvalues(a: Float64Array, n: number): Float64Array {
  if (!a.every(Number.isFinite))
    throw new RangeError('a matrix with numbers that are not finite has no eigenvalues');
  const A = a.slice();
  const off = tridiagonalize(A, n);
  const values = Float64Array.from({ length: n }, (_, i) => A[i * n + i]!);
  const squares = off.map((value) => value ** 2);
  rationalQL(values, squares, n);
  return values.sort((x, y) => y - x);
}

/** Makes the lower triangle of A tridiagonal: its diagonal, and beside it what is returned, off[i] between i and i + 1. */
function tridiagonalize(A: Float64Array, n: number): Float64Array {
  const off = new Float64Array(n);
  const p = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) off[i - 1] = reflect(A, i, n, p);
  return off;
}

/**
 * Clears row i left of the place beside the diagonal, by a reflection of the rows and columns before it, and gives what then
 * stands in that place. `p` is room for n numbers.
 */
function reflect(A: Float64Array, i: number, n: number, p: Float64Array): number {
  const row = i * n;
  let square = 0;
  for (let k = 0; k < i; k++) square += A[row + k]! ** 2;
  const beside = A[row + i - 1]!;
  const tail = square - beside * beside;
  if (!(tail > 0)) return beside;
  const reflected = beside > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  const h = square - beside * reflected;
  A[row + i - 1] = beside - reflected;
  symmetricProduct(A, n, i, row, p);
  let K = 0;
  for (let k = 0; k < i; k++) K += A[row + k]! * p[k]!;
  K /= 2 * h;
  for (let k = 0; k < i; k++) p[k] = (p[k]! - K * A[row + k]!) / h;
  for (let j = 0; j < i; j++) rankTwo(A, j * n, j + 1, A[row + j]!, p[j]!, p, row);
  return reflected;
}

/** p = A u of the leading i x i part of a symmetric matrix, of which the lower triangle is read; u stands at A[row]. */
function symmetricProduct(A: Float64Array, n: number, i: number, row: number, p: Float64Array): void {
  for (let j = 0; j < i; j++) {
    const u = A[row + j]!;
    const line = j * n;
    let sum = A[line + j]! * u;
    for (let k = 0; k < j; k++) {
      const a = A[line + k]!;
      sum += a * A[row + k]!;
      p[k]! += a * u;
    }
    p[j] = sum;
  }
}

/** A[line], … (count of them) -= f · q + g · u, where u stands at A[row]. */
function rankTwo(
  A: Float64Array,
  line: number,
  count: number,
  f: number,
  g: number,
  q: Float64Array,
  row: number,
): void {
  for (let k = 0; k < count; k++) A[line + k]! -= f * q[k]! + g * A[row + k]!;
}

/** All eigenvalues of a tridiagonal matrix, in place of its diagonal d; `squares` are those of the places beside it. */
function rationalQL(d: Float64Array, squares: Float64Array, n: number): void {
  squares[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (;;) {
      let m = l;
      while (m < n - 1 && squares[m]! > Number.EPSILON ** 2 * Math.abs(d[m]! * d[m + 1]!)) m++;
      if (m < n - 1) squares[m] = 0;
      if (m === l) break;
      sweep(d, squares, l, m);
    }
  }
}

/** One QL step, without square roots, on the rows l … m, shifted by the eigenvalue of the first two that is near d[l]. */
function sweep(d: Float64Array, squares: Float64Array, l: number, m: number): void {
  const root = Math.sqrt(squares[l]!);
  const half = (d[l + 1]! - d[l]!) / (2 * root);
  const length = Math.sqrt(half * half + 1);
  const shift = d[l]! - root / (half + (half < 0 ? -length : length));
  let c = 1;
  let s = 0;
  let gamma = d[m]! - shift;
  let p = gamma * gamma;
  for (let i = m - 1; i >= l; i--) {
    const square = squares[i]!;
    const r = p + square;
    if (i < m - 1) squares[i + 1] = s * r;
    const before = c;
    c = p / r;
    s = square / r;
    const last = gamma;
    const alpha = d[i]!;
    gamma = c * (alpha - shift) - s * last;
    d[i + 1] = last + (alpha - gamma);
    p = c !== 0 ? (gamma * gamma) / c : before * square;
  }
  squares[l] = s * p;
  d[l] = shift + gamma;
}
