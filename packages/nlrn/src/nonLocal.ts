import {
  type AttentionParams,
  add,
  concatenate,
  full,
  lookUp,
  mul,
  neg,
  square,
  sum,
  type Tensor,
  windowedAttention,
} from '@nlrn/tensor';
import type { Metric, NlrnConfig } from './config.ts';
import { applyConv, type Conv, type ConvOptions, type Parameters } from './parameters.ts';

/** How a metric of Table 1 is computed: which embeddings it has, and how its logits become weights. */
interface MetricRule {
  /** Learned embeddings: none (theta = psi = X), one for both, or one each. */
  readonly embeddings: 'none' | 'shared' | 'separate';
  /** What compares two pixels: the inner product, or minus the squared distance. */
  readonly similarity: 'dot' | 'distance';
  readonly normalize: AttentionParams['normalize'];
}

/**
 * Table 1. The Gaussian metrics are exponentials normalised to one, which is a softmax over the logits.
 *
 * Differs: for the two dot products the paper's normaliser, the sum of the products, can be zero or
 * negative. As in the paper's reference [41] (Wang et al. 2018, "Non-local Neural Networks", Section 3.2)
 * they are divided by the number of neighbours instead.
 */
const METRIC_RULES: { readonly [M in Metric]: MetricRule } = {
  euclidean: { embeddings: 'none', similarity: 'distance', normalize: 'softmax' },
  dotProduct: { embeddings: 'none', similarity: 'dot', normalize: 'mean' },
  embeddedDotProduct: { embeddings: 'separate', similarity: 'dot', normalize: 'mean' },
  gaussian: { embeddings: 'none', similarity: 'dot', normalize: 'softmax' },
  symmetricEmbeddedGaussian: { embeddings: 'shared', similarity: 'dot', normalize: 'softmax' },
  embeddedGaussian: { embeddings: 'separate', similarity: 'dot', normalize: 'softmax' },
};

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
  const { embeddings, normalize } = lookUp(METRIC_RULES, metric, 'metric');
  const embed = (name: string, options: ConvOptions) =>
    parameters.conv(`${prefix}nonLocal.${name}`, [1, 1, channels, embedding], options);
  const theta = embeddings === 'none' ? undefined : embed('theta', {});
  // Softmax takes out what psi's bias adds, the same to all logits of a pixel.
  const start = theta && { start: theta, biasCancels: normalize === 'softmax' };
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
 * In the first state there is no correlation to add yet; without propagation there never is.
 */
export function applyNonLocal(
  X: Tensor,
  { theta, psi, g }: NonLocal,
  { metric, neighborhood, propagation }: NlrnConfig,
  correlation: Tensor | undefined,
): { output: Tensor; correlation: Tensor } {
  const { similarity, normalize } = lookUp(METRIC_RULES, metric, 'metric');
  const embeddedTheta = theta ? applyConv(X, theta) : X;
  const embeddedPsi = psi ? applyConv(X, psi) : embeddedTheta;
  const [left, right] =
    similarity === 'distance' ? distanceFactors(X) : ([embeddedTheta, embeddedPsi] as const);
  const { Z, logits } = windowedAttention(left, right, applyConv(X, g), {
    q: neighborhood === 'image' ? sideOfAll(X) : neighborhood,
    normalize,
    previous: propagation ? correlation : undefined,
  });
  return { output: add(X, Z), correlation: logits };
}

/**
 * Two tensors [B, H, W, m + 2] whose inner products are -|X_i - X_j|² / h²:
 *
 *   (2 X_i, -|X_i|², 1) . (X_j, 1, -|X_j|²) = 2 X_i . X_j - |X_i|² - |X_j|²
 *
 * Differs: the paper leaves the bandwidth h open; h² = m makes the logits independent of the width.
 */
function distanceFactors(X: Tensor): readonly [Tensor, Tensor] {
  const h2 = X.shape[3]!;
  const minusNorm = neg(sum(square(X), { axes: [3], keepDims: true }));
  const ones = full(minusNorm.shape, 1);
  return [
    concatenate([mul(X, 2 / h2), mul(minusNorm, 1 / h2), mul(ones, 1 / h2)]),
    concatenate([X, ones, minusNorm]),
  ];
}

/** The window that covers an image: its longer side, or, as a window has a centre, one less if that is even. */
function sideOfAll({ shape }: Tensor): number {
  const [, height, width] = shape as [number, number, number, number];
  const side = Math.max(height, width);
  return side % 2 === 1 ? side : side - 1;
}
