import { generatedDataset } from '@nlrn/data';
import type { TrainConfig } from '@nlrn/nn';
import { type NlrnConfig, PAPER_CONFIG } from '../src/config.ts';

/** The smallest network that has every part of an NLRN. */
export const TINY_NETWORK: NlrnConfig = {
  ...PAPER_CONFIG,
  channels: 3,
  embedding: 2,
  states: 2,
  neighborhood: 3,
};

/** A run of milliseconds: eight steps, in the last two of which it settles. */
export const TINY_RUN: TrainConfig = {
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

export const TINY_IMAGES = generatedDataset('tiny', { count: 2, size: 16 });
