/** Steps of inverse iteration: the eigenvalues are exact, so the first is nearly enough. */
const TURNS = 2;

/**
 * Eigenvalues of symmetric matrices, and the eigenvectors of those that are asked for.
 *
 * Householder's reflections make the matrix tridiagonal, a rational QL iteration finds all eigenvalues of that, and inverse
 * iteration the vectors of a few. Own code, because libraries for JavaScript compute all vectors of any matrix, which takes
 * several times as long, and allocate for each; here one object serves any number of matrices.
 *
 * Sources: J. H. Wilkinson and C. Reinsch, "Linear Algebra" (1971), II/2 and II/18; C. Reinsch, "A stable, rational QL
 * algorithm for the computation of the eigenvalues of an Hermitian, tridiagonal matrix", Numer. Math. 25 (1973).
 */
export class SymmetricEigen {
  /** `[n]`: the eigenvalues, in no order. */
  readonly values: Float64Array;
  /** `[n, n]`: eigenvectors of norm 1, a row each, of the values asked for. */
  readonly vectors: Float64Array;
  /** The matrix, whose row i is then the reflection that cleared it, up to its diagonal; half its squared norm. */
  #rows: Float64Array = new Float64Array();
  readonly #halfNorms: Float64Array;
  /** The tridiagonal matrix: diagonal, and beside it, off[i] between i and i + 1; n is zero. */
  readonly #diagonal: Float64Array;
  readonly #off: Float64Array;
  readonly #work: Float64Array;
  readonly #vector: Float64Array;
  /** What stands for a pivot of zero */
  #tiny = 0;
  /** `[3, n]`: of a tridiagonal system, the diagonal and two above it */
  readonly #upper: Float64Array;

  /** For matrices of up to size x size. */
  constructor(size: number) {
    const vector = () => new Float64Array(size + 2);
    this.values = vector();
    this.vectors = new Float64Array(size * size);
    this.#halfNorms = vector();
    this.#diagonal = vector();
    this.#off = vector();
    this.#work = vector();
    this.#vector = vector();
    this.#upper = new Float64Array(3 * (size + 2));
  }

  /** Computes `values` of the matrix [n, n], of which the lower triangle is read, and overwritten. */
  decompose(matrix: Float64Array, n: number): void {
    this.#rows = matrix;
    for (let i = n - 1; i > 0; i--) this.#reflect(i, n);
    for (let i = 0; i < n; i++) this.#diagonal[i] = matrix[i * n + i]!;
    for (let i = 0; i < n; i++) {
      this.values[i] = this.#diagonal[i]!;
      this.#work[i] = this.#off[i]! ** 2;
    }
    rationalQL(this.values, this.#work, n);
    const largest = this.values.reduce((max, value, i) => (i < n ? Math.max(max, Math.abs(value)) : max), 0);
    this.#tiny = Number.EPSILON * largest || Number.EPSILON;
  }

  /** Clears row i left of the place beside the diagonal, by a reflection of the rows and columns before it. */
  #reflect(i: number, n: number): void {
    const A = this.#rows;
    const row = i * n;
    let square = 0;
    for (let k = 0; k < i; k++) square += A[row + k]! ** 2;
    const beside = A[row + i - 1]!;
    const tail = square - beside * beside;
    this.#halfNorms[i] = 0;
    this.#off[i - 1] = beside;
    if (!(tail > 0)) return;
    const reflected = beside > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    const h = square - beside * reflected;
    this.#off[i - 1] = reflected;
    this.#halfNorms[i] = h;
    A[row + i - 1] = beside - reflected;
    const p = this.#work;
    symmetricProduct(A, n, i, row, p);
    let K = 0;
    for (let k = 0; k < i; k++) K += A[row + k]! * p[k]!;
    K /= 2 * h;
    for (let k = 0; k < i; k++) p[k] = (p[k]! - K * A[row + k]!) / h;
    for (let j = 0; j < i; j++) rankTwo(A, j * n, j + 1, A[row + j]!, p[j]!, p, row);
  }

  /** Computes `vectors` of the first `count` of some eigenvalues of the matrix; they are orthogonal. */
  computeVectors(values: Float64Array, count: number, n: number): void {
    for (let k = 0; k < count; k++) this.#iterate(k, values[k]!, n);
    this.#reflectBack(count, n);
  }

  /** Inverse iteration for vector k of the tridiagonal matrix; equal eigenvalues differ by what is taken off. */
  #iterate(k: number, value: number, n: number): void {
    const z = this.#vector;
    // Another start for each, that those of equal eigenvalues differ.
    for (let i = 0; i < n; i++) z[i] = 1 + (((i + 1) * (k + 2) * 37) % 101) / 101;
    for (let turn = 0; turn < TURNS; turn++) {
      this.#solve(value, z, n);
      for (let other = 0; other < k; other++) removePart(z, this.vectors, other * n, n);
      scale(z, n);
    }
    for (let i = 0; i < n; i++) this.vectors[k * n + i] = z[i]!;
  }

  /** Solves (T - value) x = z in place, Gauss's elimination with row exchanges, and scales x to norm 1. */
  #solve(value: number, z: Float64Array, n: number): void {
    const d = this.#diagonal;
    const e = this.#off;
    const upper = this.#upper;
    let p = d[0]! - value;
    let q = e[0]!;
    for (let i = 0; i < n - 1; i++) {
      const below = e[i]!;
      const next = d[i + 1]! - value;
      const beyond = i + 2 < n ? e[i + 1]! : 0;
      if (Math.abs(below) > Math.abs(p)) {
        const factor = p / below;
        upper[3 * i] = below;
        upper[3 * i + 1] = next;
        upper[3 * i + 2] = beyond;
        p = q - factor * next;
        q = -factor * beyond;
        const swapped = z[i]!;
        z[i] = z[i + 1]!;
        z[i + 1] = swapped - factor * z[i]!;
      } else {
        if (Math.abs(p) < this.#tiny) p = this.#tiny;
        const factor = below / p;
        upper[3 * i] = p;
        upper[3 * i + 1] = q;
        upper[3 * i + 2] = 0;
        p = next - factor * q;
        q = beyond;
        z[i + 1]! -= factor * z[i]!;
      }
    }
    z[n - 1]! /= Math.abs(p) < this.#tiny ? this.#tiny : p;
    if (n > 1) z[n - 2] = (z[n - 2]! - upper[3 * n - 5]! * z[n - 1]!) / upper[3 * n - 6]!;
    for (let i = n - 3; i >= 0; i--) {
      z[i] = (z[i]! - upper[3 * i + 1]! * z[i + 1]! - upper[3 * i + 2]! * z[i + 2]!) / upper[3 * i]!;
    }
    // Before parts are taken off: what is nearly a solution is huge.
    scale(z, n);
  }

  /** From the tridiagonal matrix's vectors to those of the matrix, two at a time. */
  #reflectBack(count: number, n: number): void {
    for (let i = 1; i < n; i++) {
      const h = this.#halfNorms[i]!;
      if (h === 0) continue;
      for (let k = 0; k < count; k += 2) {
        reflectTwo(this.vectors, k * n, Math.min(k + 1, count - 1) * n, this.#rows, i * n, i, h);
      }
    }
  }
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

/** Reflects the vectors at two offsets by the u of i values at rows[row]: z -= u (u . z) / h; once, where they are one. */
function reflectTwo(
  vectors: Float64Array,
  a: number,
  b: number,
  rows: Float64Array,
  row: number,
  i: number,
  h: number,
): void {
  let first = 0;
  let second = 0;
  for (let k = 0; k < i; k++) {
    const u = rows[row + k]!;
    first += u * vectors[a + k]!;
    second += u * vectors[b + k]!;
  }
  first /= h;
  second = a === b ? 0 : second / h;
  for (let k = 0; k < i; k++) {
    const u = rows[row + k]!;
    vectors[a + k]! -= first * u;
    vectors[b + k]! -= second * u;
  }
}

/** z -= v (v . z), where v are n values from an offset of `vectors` on. */
function removePart(z: Float64Array, vectors: Float64Array, offset: number, n: number): void {
  let dot = 0;
  for (let i = 0; i < n; i++) dot += vectors[offset + i]! * z[i]!;
  for (let i = 0; i < n; i++) z[i]! -= dot * vectors[offset + i]!;
}

/** Scales n values to norm 1. */
function scale(z: Float64Array, n: number): void {
  let square = 0;
  for (let i = 0; i < n; i++) square += z[i]! * z[i]!;
  const factor = 1 / Math.sqrt(square);
  for (let i = 0; i < n; i++) z[i]! *= factor;
}
