/** Sets coefficients of at most the threshold to zero, in place, and tells how many are left. */
export function hardThreshold(group: Float64Array, length: number, threshold: number): number {
  let kept = 0;
  for (let i = 0; i < length; i++) {
    if (Math.abs(group[i]!) <= threshold) group[i] = 0;
    else kept++;
  }
  return kept;
}

/**
 * Wiener's filter of coefficients by those of an estimate of the truth, in place, and the sum of its squared factors.
 *
 *   W = estimate² / (estimate² + variance),   coefficient -> W · coefficient
 */
export function wienerFilter(
  group: Float64Array,
  estimate: Float64Array,
  length: number,
  variance: number,
): number {
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const energy = estimate[i]! * estimate[i]!;
    const W = energy / (energy + variance);
    group[i]! *= W;
    squares += W * W;
  }
  return squares;
}
