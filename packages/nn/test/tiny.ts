import { generatedDataset } from '@nlrn/data';
import { mul, relu, sub, sum } from '@nlrn/tensor';
import * as z from 'zod';
import { applyNorm, createNorm } from '../src/batchNorm.ts';
import { type Uniform, weightsOfSeed } from '../src/init.ts';
import type { Network } from '../src/network.ts';
import { applyConv, Parameters, type Values } from '../src/parameters.ts';
import { size } from '../src/size.ts';
import type { TrainConfig } from '../src/trainConfig.ts';
import type { Networks } from '../src/weights.ts';

const tinySchema = z.strictObject({ network: z.literal('tiny'), channels: size, layers: z.int().min(0) });

type TinyConfig = z.infer<typeof tinySchema>;

/**
 * The smallest network that has every kind of variable:
 *
 *   h_0 = conv(x),   h_k = ReLU(BN(conv_k(h_(k-1)))),   y = x - the mean of h_layers over the channels
 */
export function createTiny({ channels: m, layers }: TinyConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const first = parameters.conv('input', [3, 3, 1, m]);
  const others = Array.from({ length: layers }, (_, i) => ({
    conv: parameters.conv(`conv${i + 1}`, [3, 3, m, m], { biasCancels: true }),
    norm: createNorm(parameters, `conv${i + 1}.norm`, m),
  }));
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: layers + 1,
    forward(x, mode) {
      const updates = new Map();
      let h = applyConv(x, first);
      for (const { conv, norm } of others) {
        h = applyNorm(applyConv(h, conv), norm, { relu: true, mode, updates });
      }
      const noise = mul(1 / m, sum(relu(h), { axes: [3], keepDims: true }));
      return { output: sub(x, noise), updates };
    },
  };
}

/** What a file may hold: that network alone, as ours, or from elsewhere as a tensor `elsewhere` of its size. */
export const TINY_NETWORKS: Networks<TinyConfig> = {
  schema: tinySchema,
  create: createTiny,
  imported(_path, { tensors }) {
    const channels = tensors.get('elsewhere')?.shape[0];
    return channels === undefined
      ? undefined
      : {
          config: { network: 'tiny', channels, layers: 0 },
          tensors: new Map([
            ['input.weight', { shape: [3, 3, 1, channels], data: new Float32Array(9 * channels).fill(0.5) }],
            ['input.bias', tensors.get('elsewhere')!],
          ]),
        };
  },
};

export const TINY_CONFIG: TinyConfig = { network: 'tiny', channels: 3, layers: 1 };

/** A run of milliseconds: eight steps, in the last two of which it settles. */
export const TINY_RUN: TrainConfig<TinyConfig> = {
  network: TINY_CONFIG,
  steps: 6,
  settling: 1 / 3,
  batch: 2,
  patch: 5,
  sigma: 25,
  schedule: { kind: 'oneCycle', peak: 0.01 },
  clipNorm: 0.5,
  seed: 7,
  scales: [1, 0.9],
};

export const TINY_IMAGES = generatedDataset('tiny', { count: 2, size: 16 });

/** The network that a run begins with. */
export function tinyNetwork({ network, seed }: Pick<TrainConfig<TinyConfig>, 'network' | 'seed'> = TINY_RUN) {
  return createTiny(network, weightsOfSeed(seed));
}
