import { applyConv, type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import { relu } from '@nlrn/tensor';
import * as z from 'zod';

const side = size.refine((n) => n % 2 === 1, 'a filter must be odd, so that it has a centre');

/** What an SRCNN is made of (Dong, Loy, He and Tang 2016, "Image super-resolution using deep convolutional networks"). */
export const srcnnConfigSchema = z.strictObject({
  network: z.literal('srcnn'),
  /** Sides of the filters of the three convolutions: f1, f2, f3 */
  filters: z.tuple([side, side, side]),
  /** Feature channels after the first and the second: n1, n2 */
  channels: z.tuple([size, size]),
});

/** An SRCNN of one size. */
export type SrcnnConfig = z.infer<typeof srcnnConfigSchema>;

/** 9-5-5, the largest and best of the paper (Section 4.3.2), one network for each scale. */
export const SRCNN_CONFIG: SrcnnConfig = { network: 'srcnn', filters: [9, 5, 5], channels: [64, 32] };

/**
 * SRCNN (the same paper, Figure 2): three convolutions of an image enlarged by bicubic interpolation.
 *
 *   y = conv_3(ReLU(conv_2(ReLU(conv_1(x)))))
 *
 * The image, and what is made of it, goes on beyond its border as the nearest pixel, as in the authors' test code.
 */
export function createSrcnn({ filters, channels }: SrcnnConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const widths = [1, ...channels, 1];
  const [first, second, last] = filters.map((side, k) =>
    parameters.conv(`conv${k}`, [side, side, widths[k]!, widths[k + 1]!]),
  );
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: filters.reduce((sum, side) => sum + (side - 1) / 2, 0),
    forward(x) {
      const features = relu(applyConv(relu(applyConv(x, first!, 'replicate')), second!, 'replicate'));
      return { output: applyConv(features, last!, 'replicate'), updates: new Map() };
    },
  };
}
