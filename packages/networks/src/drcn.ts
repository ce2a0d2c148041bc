import { applyConv, type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import { add, concatenate, crop, div, mul, relu, sum, type Tensor } from '@nlrn/tensor';
import * as z from 'zod';

/** What a DRCN is made of (Kim, Lee and Lee 2016, "Deeply-recursive convolutional network for image super-resolution"). */
export const drcnConfigSchema = z.strictObject({
  network: z.literal('drcn'),
  /** Number of feature channels */
  channels: size,
  /** D, how often the same convolution is applied */
  recursions: size,
  /** How the last convolution comes to the input: it is added to its result, or is one more of its channels */
  skip: z.enum(['added', 'concatenated']),
});

/** A DRCN of one size. */
export type DrcnConfig = z.infer<typeof drcnConfigSchema>;

/** The network of the paper (Section 4), one for each scale. */
export const DRCN_CONFIG: DrcnConfig = { network: 'drcn', channels: 256, recursions: 16, skip: 'added' };

/**
 * DRCN (the same paper, Figure 3), on an image enlarged by bicubic interpolation; all convolutions have 3 x 3 pixels.
 *
 *   h_0 = ReLU(conv(ReLU(conv(x)))),   h_d = ReLU(conv(h_(d-1))) for d = 1 … D with the same filters
 *   y_d = x + conv(ReLU(conv(h_d)))    with the same filters for all d
 *   y = sum_d w_d y_d / sum_d w_d      w_d are trained numbers
 *
 * With the input concatenated y_d = ReLU(conv([ReLU(conv(h_d)), x])), as in a smaller network that is published.
 * Differs: it is trained by the loss of y alone, not also by those of all y_d.
 */
export function createDrcn(config: DrcnConfig, uniform: Uniform, values?: Values): Network {
  const { channels, recursions, skip } = config;
  const parameters = new Parameters(uniform, values);
  const conv = (name: string, inputs: number, outputs: number) =>
    parameters.conv(name, [3, 3, inputs, outputs]);
  const embed = [conv('embed0', 1, channels), conv('embed1', channels, channels)];
  const recursive = conv('recursive', channels, channels);
  const restore = conv('restore0', channels, channels);
  const last = conv('restore1', skip === 'added' ? channels : channels + 1, 1);
  const shares = parameters.constant('shares', [recursions], 1 / recursions);
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: 4 + recursions,
    forward(x) {
      const rectified = (h: Tensor, layer: typeof last) => relu(applyConv(h, layer));
      const restored = (h: Tensor) => {
        const features = rectified(h, restore);
        return skip === 'added'
          ? add(x, applyConv(features, last))
          : rectified(concatenate([features, x]), last);
      };
      let h = embed.reduce(rectified, x);
      const weighted = Array.from({ length: recursions }, (_, d) => {
        h = rectified(h, recursive);
        return mul(crop(shares, [[d, recursions - 1 - d]]), restored(h));
      });
      return {
        output: div(
          weighted.reduce((sum, y) => add(sum, y)),
          sum(shares),
        ),
        updates: new Map(),
      };
    },
  };
}
