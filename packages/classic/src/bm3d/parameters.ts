import type { GroupOptions } from '../groups.ts';

/** What a step of BM3D is told. */
export interface StepOptions extends GroupOptions {
  /** The 2D transform of a block */
  readonly transform: 'bior1.5' | 'dct';
  /** Blocks match when the mean squared difference of their pixels is less than this. */
  readonly tau: number;
}

/** Both steps, and the threshold of the first in units of sigma: λ3D. */
export interface Profile {
  readonly lambda: number;
  readonly basic: StepOptions;
  readonly final: StepOptions;
}

/** Above this the constants of strong noise hold. */
const STRONG = 40;

/**
 * K. Dabov, A. Foi, V. Katkovnik and K. Egiazarian, "Image denoising by sparse 3-D transform-domain collaborative
 * filtering", IEEE Trans. Image Process. 16 (2007), Table I, normal profile.
 */
const NORMAL: Profile = {
  lambda: 2.7,
  basic: { transform: 'bior1.5', block: 8, step: 3, search: 19, size: 16, tau: 3000 },
  final: { transform: 'dct', block: 8, step: 3, search: 19, size: 32, tau: 400 },
};

/**
 * Y. Hou, C. Zhao, D. Yang and Y. Cheng, 'Comments on "Image denoising by sparse 3-D transform-domain collaborative
 * filtering"', IEEE Trans. Image Process. 20 (2011): what the authors of BM3D use above 40 since.
 */
const STRONG_NOISE: Profile = {
  lambda: 2.8,
  basic: { transform: 'bior1.5', block: 8, step: 4, search: 19, size: 32, tau: 25000 },
  final: { transform: 'dct', block: 11, step: 6, search: 19, size: 32, tau: 3500 },
};

/** The constants for noise of a deviation on the 0-255 scale. */
export function profileFor(sigma: number): Profile {
  return sigma <= STRONG ? NORMAL : STRONG_NOISE;
}
