import { anatomyOf } from '@nlrn/networks';
import type { NetworkSize, Specs } from './spec.ts';

/**
 * Operations of attention: a pair of pixels costs products of l and m channels.
 *
 * Forward one of each (logits; sum of g), backward two of each (to theta and psi; to g and the weights). What is
 * rebuilt on the way back instead of being kept is not counted.
 */
export function attentionFlops({ pass, image, q, l, m }: Readonly<Specs['attention']>): number {
  const pairs = image[0] * image[1] * image[2] * q ** 2;
  const products = { forward: 1, backward: 2, both: 3 }[pass];
  return 2 * pairs * products * (l + m);
}

/** Operations of a pixel through the convolutions and the attention of an NLRN, forward. */
export function forwardFlops({ channels: m, embedding: l, states, neighborhood: q }: NetworkSize): number {
  const state = m * (2 * l + m) + 2 * 9 * m * m + q ** 2 * (l + m);
  return 2 * (states * state + 2 * 9 * m);
}

/** Operations of a pixel through convolutions one after another: every number of the filters is used once. */
export function plainFlops(config: Specs['plain']['config']): number {
  return 2 * anatomyOf(config).weights;
}
