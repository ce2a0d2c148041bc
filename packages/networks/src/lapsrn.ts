import { applyConv, type Conv, type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import { add, convTranspose2d, leakyRelu, type Tensor, type Variable } from '@nlrn/tensor';
import * as z from 'zod';

/** What a LapSRN is made of (Lai, Huang, Ahuja and Yang 2017, "Deep Laplacian pyramid networks for fast and accurate super-resolution"). */
export const lapsrnConfigSchema = z.strictObject({
  network: z.literal('lapsrn'),
  /** Number of feature channels */
  channels: size,
  /** Convolutions of a level */
  depth: size,
  /** Levels, each of which doubles the sides */
  levels: size,
});

/** A LapSRN of one size. */
export type LapsrnConfig = z.infer<typeof lapsrnConfigSchema>;

/** The network for four times the size (the same paper, Section 4); for twice the size it has one level. */
export const LAPSRN_CONFIG: LapsrnConfig = { network: 'lapsrn', channels: 64, depth: 10, levels: 2 };

/** Slope of all leaky ReLUs (the same paper, Section 3.3). */
const SLOPE = 0.2;

/** A level's parameters; the image's filters [4, 4, 1, 1] have no bias. */
interface Level {
  readonly convs: readonly Conv[];
  readonly up: Conv;
  readonly residual: Conv;
  readonly image: Variable;
}

/**
 * LapSRN (the same paper, Figure 1), which enlarges the small image step by step: features above, the image below.
 *
 *   [B, H, W, 1]  ->  [B, 2^levels H, 2^levels W, 1],   σ is a leaky ReLU
 *   f_0 = σ(conv(x)),   y_0 = x
 *   f_l = σ(up_l(σ(conv(… f_(l-1)))))        `depth` convolutions, then a transposed one of 3 x 3
 *   y_l = bilinear_l(y_(l-1)) + conv(f_l)    a transposed convolution of 4 x 4, which is trained, too
 *
 * Differs: the features' transposed convolutions have 3 x 3 pixels as in the authors' weights, the paper says 4 x 4. It is
 * trained by the loss of the last image, not also by those of the smaller ones.
 */
export function createLapsrn(config: LapsrnConfig, uniform: Uniform, values?: Values): Network {
  const { channels, depth } = config;
  const parameters = new Parameters(uniform, values);
  const first = parameters.conv('features', [3, 3, 1, channels]);
  const levels = Array.from({ length: config.levels }, (_, l): Level => {
    const name = `level${l}`;
    return {
      convs: Array.from({ length: depth }, (_, k) =>
        parameters.conv(`${name}.conv${k}`, [3, 3, channels, channels]),
      ),
      up: parameters.deconv(`${name}.up`, [3, 3, channels, channels]),
      residual: parameters.conv(`${name}.residual`, [3, 3, channels, 1]),
      image: parameters.trainable(`${name}.image.weight`, [4, 4, 1, 1], bilinear),
    };
  });
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    // Each level sees the pixels of the small image half as large as the one before it.
    reach: 2 + Math.ceil(levels.reduce((sum, _, l) => sum + (depth + 1) / 2 ** l, 0)),
    enlarges: 2 ** config.levels,
    forward(x) {
      let [features, image] = [activate(applyConv(x, first)), x];
      for (const { convs, up, residual, image: filters } of levels) {
        features = doubled(
          convs.reduce((h, conv) => activate(applyConv(h, conv)), features),
          up,
        );
        const enlarged = convTranspose2d(image, filters, { stride: 2, padding: 1 });
        image = add(enlarged, applyConv(features, residual));
      }
      return { output: image, updates: new Map() };
    },
  };
}

function activate(x: Tensor): Tensor {
  return leakyRelu(x, SLOPE);
}

/** Twice as many rows and columns: of those that the transposed convolution makes the last is left out. */
function doubled(x: Tensor, { weight, bias }: Conv): Tensor {
  const last = [0, 1] as const;
  return activate(convTranspose2d(x, weight, { bias, stride: 2, padding: [last, last] }));
}

/** Bilinear interpolation to twice the size: [4, 4, 1, 1]. */
function bilinear(): Float32Array {
  const along = [0.25, 0.75, 0.75, 0.25];
  return Float32Array.from(along.flatMap((a) => along.map((b) => a * b)));
}
