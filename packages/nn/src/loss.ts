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

/** The error of an enlargement whose patch counts as it is, 30 dB, and what keeps those without error finite, 37 dB; pixels in [0, 1]. */
const USUAL_ERROR = 1e-3;
const LEAST_ERROR = 2e-4;

/**
 * The same for enlarged images [B, H, W, C], whose errors count beside those of bicubic interpolation: a scalar.
 *
 *   1/2 mean( (restored - truth)² (0.001 + 0.0002) / (error + 0.0002) )     error: the mean of (given - truth)² of each image
 *
 * Differs: the paper has the mean square error for this task, too. Enlarged by two, images have a third of the error that those
 * enlarged by four have, and decibels, which are what is measured, are of the ratio: without these weights a network learns little of what
 * it could at the smaller scales (`experiments/models.md` has the measurements).
 */
export function enlargementLoss(restored: Tensor, truth: Tensor, given: Tensor): Tensor {
  const axes = truth.shape.map((_, axis) => axis).slice(1);
  const error = mean(square(sub(given, truth)), { axes, keepDims: true });
  const weight = div(USUAL_ERROR + LEAST_ERROR, add(error, LEAST_ERROR));
  return mul(0.5, mean(mul(square(sub(restored, truth)), weight)));
}
