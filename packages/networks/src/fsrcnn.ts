import { applyConv, type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import { convTranspose2d, leakyRelu, padBorder } from '@nlrn/tensor';
import * as z from 'zod';

/** What an FSRCNN is made of (Dong, Loy and Tang 2016, "Accelerating the super-resolution convolutional neural network"). */
export const fsrcnnConfigSchema = z.strictObject({
  network: z.literal('fsrcnn'),
  /** d, feature channels */
  channels: size,
  /** s, channels of the convolutions in the middle */
  shrunk: size,
  /** m, how many these are */
  mappings: size,
  /** By how much sides become larger */
  scale: z.literal([2, 3, 4]),
});

/** An FSRCNN of one size. */
export type FsrcnnConfig = z.infer<typeof fsrcnnConfigSchema>;

/** FSRCNN (56, 12, 4) for twice the size (the same paper, Section 3.4). */
export const FSRCNN_CONFIG: FsrcnnConfig = {
  network: 'fsrcnn',
  channels: 56,
  shrunk: 12,
  mappings: 4,
  scale: 2,
};

/** Side of the transposed convolution's filters. */
const LAST_SIDE = 9;

/** Which of the pixels that a small one becomes is under the middle of the last filters, as the published weights have it. */
const CENTRE = { 2: 0, 3: 1, 4: 0 } as const;

/**
 * FSRCNN (the same paper, Figure 2), which works on the small image and enlarges it in its last layer.
 *
 *   [B, H, W, 1]  ->  [B, scale H, scale W, 1]
 *   5 x 5 to d channels, 1 x 1 to s, m times 3 x 3, 1 x 1 to d, each with a PReLU; 9 x 9 transposed to 1 channel
 *
 * Each PReLU has one slope, 0 at first. What the layers are given goes on beyond its border as the nearest pixel, as in the
 * authors' test code.
 */
export function createFsrcnn(config: FsrcnnConfig, uniform: Uniform, values?: Values): Network {
  const { channels, shrunk, mappings, scale } = config;
  const parameters = new Parameters(uniform, values);
  const shapes = [
    [5, 5, 1, channels],
    [1, 1, channels, shrunk],
    ...Array.from({ length: mappings }, () => [3, 3, shrunk, shrunk] as const),
    [1, 1, shrunk, channels],
  ] as const;
  const layers = shapes.map((shape, k) => ({
    conv: parameters.conv(`conv${k}`, shape),
    slope: parameters.constant(`slope${k}`, [1], 0),
  }));
  const { weight, bias } = parameters.deconv('deconv', [LAST_SIDE, LAST_SIDE, 1, channels]);
  // One pixel is put at each side of the features: it becomes `scale` that are cut off, with what lies beyond the image.
  const before = scale + (LAST_SIDE - 1) / 2 - CENTRE[scale];
  const cut = [before, scale + LAST_SIDE - before] as const;
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: 2 + mappings + Math.ceil(LAST_SIDE / scale),
    enlarges: scale,
    forward(x) {
      const features = layers.reduce(
        (h, { conv, slope }) => leakyRelu(applyConv(h, conv, 'replicate'), slope),
        x,
      );
      const padded = padBorder(features, [ONE, ONE], 'replicate');
      return {
        output: convTranspose2d(padded, weight, { bias, stride: scale, padding: [cut, cut] }),
        updates: new Map(),
      };
    },
  };
}

const ONE = [1, 1] as const;
