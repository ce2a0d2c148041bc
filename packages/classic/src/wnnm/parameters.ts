/** The constants for noise of a deviation on the 0-255 scale. */
export interface WnnmOptions {
  /** Side of a patch */
  readonly block: number;
  /** Patches of the first groups, before the first ten fewer */
  readonly size: number;
  readonly iterations: number;
  /** Share of the noise that is reckoned with after the first iteration: λ */
  readonly lambda: number;
  /** Distance of key patches along rows and columns */
  readonly step: number;
}

/**
 * S. Gu, L. Zhang, W. Zuo and X. Feng, "Weighted nuclear norm minimization with application to image denoising", CVPR 2014,
 * Section 4, and the parameters that its authors published with it.
 */
const LEVELS: readonly { upTo: number; options: WnnmOptions }[] = [
  { upTo: 20, options: { block: 6, size: 70, iterations: 8, lambda: 0.54, step: 2 } },
  { upTo: 40, options: { block: 7, size: 90, iterations: 12, lambda: 0.56, step: 2 } },
  { upTo: 60, options: { block: 8, size: 120, iterations: 14, lambda: 0.58, step: 3 } },
  { upTo: Number.POSITIVE_INFINITY, options: { block: 9, size: 140, iterations: 14, lambda: 0.58, step: 3 } },
];

export function optionsFor(sigma: number): WnnmOptions {
  return LEVELS.find(({ upTo }) => sigma <= upTo)!.options;
}
