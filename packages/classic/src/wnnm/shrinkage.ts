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

/** Where the search for it ends, as a share: far above the rounding of eigenvalues, far below their distance. */
const NEAR = 1e-9;

/**
 * A singular value of n patches with noise of variance 1 of which nothing is left, while something is left of all that are
 * larger by a billionth: X grows with S, and goes with the noise's deviation as S does.
 */
export function leastSingular(n: number): number {
  let below = Math.sqrt(n);
  let above = 2 * below;
  while (shrinkSingular(above, n, 1) === 0) above *= 2;
  while (above - below > NEAR * below) {
    const middle = (below + above) / 2;
    if (shrinkSingular(middle, n, 1) === 0) below = middle;
    else above = middle;
  }
  return below;
}
