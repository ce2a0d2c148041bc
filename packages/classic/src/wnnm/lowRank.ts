import { instantiate, type LowRankKernels } from './instance.ts';
import { leastSingular, shrinkSingular } from './shrinkage.ts';

/** The kernels' rows and columns are whole fours. */
const TILE = 4;

/**
 * The low-rank approximation of matrices, by the shrinkage of their singular values.
 *
 *   X [L, M]  ->  sum_k X_k / S_k (X u_k) u_kᵗ,   M <= L,   S_k² and u_k of the Gram matrix Xᵗ X
 *
 * Own kernels, in AssemblyScript, because libraries for JavaScript compute all eigenvectors of any matrix. Of the 49 that a
 * group has here, eight are left on average; these alone are computed, and no other eigenvalue. The kernels add and multiply
 * float64 in pairs, in an order that the sizes alone decide, and without fused products: the same bits on any machine.
 */
export class LowRank {
  /** `[L, strideOf(M)]`, given and returned */
  readonly matrix: Float64Array;
  readonly #kernels: LowRankKernels;
  /** `[M]`: the eigenvalues that are not shrunk to nothing, and what their singular values are shrunk by, X / S */
  readonly #values: Float64Array;
  readonly #shrinkage: Float64Array;
  /** The least singular values of which something is left, by numbers of patches */
  readonly #least = new Map<number, number>();

  /** For up to `short` columns and `long` rows, by the kernels of `lowRankModule`. */
  constructor(module: WebAssembly.Module, short: number, long: number) {
    this.#kernels = instantiate(module);
    this.#kernels.reserve(short, long);
    const { memory, matrix, values, factors } = this.#kernels;
    this.matrix = new Float64Array(memory.buffer, matrix.value, long * LowRank.strideOf(short));
    this.#values = new Float64Array(memory.buffer, values.value, short);
    this.#shrinkage = new Float64Array(memory.buffer, factors.value, short);
  }

  /** Numbers from a row of `matrix` to the next, which has M columns. */
  static strideOf(M: number): number {
    return TILE * Math.ceil(M / TILE);
  }

  /** `n` patches with noise of this variance are in the matrix. */
  approximate(M: number, L: number, n: number, variance: number): void {
    const found = this.#kernels.decompose(M, L, this.#leastOf(n) ** 2 * variance);
    this.#kernels.project(M, L, this.#select(found, n, variance));
  }

  #leastOf(n: number): number {
    const least = this.#least.get(n) ?? leastSingular(n);
    this.#least.set(n, least);
    return least;
  }

  /** Lists the eigenvalues that are not shrunk to nothing, with their X / S, and gives their number. */
  #select(found: number, n: number, variance: number): number {
    let count = 0;
    for (let i = 0; i < found; i++) {
      const S = Math.sqrt(Math.max(this.#values[i]!, 0));
      const X = shrinkSingular(S, n, variance);
      if (X === 0) continue;
      this.#values[count] = this.#values[i]!;
      this.#shrinkage[count++] = X / S;
    }
    return count;
  }
}
