import { add, div, mean, mul, square, sub, type Tensor } from '@nlrn/tensor';

/** The level of noise whose errors count as they are, and what keeps those without noise finite; pixels in [0, 1]. */
const USUAL_LEVEL = 25 / 255;
const LEAST_LEVEL = 0.5 / 255;

/** Half the mean square error, pixels in [0, 1]: a scalar. */
export function restorationLoss(restored: Tensor, truth: Tensor): Tensor {
  return mul(0.5, mean(square(sub(restored, truth))));
}

/**
 * The same for images [B, H, W, C] of several noise levels [B, 1, 1, 1], of which each counts alike: a scalar.
 *
 *   1/2 mean( (restored - truth)² (25 + 0.5) / (level + 0.5) )     levels on the 0-255 scale
 *
 * Differs: the paper trains a network for each level. The square error that is left of an image grows about as its level does (BM3D
 * on Set12: 32.3 dB at 15, 26.7 at 50), so that without these weights the strongest noise would decide alone what is learned.
 */
export function levelledLoss(restored: Tensor, truth: Tensor, level: Tensor): Tensor {
  const weight = div(USUAL_LEVEL + LEAST_LEVEL, add(level, LEAST_LEVEL));
  return mul(0.5, mean(mul(square(sub(restored, truth)), weight)));
}
