import type { Parameters } from '@nlrn/nn';
import { add, broadcastTo, mul, type Tensor, type Variable } from '@nlrn/tensor';

/** The level at which a network that takes it is the same function as one that does not: sigma 25. */
const REFERENCE = 25 / 255;

/**
 * What makes one network serve all noise levels, which is not in the paper.
 *
 *   s^0 = conv(BN(x)) + r w,   y = x + r conv(ReLU(BN(s^T))),   r = level / (25 / 255)
 *
 * The features are told the level, and what the network takes away is in proportion to it: where there is no noise, the
 * image comes out as it went in. w [m] starts at zero, so that at sigma 25 the network is what its other weights make it.
 */
export interface LevelInput {
  readonly weight: Variable;
}

export function createLevelInput(parameters: Parameters, m: number): LevelInput {
  return { weight: parameters.constant('level.weight', [1, 1, 1, m], 0) };
}

/** The features [B, H, W, m] told the relative level r [B, 1, 1, 1]. */
export function tellLevel(features: Tensor, { weight }: LevelInput, r: Tensor): Tensor {
  const [B, , , m] = features.shape as [number, number, number, number];
  const shape = [B, 1, 1, m];
  return add(features, broadcastTo(mul(broadcastTo(r, shape), broadcastTo(weight, shape)), features.shape));
}

/** r [B, 1, 1, 1] of levels on the scale of the pixels. Throws TypeError where there are none. */
export function relativeLevel(level: Tensor | undefined): Tensor {
  if (!level) throw new TypeError('a network that takes the noise level must be given one');
  return mul(level, 1 / REFERENCE);
}
