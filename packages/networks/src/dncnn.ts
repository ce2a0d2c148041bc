import { applyConv, type Network, Parameters, type Uniform, type Values } from '@nlrn/nn';
import { relu, sub } from '@nlrn/tensor';
import type { DncnnConfig } from './config.ts';

/**
 * DnCNN (Zhang et al. 2017, Figure 1), the deep network without recurrence or non-local module.
 *
 *   h_0 = x,   h_k = ReLU(conv_k(h_(k-1))) for all convolutions but the last,   y = x - conv(h)
 *
 * All convolutions are 3 x 3, from one channel to `channels` and back; the stack's output is the noise.
 * Differs: the batch normalisations are merged into the convolutions, as in the published weights.
 */
export function createDncnn({ channels, depth }: DncnnConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const convs = Array.from({ length: depth }, (_, k) =>
    parameters.conv(`conv${k}`, [3, 3, k === 0 ? 1 : channels, k === depth - 1 ? 1 : channels]),
  );
  const last = convs.at(-1)!;
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    forward(x) {
      const features = convs.slice(0, -1).reduce((h, conv) => relu(applyConv(h, conv)), x);
      return { output: sub(x, applyConv(features, last)), updates: new Map() };
    },
  };
}
