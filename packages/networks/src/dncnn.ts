import { type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import { sub } from '@nlrn/tensor';
import * as z from 'zod';
import { convStack } from './convStack.ts';

/** What a DnCNN is made of (Zhang et al. 2017, "Beyond a Gaussian Denoiser", Section III). */
export const dncnnConfigSchema = z.strictObject({
  network: z.literal('dncnn'),
  /** Number of feature channels */
  channels: size,
  /** Number of convolutions */
  depth: size.min(2),
});

/** A DnCNN of one size. */
export type DncnnConfig = z.infer<typeof dncnnConfigSchema>;

/** DnCNN-S, for one known noise level (the same paper, Section III-B). */
export const DNCNN_S_CONFIG: DncnnConfig = { network: 'dncnn', channels: 64, depth: 17 };

/** DnCNN-B, for all noise levels from 0 to 55 (the same section). */
export const DNCNN_B_CONFIG: DncnnConfig = { network: 'dncnn', channels: 64, depth: 20 };

/**
 * DnCNN (Zhang et al. 2017, Figure 1), the deep network without recurrence or non-local module.
 *
 *   h_0 = x,   h_k = ReLU(conv_k(h_(k-1))) for all convolutions but the last,   y = x - conv(h)
 *
 * All convolutions are 3 x 3, from one channel to `channels` and back; the stack's output is the noise.
 * Differs: the batch normalisations are merged into the convolutions, as in the published weights; so it is trained without them.
 */
export function createDncnn({ channels, depth }: DncnnConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const stack = convStack(parameters, { depth, channels });
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: depth,
    forward: (x) => ({ output: sub(x, stack(x)), updates: new Map() }),
  };
}
