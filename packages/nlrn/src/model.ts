import { add, type Tensor, type Variable } from '@nlrn/tensor';
import { applyNorm, createNorm, type StatisticUpdates } from './batchNorm.ts';
import type { NlrnConfig } from './config.ts';
import type { Network } from './network.ts';
import { createNonLocal } from './nonLocal.ts';
import { applyConv, Parameters, type Uniform } from './parameters.ts';
import { createStateNorms, type State, transition } from './recurrentState.ts';

/**
 * The Non-Local Recurrent Network (Liu et al. 2018, Section 3.3 and Figure 2).
 *
 *   s^0 = conv(BN(x)),   s^t = transition(s^(t-1)) for t = 1 … T,   y = x + conv(ReLU(BN(s^T)))
 *
 * The input convolution has a batch normalisation alone, as ReLU would cut the image off at its mean.
 * All other weights than W_g start with Xavier's initialisation; `uniform` draws numbers in [0, 1).
 */
export function createNlrn(config: NlrnConfig, uniform: Uniform): Network {
  const m = config.channels;
  const parameters = new Parameters(uniform);
  const norm = (name: string, C: number) => (config.batchNorm ? createNorm(parameters, name, C) : undefined);

  const inputNorm = norm('input.norm', 1);
  const inputConv = parameters.conv('input.conv', [3, 3, 1, m]);
  const shared = {
    nonLocal: createNonLocal(parameters, config),
    conv1: parameters.conv('conv1', [3, 3, m, m]),
    conv2: parameters.conv('conv2', [3, 3, m, m]),
  };
  const stateNorms = Array.from({ length: config.states }, (_, t) =>
    config.batchNorm ? createStateNorms(parameters, t + 1, config) : undefined,
  );
  const outputNorm = norm('output.norm', m);
  const outputConv = parameters.conv('output.conv', [3, 3, m, 1]);

  return {
    params: parameters.trainable,
    statistics: parameters.statistics,
    forward(x, mode) {
      const updates: StatisticUpdates = new Map<Variable, Tensor>();
      const pass = { mode, updates };
      const s0 = applyConv(applyNorm(x, inputNorm, { ...pass, relu: false }), inputConv);
      let state: State = { features: s0, correlation: undefined };
      for (const norms of stateNorms) state = transition(state, s0, shared, norms, config, pass);
      const features = applyNorm(state.features, outputNorm, { ...pass, relu: true });
      return { output: add(x, applyConv(features, outputConv)), updates };
    },
  };
}
