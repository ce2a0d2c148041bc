import type { PaperFacts } from './lib/results.ts';

/** What the paper says of a row. */
type Found = Omit<PaperFacts, 'difference'>;

/**
 * What the paper says, PSNR in dB on Set12 at sigma 25.
 *
 * null: the number could not be looked up when this was written, so it is left out rather than given from memory; this
 * is the place to add it. Where the paper's words tell at least in which direction a row goes, they are here, with
 * their place; a row of which nothing is known has the verdict `paper unknown`.
 */
const UNKNOWN: Found = { psnr: null, claim: null, words: null };

/** The full model: printed in Table 4, too, and what later papers quote. */
const FULL: Found = { psnr: 30.8, claim: 'equal', words: null };

const lower = (words: string): Found => ({ psnr: null, claim: 'lower', words });

export const PAPER = {
  /** Table 1, distance metrics; the embedded Gaussian is the full model. */
  metrics: {
    euclidean: UNKNOWN,
    dotProduct: UNKNOWN,
    embeddedDotProduct: UNKNOWN,
    gaussian: UNKNOWN,
    symmetricEmbeddedGaussian: UNKNOWN,
    embeddedGaussian: FULL,
  },
  /** Table 2, variants of the network. */
  variants: {
    untied: UNKNOWN,
    recurrent: lower('the superior results are owed to the recurrent non-local operations (abstract)'),
    everySecond: UNKNOWN,
    everyThird: UNKNOWN,
    noPropagation: lower('propagation boosts robustness against inaccurate correlation (abstract)'),
    full: FULL,
  },
  /** Figure 5, neighbourhood size, whose curve peaks at q = 45. */
  neighborhoodSize: {
    smaller: lower('PSNR rises with q up to a peak near q = 45 (Figure 5)'),
    larger: (q: number): Found =>
      q <= 45
        ? { psnr: null, claim: 'higher', words: 'PSNR rises with q up to a peak near q = 45 (Figure 5)' }
        : lower('PSNR falls again beyond a peak near q = 45 (Figure 5)'),
    whole: lower('it is essential to confine the neighbourhood, unlike the whole image (abstract)'),
    full: FULL,
  },
  /** Figure 6, unrolling length, whose curve saturates after T = 12. */
  unrollingLength: {
    shorter: lower('PSNR rises with T and saturates after T = 12 (Figure 6)'),
    longer: (T: number, full: number): Found => ({
      psnr: null,
      claim: T > 12 && full >= 12 ? 'equal' : 'higher',
      words: 'PSNR rises with T and saturates after T = 12 (Figure 6)',
    }),
    full: FULL,
  },
} as const;
