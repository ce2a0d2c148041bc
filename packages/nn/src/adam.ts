import { type AdamParams, adam, type Tensor, type Variable, variable } from '@nlrn/tensor';
import { ofSquares } from './squares.ts';

/** The defaults of Kingma and Ba 2015, Algorithm 1. */
export const ADAM_DEFAULTS: AdamParams = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The state that Adam keeps for each parameter, as variables `<name>.m` and `<name>.v`, zero at first. */
export function adamState(params: readonly Variable[]): { m: Variable; v: Variable }[] {
  return params.map(({ name, shape }) => ({
    m: variable(`${name}.m`, shape),
    v: ofSquares(variable(`${name}.v`, shape)),
  }));
}

/**
 * The updates of one step of Adam: new values of all parameters and of their state.
 *
 * `rate` and `step` are scalars; steps count from 1.
 */
export function adamUpdates(
  params: readonly Variable[],
  gradients: readonly Tensor[],
  state: readonly { m: Variable; v: Variable }[],
  schedule: { rate: Tensor; step: Tensor },
  options: AdamParams = ADAM_DEFAULTS,
): Map<Variable, Tensor> {
  const updates = new Map<Variable, Tensor>();
  params.forEach((param, i) => {
    const { m, v } = state[i]!;
    const next = adam(param, gradients[i]!, { m, v }, schedule, options);
    updates.set(param, next.value).set(m, next.m).set(v, next.v);
  });
  return updates;
}
