import { nlrnConfigSchema } from '@nlrn/nlrn';
import { size } from '@nlrn/nn';
import * as z from 'zod';

/** What a DnCNN is made of (Zhang et al. 2017, "Beyond a Gaussian Denoiser", Section III). */
export const dncnnConfigSchema = z.strictObject({
  network: z.literal('dncnn'),
  /** Number of feature channels */
  channels: size,
  /** Number of convolutions */
  depth: size.min(2),
});

export type DncnnConfig = z.infer<typeof dncnnConfigSchema>;

/** DnCNN-S, for one known noise level (the same paper, Section III-B). */
export const DNCNN_S_CONFIG: DncnnConfig = { network: 'dncnn', channels: 64, depth: 17 };

/** Any network of this package. */
export const networkConfigSchema = z.discriminatedUnion('network', [nlrnConfigSchema, dncnnConfigSchema]);

export type NetworkConfig = z.infer<typeof networkConfigSchema>;
