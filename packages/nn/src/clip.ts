import { div, globalNorm, maximum, minimum, mul, type Tensor } from '@nlrn/tensor';

/**
 * Scales all gradients by min(1, limit / norm), norm being that of all their elements together.
 *
 * Returns the norm from before, too.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], limit: number) {
  const norm = globalNorm(gradients);
  // The lower bound keeps 0 / 0 out when all gradients are zero.
  const factor = minimum(1, div(limit, maximum(norm, 1e-30)));
  return { norm, clipped: gradients.map((g) => mul(g, factor)) };
}
