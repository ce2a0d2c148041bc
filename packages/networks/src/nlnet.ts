import { type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import {
  add,
  conv2d,
  convTranspose2d,
  crop,
  div,
  gatherNeighbours,
  mul,
  padBorder,
  scatterNeighbours,
  similarNeighbours,
  sub,
  type Tensor,
  type Variable,
} from '@nlrn/tensor';
import * as z from 'zod';
import { combined, dctTensor, unitCoefficients } from './dctFilters.ts';
import { foldSymmetric } from './foldSymmetric.ts';
import { activate, centresOf, lastCentre, shrinkingWeights } from './gaussianActivation.ts';

/** What an NLNet is made of (Lefkimmiatis 2017, "Non-local color image denoising with convolutional neural networks"). */
export const nlnetConfigSchema = z.strictObject({
  network: z.literal('nlnet'),
  stages: size,
  /** Side of the patches: odd. There are as many filters as pixels in one, but one */
  patch: size.min(3).refine((side) => side % 2 === 1, 'must be odd'),
  /** Similar patches in a group, the patch itself among them */
  neighbors: size,
  /** Side of the window in which they are sought: odd */
  window: size.refine((side) => side % 2 === 1, 'must be odd'),
  /** Gaussians of an activation */
  centres: size,
  /** Distance between two of them and their width, on the 0-255 scale */
  spacing: z.number().positive(),
});

/** An NLNet of one size. */
export type NlnetConfig = z.infer<typeof nlnetConfigSchema>;

/** NLNet^5_7x7 (the same paper, Section 4). */
export const NLNET_CONFIG: NlnetConfig = {
  network: 'nlnet',
  stages: 5,
  patch: 7,
  neighbors: 8,
  window: 31,
  centres: 51,
  spacing: 4,
};

/** What of the noisy image comes back in a stage to begin with. */
const FIRST_LAMBDA = 0.1;

/** Filters [F, F] as combinations of atoms, a weight for each patch of a group [K], activations [J, F], lambda [1]. */
interface Stage {
  readonly filters: Variable;
  readonly group: Variable;
  readonly weights: Variable;
  readonly lambda: Variable;
}

/**
 * NLNet (the same paper, Section 3), on the 0-255 scale: y is the noisy image, and x_0 = y.
 *
 *   z_i = filters applied to the patch of x_t around pixel i       q_i = sum_r g_r z_n(i,r)
 *   x_(t+1) = x_t - lambda (x_t - y) - A' phi(q)                   A': the adjoint of all that makes q of x_t
 *
 * n(i, 0) is i, the others are the centres of the patches of y that are nearest to its patch; they are found once. Images are
 * reflected beyond their border, so that the adjoint adds what lies there to where it is reflected from.
 */
export function createNlnet(config: NlnetConfig, uniform: Uniform, values?: Values): Network {
  const { stages, patch, neighbors, window, centres, spacing } = config;
  const parameters = new Parameters(uniform, values);
  const [count, radius] = [patch ** 2 - 1, (patch - 1) / 2];
  const all = Array.from({ length: stages }, (_, t): Stage => {
    const name = (part: string) => `stage${t}.${part}`;
    return {
      filters: parameters.trainable(name('filters'), [count, count], () => unitCoefficients(count)),
      group: parameters.constant(name('group'), [neighbors], 1 / neighbors),
      weights: parameters.trainable(name('weights'), [centres, count], () => shrinkingWeights(config, patch)),
      lambda: parameters.constant(name('lambda'), [1], FIRST_LAMBDA),
    };
  });
  const [atoms, means] = [dctTensor(patch), centresOf(config)];
  const bound = lastCentre(config);
  const reflected = (x: Tensor) =>
    padBorder(
      x,
      [
        [radius, radius],
        [radius, radius],
      ],
      'symmetric',
    );
  const step = (x: Tensor, y: Tensor, places: readonly Tensor[], stage: Stage) => {
    const filters = combined(stage.filters, atoms);
    /** Of each group the sum, weighted, of what `move` makes of its members. */
    const overGroup = (features: Tensor, move: typeof gatherNeighbours) =>
      places.reduce(
        (sum, place, r) => add(sum, mul(at(stage.group, r + 1), move(features, place, { window }))),
        mul(at(stage.group, 0), features),
      );
    const responses = overGroup(conv2d(reflected(x), filters), gatherNeighbours);
    const shrunk = activate(responses, stage.weights, means, { spacing, bound });
    const spread = convTranspose2d(overGroup(shrunk, scatterNeighbours), filters);
    return sub(sub(x, mul(stage.lambda, sub(x, y))), foldSymmetric(spread, radius));
  };
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    least: patch,
    forward(x) {
      const y = mul(x, 255);
      const similar = similarNeighbours(reflected(y), { window, patch, count: neighbors });
      const places = Array.from({ length: neighbors - 1 }, (_, r) => placesOf(similar, r + 1));
      return {
        output: div(
          all.reduce((u, stage) => step(u, y, places, stage), y),
          255,
        ),
        updates: new Map(),
      };
    },
  };
}

/** Number i of a vector: [1]. */
function at(x: Tensor, i: number): Tensor {
  return crop(x, [[i, x.shape[0]! - 1 - i]]);
}

/** The r-th places of [B, H, W, K]: [B, H, W, 1]. */
function placesOf(places: Tensor, r: number): Tensor {
  return crop(places, [
    [0, 0],
    [0, 0],
    [0, 0],
    [r, places.shape[3]! - 1 - r],
  ]);
}
