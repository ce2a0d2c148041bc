import { size } from '@nlrn/nn';
import * as z from 'zod';
import { METRICS } from './metrics.ts';

/** What an NLRN is made of; the paper's symbols stand behind the names. */
export const nlrnConfigSchema = z.strictObject({
  network: z.literal('nlrn'),
  /** m, the number of feature channels */
  channels: size,
  /** l, the number of channels of theta and psi */
  embedding: size,
  /** T, the number of recurrent states */
  states: size,
  /** q, the side of the neighbourhood: odd; or, for `image`, the shorter side of what the network is given, less one if that is even */
  neighborhood: z.union([
    size.refine((q) => q % 2 === 1, 'q must be odd, so that a neighbourhood has a centre'),
    z.literal('image'),
  ]),
  metric: z.enum(METRICS),
  batchNorm: z.boolean(),
  // What follows is Table 2; the defaults are the full model, and what older files mean.
  /** What stands between the skip connections' ends: the non-local module, or a local one with as many parameters */
  module: z.enum(['nonLocal', 'pointwise']).default('nonLocal'),
  /** The module is in states 1, 1 + k, 1 + 2k, …; the others have their convolutions alone */
  moduleEvery: size.default(1),
  /** Correlation propagation: whether S^(t-1) is added to the correlation of state t */
  propagation: z.boolean().default(true),
  /** Whether all states share their convolutions and module, or have T sets of their own */
  tied: z.boolean().default(true),
  /** Whether the noise's level is a second input, so that one network serves all levels; not in the paper */
  noiseLevel: z.boolean().default(false),
});

export type NlrnConfig = z.infer<typeof nlrnConfigSchema>;

/** The paper's own setting (NLRN, Section 5): m = 128, l = 64, T = 12, q = 45, embedded Gaussian. */
export const PAPER_CONFIG: NlrnConfig = {
  network: 'nlrn',
  channels: 128,
  embedding: 64,
  states: 12,
  neighborhood: 45,
  metric: 'embeddedGaussian',
  batchNorm: true,
  module: 'nonLocal',
  moduleEvery: 1,
  propagation: true,
  tied: true,
  noiseLevel: false,
};
