import type { LiveLine } from '@nlrn/cli';
import { generatedDataset } from '@nlrn/data';
import { PRESETS } from '@nlrn/nlrn';
import { configOf, type Experiment, networkId, type Scale, variantsAt } from '../lib/experiment.ts';
import type { Run } from '../lib/results.ts';
import type { RunOptions } from '../lib/runner.ts';

/** Two metrics; the paper's numbers are invented. */
export const TINY_EXPERIMENT: Experiment = {
  name: 'tiny-metrics',
  title: 'Table 0: two metrics',
  fullModel: 'full',
  variants: () => [
    {
      name: 'dot',
      label: 'Dot product',
      network: { metric: 'dotProduct' },
      paper: { psnr: null, claim: 'lower', words: 'it is lower' },
    },
    {
      name: 'full',
      label: 'Full, "embedded"',
      network: { metric: 'embeddedGaussian' },
      paper: { psnr: 30.5, claim: 'equal', words: null },
    },
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

/** No real hashes: a change of the sources is a change of these. */
export const TINY_SOURCES = { model: 'a'.repeat(64), engine: 'b'.repeat(64) };

const SILENT: LiveLine = { show() {}, clear() {}, stop() {} };

/** The options of a tiny run that writes to `out`. */
export function tinyOptions(out: string, changes: Partial<RunOptions> = {}): RunOptions {
  return {
    experiments: [TINY_EXPERIMENT],
    catalogue: changes.experiments ?? [TINY_EXPERIMENT],
    scale: TINY_SCALE,
    data: TINY_DATA,
    seeds: [1],
    only: [],
    backend: 'wasm',
    threads: 1,
    out,
    fresh: false,
    keepOld: false,
    sources: TINY_SOURCES,
    command: 'pnpm exp tiny-metrics',
    signal: new AbortController().signal,
    say: () => {},
    showProgress: () => SILENT,
    ...changes,
  };
}

const set = (name: string) => ({ name, source: 'generated' as const, images: 1, hash: `hash of ${name}` });

/** The images of `runWith`. */
export const TINY_SETS = { train: set('train'), test: set('test') };

/**
 * A run of a variant of the tiny experiment (`dot`, `full`) with these PSNRs, image by image, and arbitrary other
 * results.
 */
export function runWith(variant: string, seed: number, psnr: number | readonly number[], ssim = 0.8): Run {
  const found = variantsAt(TINY_SCALE, TINY_EXPERIMENT).find(({ name }) => name === variant)!;
  const noisy = { psnr: 20, ssim: 0.4 };
  const psnrs = [psnr].flat();
  return {
    id: networkId(TINY_SCALE, found),
    preset: TINY_SCALE.name,
    seed,
    parameters: 123,
    config: configOf(TINY_SCALE, found, seed),
    ...TINY_SETS,
    images: psnrs.map((value, i) => ({ name: `${i}.png`, noisy, restored: { psnr: value, ssim } })),
    mean: { noisy, restored: { psnr: psnrs.reduce((a, b) => a + b) / psnrs.length, ssim } },
    lossCurve: [{ step: 2, loss: 0.5 }],
    validationCurve: [{ step: 2, psnr: 21.5 }],
    crops: [],
    trainingSeconds: 1.5,
    evaluationSeconds: 0.5,
    coreSeconds: 3.6,
    finished: '2018-12-03T00:00:00.000Z',
    environment: {
      command: 'pnpm exp tiny-metrics',
      commit: 'unknown',
      node: 'v26.0.0',
      platform: 'linux x64',
      cpu: 'a CPU',
      cores: 2,
      memoryGB: 8,
      backend: 'reference',
    },
  };
}
