import { METRICS, type Metric } from '@nlrn/nlrn';
import type { Experiment } from './lib/experiment.ts';
import { PAPER } from './paper.ts';

const LABELS: Readonly<Record<Metric, string>> = {
  euclidean: 'Euclidean distance',
  dotProduct: 'Dot product',
  embeddedDotProduct: 'Embedded dot product',
  gaussian: 'Gaussian',
  symmetricEmbeddedGaussian: 'Symmetric embedded Gaussian',
  embeddedGaussian: 'Embedded Gaussian',
};

/** Table 1: how pixels are compared. */
export const ablationMetrics: Experiment = {
  name: 'ablation-metrics',
  title: 'Table 1: distance metrics, denoising at sigma 25',
  fullModel: 'embeddedGaussian',
  variants: () =>
    METRICS.map((metric) => ({
      name: metric,
      label: LABELS[metric],
      network: { metric },
      paper: PAPER.metrics[metric],
    })),
};
