import type { Metric } from '@nlrn/nlrn';
import type { Experiment } from './lib/experiment.ts';
import { FULL, printed } from './paper.ts';

const WORDS = 'the embedded Gaussian is best of the six metrics; the spread is 0.12 dB (Table 1)';

/** The rows of Table 1, by the names that the paper has for them, or names of your own; the last is the full model. */
const ROWS = {
  'Euclidean distance': 'euclidean',
  'Dot product': 'dotProduct',
  'Embedded dot product': 'embeddedDotProduct',
  Gaussian: 'gaussian',
  'Symmetric embedded Gaussian': 'symmetricEmbeddedGaussian',
  'Embedded Gaussian': 'embeddedGaussian',
} as const satisfies Record<string, Metric>;

/** Table 1: how pixels are compared. */
export const ablationMetrics: Experiment = {
  name: 'ablation-metrics',
  title: 'Table 1: distance metrics, denoising at sigma 25',
  fullModel: 'embeddedGaussian',
  variants: () =>
    Object.entries(ROWS).map(([label, metric]) => ({
      name: metric,
      label,
      network: { metric },
      paper: metric === 'embeddedGaussian' ? FULL : printed(1, label, WORDS),
    })),
};
