import { generatedDataset } from '@nlrn/data';
import { PRESETS } from '@nlrn/nlrn';
import type { Experiment, Scale } from '../lib/experiment.ts';
import type { Run } from '../lib/results.ts';
import type { RunOptions } from '../lib/runner.ts';

/** Two metrics; the paper's numbers are invented. */
export const TINY_EXPERIMENT: Experiment = {
  name: 'tiny-metrics',
  title: 'Table 0: two metrics',
  fullModel: 'full',
  variants: [
    { name: 'dot', label: 'Dot product', network: { metric: 'dotProduct' }, paper: null },
    { name: 'full', label: 'Full, "embedded"', network: { metric: 'embeddedGaussian' }, paper: 30.5 },
  ],
};

/** Runs of milliseconds with a checkpoint after each step. */
export const TINY_SCALE: Scale = {
  name: 'tiny',
  config: {
    ...PRESETS.quick,
    network: { ...PRESETS.quick.network, channels: 4, embedding: 2, states: 1, neighborhood: 3 },
    steps: 2,
    batch: 2,
    patch: 5,
    scales: [1],
  },
  checkpointEvery: 1,
};

export const TINY_DATA = {
  train: generatedDataset('train', { count: 2, size: 16 }),
  test: generatedDataset('test', { count: 3, size: 16 }),
};

/** The options of a tiny run on the reference backend that writes to `out`. */
export function tinyOptions(out: string, changes: Partial<RunOptions> = {}): RunOptions {
  return {
    experiment: TINY_EXPERIMENT,
    scale: TINY_SCALE,
    data: TINY_DATA,
    seeds: [1],
    only: [],
    backend: 'reference',
    out,
    fresh: false,
    command: 'pnpm exp tiny-metrics',
    signal: new AbortController().signal,
    say: () => {},
    showProgress: () => ({ update() {}, stop() {} }),
    ...changes,
  };
}

/** A run with these results on average, and arbitrary others. */
export function runWith(variant: string, seed: number, psnr: number, ssim = 0.8): Run {
  const noisy = { psnr: 20, ssim: 0.4 };
  const restored = { psnr, ssim };
  return {
    variant,
    seed,
    parameters: 123,
    config: { ...TINY_SCALE.config, seed },
    images: [{ name: 'a.png', noisy, restored }],
    mean: { noisy, restored },
    lossCurve: [{ step: 2, loss: 0.5 }],
    trainingSeconds: 1.5,
    evaluationSeconds: 0.5,
    finished: '2018-12-03T00:00:00.000Z',
    commit: 'unknown',
    backend: 'reference',
  };
}
