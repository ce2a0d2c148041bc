import { lookUp } from '@nlrn/tensor';

/** How two pixels are compared: by which embeddings, how, and how the logits become weights. */
interface MetricRule {
  /** Learned embeddings: none (theta = psi = X), one for both, or one each. */
  readonly embeddings: 'none' | 'shared' | 'separate';
  /** What compares the embeddings: the inner product, or minus the squared distance over their number of channels. */
  readonly similarity: 'dot' | 'distance';
  /** By which sum the weights are divided: of exponentials, or of magnitudes. */
  readonly normalize: 'softmax' | 'magnitude';
}

/**
 * The distance metrics of Table 1, in the paper's order. The Gaussian ones are exponentials normalised to one, which is a
 * softmax over the logits.
 *
 * The two dot products are divided by the sum of their magnitudes. For features themselves, which a ReLU has left without
 * negative numbers, that is the sum of the products, the paper's normaliser delta (Eq. 1).
 * Differs: for embeddings that sum can be zero or negative, hence the magnitudes. Divided by the number of
 * neighbours, as in the paper's reference [41] (Wang et al. 2018, "Non-local Neural Networks", Section 3.2), both are not
 * bounded, and end 0.8 dB lower (`experiments/laptop.md`).
 */
export const METRIC_RULES = {
  euclidean: { embeddings: 'none', similarity: 'distance', normalize: 'softmax' },
  dotProduct: { embeddings: 'none', similarity: 'dot', normalize: 'magnitude' },
  embeddedDotProduct: { embeddings: 'separate', similarity: 'dot', normalize: 'magnitude' },
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
