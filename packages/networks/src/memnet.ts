import { type Network, Parameters, type StatisticUpdates, size, type Uniform, type Values } from '@nlrn/nn';
import { add, concatenate, crop, mul, type Tensor } from '@nlrn/tensor';
import * as z from 'zod';
import { applyLayer, createLayer, type Layer } from './layer.ts';

/** What a MemNet is made of (Tai, Yang, Liu and Xu 2017, "MemNet: a persistent memory network for image restoration"). */
export const memnetConfigSchema = z.strictObject({
  network: z.literal('memnet'),
  /** Number of feature channels */
  channels: size,
  /** Memory blocks M */
  blocks: size,
  /** Residual blocks R in each */
  recursions: size,
});

/** A MemNet of one size. */
export type MemnetConfig = z.infer<typeof memnetConfigSchema>;

/** M6R6, with 80 convolutions one after the other (the same paper, Section 5). */
export const MEMNET_CONFIG: MemnetConfig = { network: 'memnet', channels: 64, blocks: 6, recursions: 6 };

/** The filters of a block's residual unit, which all recursions share, and the normalisations of each recursion. */
interface Block {
  readonly recursions: readonly (readonly [Layer, Layer])[];
  readonly gate: Layer;
}

/** Of all convolutions but the last, whose results, or sums of them, are normalised by all that reads them. */
const CANCELLING = { biasCancels: true };

/**
 * MemNet (the same paper, Figure 2), with supervision of all memory blocks. L(h) is conv(ReLU(norm(h))).
 *
 *   B_0 = L(x)
 *   H_0 = B_(m-1),   H_r = H_(r-1) + L(L(H_(r-1)))   for r = 1 … R, with the same filters
 *   B_m = L([B_0, …, B_(m-1), H_1, …, H_R])          the gate, 1 x 1
 *   y_m = x + L(B_m)                                  with the same filters for all m
 *   y = sum_m w_m y_m                                 w_m are trained numbers, 1 / M at first
 *
 * Differs: recursions that share filters have batch normalisations of their own, which the paper does not speak of. It is
 * trained by the loss of y alone, not also by those of all y_m. Biases that normalisations take out again are not trained
 * (see `Parameters.trained`).
 */
export function createMemnet(config: MemnetConfig, uniform: Uniform, values?: Values): Network {
  const { channels, blocks, recursions } = config;
  const parameters = new Parameters(uniform, values);
  const layer = createLayer(parameters);
  const first = layer('features', parameters.conv('features', [3, 3, 1, channels], CANCELLING));
  const memory = Array.from({ length: blocks }, (_, m): Block => {
    const name = `block${m}`;
    const unit = ['a', 'b'].map((part) =>
      parameters.conv(`${name}.${part}`, [3, 3, channels, channels], CANCELLING),
    );
    const inputs = channels * (m + 1 + recursions);
    return {
      recursions: Array.from({ length: recursions }, (_, r) => [
        layer(`${name}.${r}.a`, unit[0]!),
        layer(`${name}.${r}.b`, unit[1]!),
      ]),
      gate: layer(`${name}.gate`, parameters.conv(`${name}.gate`, [1, 1, inputs, channels], CANCELLING)),
    };
  });
  const shared = parameters.conv('restore', [3, 3, channels, 1]);
  const last = memory.map((_, m) => layer(`restore${m}`, shared));
  const shares = parameters.constant('shares', [blocks], 1 / blocks);
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: 2 + 2 * blocks * recursions,
    forward(x, mode) {
      const updates: StatisticUpdates = new Map();
      const apply = applyLayer({ mode, updates });
      const remember = (known: readonly Tensor[], { recursions, gate }: Block) => {
        const states: Tensor[] = [];
        for (const [a, b] of recursions) {
          const h = states.at(-1) ?? known.at(-1)!;
          states.push(add(h, apply(apply(h, a), b)));
        }
        return apply(concatenate([...known, ...states]), gate);
      };
      const known = [apply(x, first)];
      for (const block of memory) known.push(remember(known, block));
      const outputs = last.map((layer, m) => add(x, apply(known[m + 1]!, layer)));
      const weighted = outputs.map((y, m) => mul(crop(shares, [[m, blocks - 1 - m]]), y));
      return { output: weighted.reduce((sum, y) => add(sum, y)), updates };
    },
  };
}
