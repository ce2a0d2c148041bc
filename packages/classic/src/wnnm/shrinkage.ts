/** Constant of the weights (Gu et al. 2014, Section 4): c = 2 sqrt 2. */
const C = 2 * Math.SQRT2;
/** How often the weights are computed anew from what they leave. */
const REWEIGHTINGS = 3;

/**
 * What the weighted nuclear norm leaves of a singular value S of n patches with noise of variance s².
 *
 *   X = max(S - w, 0),   w = c sqrt(n) s² / (X + ε), begun with X = sqrt(max(S² - n s², 0)), three times
 */
export function shrinkSingular(S: number, n: number, variance: number): number {
  let X = Math.sqrt(Math.max(S * S - n * variance, 0));
  for (let turn = 0; turn < REWEIGHTINGS; turn++) {
    X = Math.max(S - (C * Math.sqrt(n) * variance) / (X + Number.EPSILON), 0);
  }
  return X;
}
