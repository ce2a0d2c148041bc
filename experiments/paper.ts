/**
 * Numbers printed in the paper, PSNR in dB on Set12 at sigma 25.
 *
 * null: the printed number could not be checked against the paper's text when this was written, so it is left
 * out rather than given from memory; this is the place to add it.
 */
export const PAPER = {
  /** Table 1, distance metrics. The embedded Gaussian is the full model, whose 30.80 Table 4 prints too. */
  metrics: {
    euclidean: null,
    dotProduct: null,
    embeddedDotProduct: null,
    gaussian: null,
    symmetricEmbeddedGaussian: null,
    embeddedGaussian: 30.8,
  },
} as const satisfies Record<string, Record<string, number | null>>;
