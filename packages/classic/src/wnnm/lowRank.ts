import { SymmetricEigen } from '@nlrn/data';
import { shrinkSingular } from './shrinkage.ts';

/**
 * The low-rank approximation of matrices, by the shrinkage of their singular values.
 *
 *   R [M, L]  ->  U diag(X) Vᵗ = sum_i X_i / S_i u_i (u_iᵗ R),   M <= L,   S_i² and u_i of the Gram matrix R Rᵗ
 */
export class LowRank {
  /** [M, L], given and returned */
  readonly matrix: Float64Array;
  readonly #eigen: SymmetricEigen;
  readonly #gram: Float64Array;
  readonly #result: Float64Array;
  readonly #row: Float64Array;
  /** The eigenvalues that are not shrunk to nothing, and what their singular values are shrunk by: X / S */
  readonly #values: Float64Array;
  readonly #shrinkage: Float64Array;

  /** For up to `short` rows and `long` columns. */
  constructor(short: number, long: number) {
    this.matrix = new Float64Array(short * long);
    this.#eigen = new SymmetricEigen(short);
    this.#gram = new Float64Array(short * short);
    this.#result = new Float64Array(short * long);
    this.#row = new Float64Array(long);
    this.#values = new Float64Array(short);
    this.#shrinkage = new Float64Array(short);
  }

  /** `n` patches with noise of this variance are in the matrix. */
  approximate(M: number, L: number, n: number, variance: number): void {
    gramMatrix(this.matrix, M, L, this.#gram);
    const eigen = this.#eigen;
    eigen.decompose(this.#gram, M);
    const count = this.#select(M, n, variance);
    eigen.computeVectors(this.#values, count, M);
    const length = M * L;
    for (let i = 0; i < length; i++) this.#result[i] = 0;
    for (let k = 0; k < count; k++) this.#project(k, M, L);
    for (let i = 0; i < length; i++) this.matrix[i] = this.#result[i]!;
  }

  /** Lists the eigenvalues that are not shrunk to nothing, with their X / S, and gives their number. */
  #select(M: number, n: number, variance: number): number {
    let count = 0;
    for (let i = 0; i < M; i++) {
      const value = this.#eigen.values[i]!;
      if (value <= n * variance) continue;
      const S = Math.sqrt(value);
      const X = shrinkSingular(S, n, variance);
      if (X === 0) continue;
      this.#values[count] = value;
      this.#shrinkage[count++] = X / S;
    }
    return count;
  }

  /** Adds X / S u (uᵗ R) of eigenvector k. */
  #project(k: number, M: number, L: number): void {
    const { vectors } = this.#eigen;
    product(vectors, k * M, this.matrix, M, L, this.#row);
    addOuter(this.#shrinkage[k]!, vectors, k * M, this.#row, M, L, this.#result);
  }
}

/** The lower triangle of R Rᵗ, four of its entries at a time. */
function gramMatrix(R: Float64Array, M: number, L: number, gram: Float64Array): void {
  for (let i = 0; i < M; i += 2) {
    const a = i * L;
    const b = Math.min(i + 1, M - 1) * L;
    for (let j = 0; j <= i; j += 2) {
      const c = j * L;
      const d = Math.min(j + 1, M - 1) * L;
      let ac = 0;
      let ad = 0;
      let bc = 0;
      let bd = 0;
      for (let l = 0; l < L; l++) {
        const x = R[a + l]!;
        const y = R[b + l]!;
        const z = R[c + l]!;
        const w = R[d + l]!;
        ac += x * z;
        ad += x * w;
        bc += y * z;
        bd += y * w;
      }
      gram[i * M + j] = ac;
      if (j + 1 < M) gram[i * M + j + 1] = ad;
      if (i + 1 < M) gram[(i + 1) * M + j] = bc;
      if (i + 1 < M && j + 1 < M) gram[(i + 1) * M + j + 1] = bd;
    }
  }
}

/** row = uᵗ R, where u stands at vectors[offset]; two rows at a time, because the sums cost as much as the products. */
function product(
  vectors: Float64Array,
  offset: number,
  R: Float64Array,
  M: number,
  L: number,
  row: Float64Array,
): void {
  for (let l = 0; l < L; l++) row[l] = 0;
  for (let m = 0; m < M; m += 2) {
    const u = vectors[offset + m]!;
    const v = m + 1 < M ? vectors[offset + m + 1]! : 0;
    const first = m * L;
    const second = m + 1 < M ? first + L : first;
    for (let l = 0; l < L; l++) row[l]! += u * R[first + l]! + v * R[second + l]!;
  }
}

/** result [M, L] += factor · u row, where u stands at vectors[offset]. */
function addOuter(
  factor: number,
  vectors: Float64Array,
  offset: number,
  row: Float64Array,
  M: number,
  L: number,
  result: Float64Array,
): void {
  let to = 0;
  for (let m = 0; m < M; m++) {
    const u = factor * vectors[offset + m]!;
    for (let l = 0; l < L; l++) result[to++]! += u * row[l]!;
  }
}
