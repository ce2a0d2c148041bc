import { generatedDataset } from '@nlrn/data';
import { type TrainConfig, weightsOfSeed } from '@nlrn/nn';
import { type NlrnConfig, PAPER_CONFIG } from '../src/config.ts';
import { createNlrn } from '../src/model.ts';

/** The smallest network that has every part of an NLRN. */
export const TINY_NETWORK: NlrnConfig = {
  ...PAPER_CONFIG,
  channels: 3,
  embedding: 2,
  states: 2,
  neighborhood: 3,
};

/** A run of milliseconds: eight steps, in the last two of which it settles. */
export const TINY_RUN: TrainConfig<NlrnConfig> = {
  network: TINY_NETWORK,
  steps: 6,
  settling: 1 / 3,
  batch: 2,
  patch: 5,
  sigma: 25,
  schedule: { kind: 'oneCycle', peak: 0.01 },
  clipNorm: 0.5,
  seed: 7,
  scales: [1, 0.9],
};

/** The tiny network, or another, with the weights of its seed. */
export function tinyNetwork({ network, seed }: Pick<TrainConfig<NlrnConfig>, 'network' | 'seed'> = TINY_RUN) {
  return createNlrn(network, weightsOfSeed(seed));
}

export const TINY_IMAGES = generatedDataset('tiny', { count: 2, size: 16 });
