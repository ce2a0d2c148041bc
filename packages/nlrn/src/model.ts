import {
  applyConv,
  applyNorm,
  createNorm,
  type Network,
  Parameters,
  type StatisticUpdates,
  type Uniform,
  type Values,
} from '@nlrn/nn';
import { add, broadcastTo, mul, named, type Tensor, type Variable } from '@nlrn/tensor';
import type { NlrnConfig } from './config.ts';
import { createLevelInput, relativeLevel, tellLevel } from './noiseLevel.ts';
import { createBlock, createStateNorms, hasModule, type State, transition } from './recurrentState.ts';

/**
 * Side of what a network with the neighbourhood `image` is given at once, pixels: its correlations are as many as the
 * pixels squared, 330 MB here.
 *
 * Differs: the paper does not say how it restores whole images so; one of 256 x 256 would need 17 GB.
 */
const IMAGE_SIDE = 95;

/** Pixels at a piece's border that are not kept: as far as the convolutions reach, and at most a quarter of its side. */
function marginOf({ states }: NlrnConfig): number {
  return Math.min(2 * states + 2, Math.floor(IMAGE_SIDE / 4));
}

/** How far a pixel sees: half a neighbourhood in each state with the module, and a pixel in each 3 x 3 convolution. */
function reachOf(config: NlrnConfig): number | undefined {
  if (config.neighborhood === 'image') return undefined;
  const half = config.module === 'nonLocal' ? (config.neighborhood - 1) / 2 : 0;
  const modules = Array.from({ length: config.states }, (_, i) => hasModule(i + 1, config)).filter(Boolean);
  return 2 + 2 * config.states + half * modules.length;
}

/**
 * The Non-Local Recurrent Network (Liu et al. 2018, Section 3.3 and Figure 2).
 *
 *   s^0 = conv(BN(x)),   s^t = transition(s^(t-1)) for t = 1 … T,   y = x + conv(ReLU(BN(s^T)))
 *
 * The input convolution has a batch normalisation alone, as ReLU would cut the image off at its mean.
 * All weights but W_g and W_psi (see `createNonLocal`) start with Xavier's initialisation; `uniform` draws numbers
 * in [0, 1).
 * The ablations of Table 2 are configurations of the same network; see `recurrentState.ts`. The paper does not say
 * what is added to variances and how running statistics move; as the authors' code we keep TensorFlow's defaults.
 * Differs: biases that a batch normalisation or a softmax takes out again are not trained (see `Parameters.trained`);
 * the authors' code trains them. The true neighbourhood, circular at the border, slides over a whole image at once; the
 * authors' code averages overlapping predictions of 43 x 43 pixels, about thirty times the work.
 * With `noiseLevel` the network is told the level of the noise, which the paper's is not; see `noiseLevel.ts`.
 */
export function createNlrn(config: NlrnConfig, uniform: Uniform, values?: Values): Network {
  const m = config.channels;
  const parameters = new Parameters(uniform, values);
  const norm = (name: string, C: number) => (config.batchNorm ? createNorm(parameters, name, C) : undefined);

  const inputNorm = norm('input.norm', 1);
  // s^0 is a part of every state, and all that reads a state normalises it first.
  const inputConv = parameters.conv('input.conv', [3, 3, 1, m], { biasCancels: config.batchNorm });
  const levelInput = config.noiseLevel ? createLevelInput(parameters, m) : undefined;
  const shared = config.tied ? createBlock(parameters, '', config) : undefined;
  const states = Array.from({ length: config.states }, (_, i) => i + 1).map((t) => ({
    t,
    block: shared ?? createBlock(parameters, `state${t}.`, config),
    norms: config.batchNorm ? createStateNorms(parameters, t, config) : undefined,
    hasModule: hasModule(t, config),
  }));
  const outputNorm = norm('output.norm', m);
  const outputConv = parameters.conv('output.conv', [3, 3, m, 1]);

  return {
    params: parameters.all,
    trained: parameters.trained,
    statistics: parameters.statistics,
    piece: config.neighborhood === 'image' ? { side: IMAGE_SIDE, margin: marginOf(config) } : undefined,
    reach: reachOf(config),
    takesLevel: config.noiseLevel,
    forward(x, mode, level) {
      const updates: StatisticUpdates = new Map<Variable, Tensor>();
      const pass = { mode, updates };
      const r = levelInput && relativeLevel(level);
      const convolved = applyConv(applyNorm(x, inputNorm, { ...pass, relu: false }), inputConv);
      const s0 = named('s^0', r ? tellLevel(convolved, levelInput, r) : convolved);
      let state: State = { features: s0, correlation: undefined };
      for (const parts of states) state = transition(state, s0, parts, pass);
      const features = applyNorm(state.features, outputNorm, { ...pass, relu: true });
      const residual = applyConv(features, outputConv);
      const scaled = r ? mul(broadcastTo(r, x.shape), residual) : residual;
      return { output: named('y', add(x, scaled)), updates };
    },
  };
}
