import { applyConv, applyDeconv, type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import { add, relu, type Tensor } from '@nlrn/tensor';
import * as z from 'zod';

/** What a RED is made of (Mao, Shen and Yang 2016, "Image restoration using very deep convolutional encoder-decoder networks"). */
export const redConfigSchema = z.strictObject({
  network: z.literal('red'),
  /** Number of feature channels */
  channels: size,
  /** Number of convolutions, and of transposed ones */
  depth: size.min(2),
});

/** A RED of one size. */
export type RedConfig = z.infer<typeof redConfigSchema>;

/** RED30 (the same paper, Section 3). */
export const RED30_CONFIG: RedConfig = { network: 'red', channels: 128, depth: 15 };

/**
 * RED (the same paper, Figure 1): n convolutions c_1 … c_n, then n transposed convolutions d_1 … d_n, and skips between them.
 *
 *   c_k = ReLU(conv_k(c_(k-1))),   c_0 = x
 *   d_k = ReLU(deconv_k(d_(k-1))) (+ c_(n-k) for odd k below n),   d_0 = c_n
 *   y = x + deconv_n(d_(n-1))
 *
 * All are 3 x 3 with stride 1, from one channel to `channels` and back. The sum with a skip goes through another ReLU in
 * the authors' release, which changes nothing: both parts are positive.
 */
export function createRed({ channels, depth }: RedConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const convs = Array.from({ length: depth }, (_, k) =>
    parameters.conv(`conv${k}`, [3, 3, k === 0 ? 1 : channels, channels]),
  );
  const deconvs = Array.from({ length: depth }, (_, k) =>
    parameters.deconv(`deconv${k}`, [3, 3, k === depth - 1 ? 1 : channels, channels]),
  );
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: 2 * depth,
    forward(x) {
      const encoded: Tensor[] = [x];
      for (const conv of convs) encoded.push(relu(applyConv(encoded.at(-1)!, conv)));
      const decoded = deconvs.slice(0, -1).reduce((d, deconv, i) => {
        const features = relu(applyDeconv(d, deconv));
        const k = i + 1;
        return k % 2 === 1 ? add(features, encoded[depth - k]!) : features;
      }, encoded.at(-1)!);
      return { output: add(x, applyDeconv(decoded, deconvs.at(-1)!)), updates: new Map() };
    },
  };
}
