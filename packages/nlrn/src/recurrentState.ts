import {
  applyConv,
  applyNorm,
  type Conv,
  createNorm,
  type Mode,
  type Norm,
  type Parameters,
  type StatisticUpdates,
} from '@nlrn/nn';
import { add, named, type Tensor } from '@nlrn/tensor';
import type { NlrnConfig } from './config.ts';
import { applyNonLocal, createNonLocal } from './nonLocal.ts';
import { applyPointwise, createPointwise } from './pointwise.ts';

/**
 * The module of a state with its skip connection: X [B, H, W, m] and the correlation so far to their successors, in state t.
 *
 * The non-local module, or the pointwise one of a plain recurrent network, which has no correlation.
 */
type Module = (
  X: Tensor,
  correlation: Tensor | undefined,
  t: number,
) => { output: Tensor; correlation: Tensor | undefined };

/** The module and two 3 x 3 convolutions: shared by all states, or, without tying, a state's own. */
export interface Block {
  readonly module: Module;
  readonly conv1: Conv;
  readonly conv2: Conv;
}

export function createBlock(parameters: Parameters, prefix: string, config: NlrnConfig): Block {
  const m = config.channels;
  // Behind each comes a batch normalisation: the second one's, and behind that whichever reads the state.
  const options = { biasCancels: config.batchNorm };
  return {
    module: createModule(parameters, prefix, config),
    conv1: parameters.conv(`${prefix}conv1`, [3, 3, m, m], options),
    conv2: parameters.conv(`${prefix}conv2`, [3, 3, m, m], options),
  };
}

function createModule(parameters: Parameters, prefix: string, config: NlrnConfig): Module {
  if (config.module === 'pointwise') {
    const pointwise = createPointwise(parameters, config, prefix);
    return (X, correlation) => ({ output: applyPointwise(X, pointwise), correlation });
  }
  const nonLocal = createNonLocal(parameters, config, prefix);
  return (X, correlation, t) => applyNonLocal(X, nonLocal, config, correlation, t);
}

/**
 * The batch normalisations of one state, the first of them in states with the module. The authors' code shares
 * convolutions over the states but gives each state its own normalisations; so do we. Absent without batch norm.
 */
export interface StateNorms {
  readonly module: Norm | undefined;
  readonly conv1: Norm;
  readonly conv2: Norm;
}

/** A state's normalisations; `t` counts from 1. */
export function createStateNorms(parameters: Parameters, t: number, config: NlrnConfig): StateNorms {
  const norm = (place: string) => createNorm(parameters, `state${t}.${place}.norm`, config.channels);
  return {
    module: hasModule(t, config) ? norm('nonLocal') : undefined,
    conv1: norm('conv1'),
    conv2: norm('conv2'),
  };
}

/** Whether state t, counted from 1, has the module: the first has, and each k-th after it. */
export function hasModule(t: number, { moduleEvery }: NlrnConfig): boolean {
  return (t - 1) % moduleEvery === 0;
}

/** A recurrent state: the features s^t and the correlation S^t. */
export interface State {
  readonly features: Tensor;
  readonly correlation: Tensor | undefined;
}

/** What a state is computed with. */
export interface StateParts {
  /** The state's number, counted from 1 */
  readonly t: number;
  readonly block: Block;
  readonly norms: StateNorms | undefined;
  readonly hasModule: boolean;
}

/**
 * One transition s^(t-1) -> s^t (Section 3.3, Figure 2):
 *
 *   BN, ReLU, non-local module with its skip, BN, ReLU, 3 x 3 conv, BN, ReLU, 3 x 3 conv, plus s^0
 *
 * A state without the module begins with what follows it, and hands the correlation on as it is.
 * Differs: the authors' released code has no ReLU between the non-local module and the first 3 x 3
 * convolution; the paper puts one before each convolution (Section 3.3), and we follow the paper.
 */
export function transition(
  { features, correlation }: State,
  s0: Tensor,
  { t, block, norms, hasModule }: StateParts,
  pass: { mode: Mode; updates: StatisticUpdates },
): State {
  const normRelu = (x: Tensor, norm: Norm | undefined) => applyNorm(x, norm, { ...pass, relu: true });
  const matched = hasModule
    ? block.module(normRelu(features, norms?.module), correlation, t)
    : { output: features, correlation };
  const first = applyConv(normRelu(matched.output, norms?.conv1), block.conv1);
  const second = applyConv(normRelu(first, norms?.conv2), block.conv2);
  return { features: named(`s^${t}`, add(second, s0)), correlation: matched.correlation };
}
