import { applyConv, type Conv, type ConvOptions, type Parameters } from '@nlrn/nn';
import {
  abs,
  add,
  concatenate,
  div,
  full,
  mean,
  mul,
  named,
  neg,
  square,
  sum,
  type Tensor,
  windowedAttention,
} from '@nlrn/tensor';
import type { NlrnConfig } from './config.ts';
import { ruleOf } from './metrics.ts';

/** The non-local module's weights; theta and psi only where the metric has them. */
export interface NonLocal {
  readonly theta: Conv | undefined;
  readonly psi: Conv | undefined;
  readonly g: Conv;
}

/**
 * W_theta and W_psi are 1 x 1 convolutions from m to l channels, W_g from m to m; names begin with `prefix`.
 *
 * Differs: W_psi starts with the numbers of W_theta, where independent ones would be usual (the paper does not say).
 * Then every pixel is at first most similar to those that look like it. With independent numbers similarity is random
 * at first, and in short runs some seeds never find a useful one (`experiments/laptop.md`).
 */
export function createNonLocal(
  parameters: Parameters,
  { channels, embedding, metric, batchNorm }: NlrnConfig,
  prefix = '',
): NonLocal {
  const { embeddings, similarity, normalize } = ruleOf(metric);
  const embed = (name: string, options: ConvOptions) =>
    parameters.conv(`${prefix}nonLocal.${name}`, [1, 1, channels, embedding], options);
  const theta = embeddings === 'none' ? undefined : embed('theta', {});
  // Softmax takes out what psi's bias adds to inner products, the same to all logits of a pixel.
  const start = theta && { start: theta, biasCancels: similarity === 'dot' && normalize === 'softmax' };
  return {
    theta,
    psi: start && embeddings === 'separate' ? embed('psi', start) : undefined,
    g: parameters.conv(`${prefix}nonLocal.g`, [1, 1, channels, channels], {
      // The module is then the identity.
      start: 'zero',
      // Weights that sum to one hand g's bias on to each pixel, and the batch normalisation behind the module takes it out.
      biasCancels: batchNorm && normalize === 'softmax',
    }),
  };
}

/**
 * The non-local module with its skip connection and correlation propagation (Eq. 4-6, Figure 3).
 *
 *   X [B, H, W, m], correlation S^(t-1) [B, H, W, q²]  ->  X + Z [B, H, W, m], S^t [B, H, W, q²]
 *
 * In the first state there is no correlation to add yet; without propagation there never is. `t` is the state's number,
 * which the names in printed programs tell.
 */
export function applyNonLocal(
  X: Tensor,
  { theta, psi, g }: NonLocal,
  { metric, neighborhood, propagation }: NlrnConfig,
  correlation: Tensor | undefined,
  t = 1,
): { output: Tensor; correlation: Tensor } {
  const called = (symbol: string, x: Tensor) => named(`${symbol}^${t}`, x);
  const { similarity, normalize } = ruleOf(metric);
  const embeddedTheta = theta ? called('theta', applyConv(X, theta)) : X;
  const embeddedPsi = psi ? called('psi', applyConv(X, psi)) : embeddedTheta;
  const [left, right] =
    similarity === 'distance'
      ? distanceFactors(embeddedTheta, embeddedPsi)
      : ([embeddedTheta, embeddedPsi] as const);
  const { Z, logits } = windowedAttention(left, right, called('g', applyConv(X, g)), {
    q: neighborhood === 'image' ? sideOfAll(X) : neighborhood,
    normalize: normalize === 'softmax' ? 'softmax' : 'mean',
    previous: propagation ? correlation : undefined,
  });
  const matched = normalize === 'magnitude' ? div(Z, meanMagnitude(logits)) : Z;
  return { output: add(called('X', X), called('Z', matched)), correlation: called('S', logits) };
}

/** Added to the mean magnitude of a pixel's products, so that features that are all zero divide nothing by zero; as in batch norm. */
const EPSILON = 1e-3;

/** The mean of |S_ij| over a pixel's neighbours, [B, H, W, 1]: the mean of S_ij g_j over it has weights whose magnitudes sum to one. */
function meanMagnitude(S: Tensor): Tensor {
  return add(mean(abs(S), { axes: [3], keepDims: true }), EPSILON);
}

/**
 * Two tensors [B, H, W, c + 2] of two embeddings [B, H, W, c], whose inner products are -|theta_i - psi_j|² / h²:
 *
 *   (2 theta_i, -|theta_i|², 1) . (psi_j, 1, -|psi_j|²) = 2 theta_i . psi_j - |theta_i|² - |psi_j|²
 *
 * Differs: the paper leaves the bandwidth h open; h² = c makes the logits independent of the width.
 */
function distanceFactors(theta: Tensor, psi: Tensor): readonly [Tensor, Tensor] {
  const h2 = theta.shape[3]!;
  const minusNorm = (x: Tensor) => neg(sum(square(x), { axes: [3], keepDims: true }));
  const ones = full([...theta.shape.slice(0, 3), 1], 1);
  return [
    concatenate([mul(theta, 2 / h2), mul(minusNorm(theta), 1 / h2), mul(ones, 1 / h2)]),
    concatenate([psi, ones, minusNorm(psi)]),
  ];
}

/**
 * The largest window that has no pixel of an image twice, as it goes on beyond a border at the other one: its shorter side, or, as a
 * window has a centre, one less if that is even.
 */
function sideOfAll({ shape }: Tensor): number {
  const [, height, width] = shape as [number, number, number, number];
  const side = Math.min(height, width);
  return side % 2 === 1 ? side : side - 1;
}
