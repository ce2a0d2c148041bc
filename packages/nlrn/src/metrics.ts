import { type AttentionParams, lookUp } from '@nlrn/tensor';

/** How two pixels are compared: by which embeddings, how, and how the logits become weights. */
interface MetricRule {
  /** Learned embeddings: none (theta = psi = X), one for both, or one each. */
  readonly embeddings: 'none' | 'shared' | 'separate';
  /** What compares the embeddings: the inner product, or minus the squared distance over their number of channels. */
  readonly similarity: 'dot' | 'distance';
  readonly normalize: AttentionParams['normalize'];
}

/**
 * The distance metrics of Table 1, in the paper's order. The Gaussian ones are exponentials normalised to one, which is a
 * softmax over the logits.
 *
 * Differs: for the two dot products the paper's normaliser, the sum of the products, can be zero or
 * negative. As in the paper's reference [41] (Wang et al. 2018, "Non-local Neural Networks", Section 3.2)
 * they are divided by the number of neighbours instead.
 */
export const METRIC_RULES = {
  euclidean: { embeddings: 'none', similarity: 'distance', normalize: 'softmax' },
  dotProduct: { embeddings: 'none', similarity: 'dot', normalize: 'mean' },
  embeddedDotProduct: { embeddings: 'separate', similarity: 'dot', normalize: 'mean' },
  gaussian: { embeddings: 'none', similarity: 'dot', normalize: 'softmax' },
  symmetricEmbeddedGaussian: { embeddings: 'shared', similarity: 'dot', normalize: 'softmax' },
  embeddedGaussian: { embeddings: 'separate', similarity: 'dot', normalize: 'softmax' },
} as const satisfies Readonly<Record<string, MetricRule>>;

/** The name of a distance metric (Section 3.2, and Table 1). */
export type Metric = keyof typeof METRIC_RULES;

/** All metrics, in the order of Table 1. */
export const METRICS = Object.keys(METRIC_RULES) as Metric[];

/** Throws for a metric that is not in the table. */
export function ruleOf(metric: Metric): MetricRule {
  return lookUp(METRIC_RULES, metric, 'metric');
}
