import {
  type ConvOptions,
  type Network,
  Parameters,
  type StatisticUpdates,
  size,
  type Uniform,
  type Values,
} from '@nlrn/nn';
import { add, relu } from '@nlrn/tensor';
import * as z from 'zod';
import { applyLayer, createLayer } from './layer.ts';

/** What a DRRN is made of (Tai, Yang and Liu 2017, "Image super-resolution via deep recursive residual network"). */
export const drrnConfigSchema = z.strictObject({
  network: z.literal('drrn'),
  /** Number of feature channels */
  channels: size,
  /** U, residual units, which share their two convolutions */
  units: size,
  batchNorm: z.boolean(),
});

/** A DRRN of one size. */
export type DrrnConfig = z.infer<typeof drrnConfigSchema>;

/** B1U25, with 52 convolutions one after the other (the same paper, Section 4); B1U9 has 9 units. */
export const DRRN_CONFIG: DrrnConfig = { network: 'drrn', channels: 128, units: 25, batchNorm: true };

/**
 * DRRN with one recursive block (the same paper, Figures 2d and 5), on an image enlarged by bicubic interpolation. L(h) is
 * conv(ReLU(norm(h))).
 *
 *   f = L(x),   u_0 = f,   u_k = f + L_b(L_a(u_(k-1))) for k = 1 … U with the same filters,   y = x + L(u_U)
 *
 * Each L has batch normalisations of its own, as in the authors' release. Differs: without them f is ReLU(L(x)), which the one
 * published network of that kind was trained with. Biases that normalisations take out again are not trained (see
 * `Parameters.trained`).
 */
export function createDrrn(config: DrrnConfig, uniform: Uniform, values?: Values): Network {
  const { channels, units, batchNorm } = config;
  const parameters = new Parameters(uniform, values);
  const conv = (name: string, inputs: number, outputs: number, options?: ConvOptions) =>
    parameters.conv(name, [3, 3, inputs, outputs], options);
  // Each L normalises what it is given: f, a u_k, or what L_a made.
  const inner = { biasCancels: batchNorm };
  const layer = createLayer(parameters, batchNorm);
  const first = layer('features', conv('features', 1, channels, inner));
  const [a, b] = [conv('a', channels, channels, inner), conv('b', channels, channels, inner)];
  const recursions = Array.from({ length: units }, (_, k) => [
    layer(`unit${k}.a`, a),
    layer(`unit${k}.b`, b),
  ]);
  const last = layer('restore', conv('restore', channels, 1));
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: 2 + 2 * units,
    forward(x, mode) {
      const updates: StatisticUpdates = new Map();
      const apply = applyLayer({ mode, updates });
      const convolved = apply(x, first);
      const f = batchNorm ? convolved : relu(convolved);
      const u = recursions.reduce((u, unit) => add(f, unit.reduce(apply, u)), f);
      return { output: add(x, apply(u, last)), updates };
    },
  };
}
