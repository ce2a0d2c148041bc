import { add, type Tensor } from '@nlrn/tensor';
import { applyNorm, createNorm, type Mode, type Norm, type StatisticUpdates } from './batchNorm.ts';
import type { NlrnConfig } from './config.ts';
import { applyNonLocal, type NonLocal } from './nonLocal.ts';
import { applyConv, type Conv, type Parameters } from './parameters.ts';

/** What all states share: the non-local module and two 3 x 3 convolutions. */
export interface SharedWeights {
  readonly nonLocal: NonLocal;
  readonly conv1: Conv;
  readonly conv2: Conv;
}

/**
 * The batch normalisations of one state. The authors' code shares convolutions over the states but gives
 * each state its own normalisations; so do we. Absent without batch norm.
 */
export interface StateNorms {
  readonly nonLocal: Norm;
  readonly conv1: Norm;
  readonly conv2: Norm;
}

export function createStateNorms(parameters: Parameters, t: number, { channels }: NlrnConfig): StateNorms {
  return {
    nonLocal: createNorm(parameters, `state${t}.nonLocal.norm`, channels),
    conv1: createNorm(parameters, `state${t}.conv1.norm`, channels),
    conv2: createNorm(parameters, `state${t}.conv2.norm`, channels),
  };
}

/** A recurrent state: the features s^t and the correlation S^t. */
export interface State {
  readonly features: Tensor;
  readonly correlation: Tensor | undefined;
}

/**
 * One transition s^(t-1) -> s^t (Section 3.3, Figure 2):
 *
 *   BN, ReLU, non-local module with its skip, BN, ReLU, 3 x 3 conv, BN, ReLU, 3 x 3 conv, plus s^0
 *
 * Differs: the authors' released code has no ReLU between the non-local module and the first 3 x 3
 * convolution; the paper puts one before each convolution (Section 3.3), and we follow the paper.
 */
export function transition(
  { features, correlation }: State,
  s0: Tensor,
  shared: SharedWeights,
  norms: StateNorms | undefined,
  config: NlrnConfig,
  pass: { mode: Mode; updates: StatisticUpdates },
): State {
  const normRelu = (x: Tensor, norm: Norm | undefined) => applyNorm(x, norm, { ...pass, relu: true });
  const X = normRelu(features, norms?.nonLocal);
  const matched = applyNonLocal(X, shared.nonLocal, config, correlation);
  const first = applyConv(normRelu(matched.output, norms?.conv1), shared.conv1);
  const second = applyConv(normRelu(first, norms?.conv2), shared.conv2);
  return { features: add(second, s0), correlation: matched.correlation };
}
