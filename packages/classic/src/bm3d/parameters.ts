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
 *
 * Differs: tau of the first step is 3000, as in the authors' software, where the table has 2500.
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

/**
 * Dabov et al.'s Table I, fast profile: a smaller window, references farther apart, smaller groups in the second step.
 *
 * Differs: tau of the first step, as above; a window of 19 x 19 pixels for the paper's 25 x 25, in which only every sixth
 * reference seeks everywhere there, and the others near what those before them have found.
 */
const FAST: Profile = {
  lambda: 2.7,
  basic: { transform: 'bior1.5', block: 8, step: 6, search: 9, size: 16, tau: 3000 },
  final: { transform: 'dct', block: 8, step: 5, search: 9, size: 16, tau: 400 },
};

/** FAST with what changes in STRONG_NOISE: the thresholds, which noise alone would pass, and the larger groups. */
const FAST_STRONG_NOISE: Profile = {
  lambda: 2.8,
  basic: { ...FAST.basic, size: 32, tau: 25000 },
  final: { ...FAST.final, size: 32, tau: 3500 },
};

/** What may be traded for quality */
export type Speed = 'normal' | 'fast';

/** The constants for noise of a deviation on the 0-255 scale. */
export function profileFor(sigma: number, speed: Speed): Profile {
  if (speed === 'fast') return sigma <= STRONG ? FAST : FAST_STRONG_NOISE;
  return sigma <= STRONG ? NORMAL : STRONG_NOISE;
}
