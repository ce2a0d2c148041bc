import { type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import {
  broadcastTo,
  concatenate,
  crop,
  padBorder,
  pixelShuffle,
  pixelUnshuffle,
  type Tensor,
} from '@nlrn/tensor';
import * as z from 'zod';
import { convStack } from './convStack.ts';

/** What an FFDNet is made of (Zhang, Zuo and Zhang 2018, "FFDNet: toward a fast and flexible solution", Section III). */
export const ffdnetConfigSchema = z.strictObject({
  network: z.literal('ffdnet'),
  /** Number of feature channels */
  channels: size,
  /** Number of convolutions */
  depth: size.min(2),
});

/** An FFDNet of one size. */
export type FfdnetConfig = z.infer<typeof ffdnetConfigSchema>;

/** The network for grey images (the same paper, Table I). */
export const FFDNET_CONFIG: FfdnetConfig = { network: 'ffdnet', channels: 64, depth: 15 };

/** Pixels along a side that become channels. */
const FACTOR = 2;

/**
 * FFDNet (the same paper, Figure 1): a plain stack of convolutions on a quarter of the pixels, that is told the noise's level.
 *
 *   [B, H, W, 1]  ->  four quarters as channels, and the level as a fifth [B, H / 2, W / 2, 5]
 *   h_k = ReLU(conv_k(h_(k-1))) for all convolutions but the last, whose four channels are the restored image's quarters
 *
 * An odd side is extended by its last row or column, which is cut off in the end. The convolutions are 3 x 3.
 * Differs: the batch normalisations are merged into the convolutions, as in the published weights; so it is trained without them.
 */
export function createFfdnet({ channels, depth }: FfdnetConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const quarters = FACTOR ** 2;
  const stack = convStack(parameters, { depth, channels, inputs: quarters + 1, outputs: quarters });
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: FACTOR * (depth + 1),
    align: FACTOR,
    takesLevel: true,
    forward(x, _mode, level) {
      if (level === undefined) throw new TypeError('FFDNet must be told the level of the noise');
      const [, H, W] = x.shape as [number, number, number, number];
      const [rows, columns] = [H % FACTOR, W % FACTOR];
      const even = padBorder(
        x,
        [
          [0, rows],
          [0, columns],
        ],
        'replicate',
      );
      const restored = pixelShuffle(stack(withLevel(pixelUnshuffle(even, FACTOR), level)), FACTOR);
      return {
        output: crop(restored, [
          [0, 0],
          [0, rows],
          [0, columns],
          [0, 0],
        ]),
        updates: new Map(),
      };
    },
  };
}

/** The level [B, 1, 1, 1] as one more channel of the same value at every pixel. */
function withLevel(x: Tensor, level: Tensor): Tensor {
  return concatenate([x, broadcastTo(level, [...x.shape.slice(0, 3), 1])]);
}
