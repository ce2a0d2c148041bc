import { type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import { add } from '@nlrn/tensor';
import * as z from 'zod';
import { convStack } from './convStack.ts';

/** What a VDSR is made of (Kim, Lee and Lee 2016, "Accurate image super-resolution using very deep convolutional networks"). */
export const vdsrConfigSchema = z.strictObject({
  network: z.literal('vdsr'),
  /** Number of feature channels */
  channels: size,
  /** Number of convolutions */
  depth: size.min(2),
});

/** A VDSR of one size. */
export type VdsrConfig = z.infer<typeof vdsrConfigSchema>;

/** The network of the paper, one for all scales (the same paper, Section 5). */
export const VDSR_CONFIG: VdsrConfig = { network: 'vdsr', channels: 64, depth: 20 };

/** VDSR (the same paper, Figure 2): y = x + a stack of convolutions of x, which is an image enlarged by bicubic interpolation. */
export function createVdsr({ channels, depth }: VdsrConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const stack = convStack(parameters, { depth, channels });
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: depth,
    forward: (x) => ({ output: add(x, stack(x)), updates: new Map() }),
  };
}
