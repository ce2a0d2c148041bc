/**
 * The general framework of Section 3, of which every method here is an instance:
 *
 *   Eq. (1)   Z = diag(delta(X))^-1 Phi(X) G(X)      X [N, m], Phi [N, N], G [N, k], delta [N]  ->  Z [N, k]
 *   Eq. (2)   in row i of Phi only K_i entries are not zero: those of the pixels or blocks S_i that are similar to i
 *
 * X are the N pixels, each with m features, such as the block around it. The methods compute the same in an order that
 * is fast; each says what its Phi, G and delta are, and the tests compare it with this definition.
 */
export interface Instance {
  readonly N: number;
  readonly k: number;
  /** Where row i of Phi is not zero */
  readonly S: (i: number) => Iterable<number>;
  /** The correlation of i and j */
  readonly Phi: (i: number, j: number) => number;
  /** Row j of the transform: k values */
  readonly G: (j: number) => ArrayLike<number>;
  /** What normalises row i */
  readonly delta: (i: number) => number;
}

/** Z [N, k] of Eq. (1), entry by entry. */
export function apply({ N, k, S, Phi, G, delta }: Instance): Float64Array {
  const Z = new Float64Array(N * k);
  for (let i = 0; i < N; i++) {
    for (const j of S(i)) {
      const [correlation, features] = [Phi(i, j), G(j)];
      for (let c = 0; c < k; c++) Z[i * k + c]! += correlation * features[c]!;
    }
    const norm = delta(i);
    for (let c = 0; c < k; c++) Z[i * k + c]! /= norm;
  }
  return Z;
}
