import { type Network, Parameters, size, type Uniform, type Values } from '@nlrn/nn';
import {
  add,
  conv2d,
  div,
  exp,
  flip,
  mul,
  padBorder,
  sub,
  type Tensor,
  transpose,
  type Variable,
} from '@nlrn/tensor';
import * as z from 'zod';
import { combined, dctTensor, unitCoefficients } from './dctFilters.ts';
import { activate, centresOf, lastCentre, shrinkingWeights } from './gaussianActivation.ts';

/** What a TNRD is made of (Chen and Pock 2017, "Trainable nonlinear reaction diffusion", Sections 2 and 4). */
export const tnrdConfigSchema = z.strictObject({
  network: z.literal('tnrd'),
  /** Steps of the diffusion, each with parameters of its own */
  stages: size,
  /** Side of the filters, of which there are as many as pixels but one: odd */
  filter: size.min(3).refine((side) => side % 2 === 1, 'a filter must be odd, so that it has a centre'),
  /** Gaussians of an activation */
  centres: size,
  /** Distance between two of them and their width, on the 0-255 scale */
  spacing: z.number().positive(),
});

/** A TNRD of one size. */
export type TnrdConfig = z.infer<typeof tnrdConfigSchema>;

/** TNRD^5_7x7 for sigma 15 and 25; the one for sigma 50 has a spacing of 12.5. */
export const TNRD_CONFIG: TnrdConfig = {
  network: 'tnrd',
  stages: 5,
  filter: 7,
  centres: 63,
  spacing: 10,
};

/** What of the noisy image comes back in a stage to begin with. */
const FIRST_LAMBDA = 0.1;

/** A stage's parameters: filters [P² - 1, P² - 1] as combinations of atoms, activations [J, P² - 1], log lambda [1]. */
interface Stage {
  readonly filters: Variable;
  readonly weights: Variable;
  readonly logLambda: Variable;
}

/**
 * TNRD (the same paper, Eq. 8), on the 0-255 scale: y is the noisy image, and u_0 = y.
 *
 *   u_(t+1) = u_t - ( sum_i k_i' * phi_i(k_i * u_t) + lambda (u_t - y) )
 *
 * k_i' is k_i turned by half a turn; the filters have mean 0 and norm 1, and phi_i is a sum of Gaussians, whose argument is held
 * to where they are. Images are reflected beyond their border by as much as both filters reach.
 */
export function createTnrd(config: TnrdConfig, uniform: Uniform, values?: Values): Network {
  const parameters = new Parameters(uniform, values);
  const { stages, filter, centres, spacing } = config;
  const count = filter ** 2 - 1;
  const all = Array.from({ length: stages }, (_, t): Stage => {
    const name = (part: string) => `stage${t}.${part}`;
    return {
      filters: parameters.trainable(name('filters'), [count, count], () => unitCoefficients(count)),
      weights: parameters.trainable(name('weights'), [centres, count], () =>
        shrinkingWeights(config, filter),
      ),
      logLambda: parameters.constant(name('logLambda'), [1], Math.log(FIRST_LAMBDA)),
    };
  });
  const [atoms, places] = [dctTensor(filter), centresOf(config)];
  const bound = lastCentre(config) + spacing;
  const step = (u: Tensor, y: Tensor, { filters, weights, logLambda }: Stage) => {
    const k = combined(filters, atoms);
    const responses = conv2d(padBorder(u, reflected(filter), 'symmetric'), k);
    const diffusion = conv2d(activate(responses, weights, places, { spacing, bound }), turned(k));
    return sub(u, add(diffusion, mul(exp(logLambda), sub(u, y))));
  };
  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    reach: stages * (filter - 1),
    least: filter - 1,
    forward(x) {
      const y = mul(x, 255);
      return {
        output: div(
          all.reduce((u, stage) => step(u, y, stage), y),
          255,
        ),
        updates: new Map(),
      };
    },
  };
}

/** How far two filters of P x P pixels see together, on each side. */
function reflected(P: number) {
  return [
    [P - 1, P - 1],
    [P - 1, P - 1],
  ] as const;
}

/** Filters [P, P, 1, F] turned by half a turn, the other way round: [P, P, F, 1]. */
function turned(filters: Tensor): Tensor {
  return transpose(flip(filters, [0, 1]), [0, 1, 3, 2]);
}
