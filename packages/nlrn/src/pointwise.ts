import { applyConv, type Conv, type Parameters } from '@nlrn/nn';
import { add, relu, type Tensor } from '@nlrn/tensor';
import type { NlrnConfig } from './config.ts';

/** What a plain recurrent network has in the place of the non-local module: two 1 x 1 convolutions. */
export interface Pointwise {
  readonly conv1: Conv;
  readonly conv2: Conv;
}

/**
 * Convolutions from m to k and from k to m channels, with as many parameters as the embedded Gaussian's module:
 *
 *   (m k + k) + (k m + m) = 2 (m l + l) + (m² + m)     ->     k = (2 l (m + 1) + m²) / (2 m + 1)
 *
 * With l = m / 2, as in all presets, k = m and the number is the same to the last parameter. So the recurrent network
 * of Table 2 differs in one thing, that it sees no other pixel here. Like W_g, the last convolution starts at zero;
 * the batch normalisation behind the module takes its bias out.
 * Differs: the paper has "RNN with the same number of parameters" and does not say how those are spent.
 */
export function createPointwise(
  parameters: Parameters,
  { channels: m, embedding: l, batchNorm }: NlrnConfig,
  prefix: string,
): Pointwise {
  const k = Math.round((2 * l * (m + 1) + m ** 2) / (2 * m + 1));
  return {
    conv1: parameters.conv(`${prefix}pointwise.conv1`, [1, 1, m, k]),
    conv2: parameters.conv(`${prefix}pointwise.conv2`, [1, 1, k, m], {
      start: 'zero',
      biasCancels: batchNorm,
    }),
  };
}

/** X [B, H, W, m]  ->  X + conv2(ReLU(conv1(X))) */
export function applyPointwise(X: Tensor, { conv1, conv2 }: Pointwise): Tensor {
  return add(X, applyConv(relu(applyConv(X, conv1)), conv2));
}
