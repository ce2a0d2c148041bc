/**
 * Holm's adjusted p values, in the order of the given ones: of m hypotheses, those with an adjusted p of at most 0.05 may
 * be rejected together, and the chance that any of them is true is at most 0.05.
 *
 *   p_(1) <= … <= p_(m)    adjusted p_(i) = max over k <= i of min(1, (m - k + 1) p_(k))
 *
 * It holds whatever the dependence between the tests: here all rows share the runs of the full model. (Holm 1979, "A
 * simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6.)
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  let least = 0;
  order.forEach((i, rank) => {
    least = Math.max(least, Math.min(1, (p.length - rank) * p[i]!));
    adjusted[i] = least;
  });
  return adjusted;
}
