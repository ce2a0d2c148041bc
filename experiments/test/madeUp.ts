import { PRESETS } from '@nlrn/nlrn';
import { configOf, type Experiment, networkId, type Scale, variantsAt } from '../lib/experiment.ts';
import type { Results, Row, Run, Verdict } from '../lib/results.ts';

const dataset = (name: string) => ({
  name,
  source: 'folder' as const,
  images: 2,
  hash: `${name}${'0'.repeat(40)}`,
});

/** Rows as they may come: [name, label, x, PSNR above the full model's, half of its interval, the paper's, verdict]. */
type Outline = [string, string, number | null, number | null, number | null, number | null, Verdict];

const FULL = 29;

function rowFrom([variant, label, x, mean, half, paperDifference, verdict]: Outline, fullModel: string): Row {
  const isMissing = mean === null;
  return {
    variant,
    label,
    x,
    id: verdict === 'full model' ? 'full' : `variant-${variant}`,
    against: fullModel,
    seeds: isMissing ? [] : half === null ? [1] : [1, 2, 3],
    parameters: isMissing ? null : 5715,
    trainingCoreSeconds: isMissing ? null : 1180,
    coreSecondsPerMegapixel: isMissing ? null : 11.2,
    noisyPsnr: isMissing ? null : 20.33,
    psnr: isMissing ? null : FULL + mean,
    psnrSd: isMissing || half === null ? null : 0.02,
    ssim: isMissing ? null : 0.8,
    difference: isMissing
      ? null
      : {
          seeds: half === null ? [1] : [1, 2, 3],
          mean,
          low: half === null ? null : mean - half,
          high: half === null ? null : mean + half,
          p: half === null ? null : 0.02,
          holm: half === null || verdict === 'full model' ? null : 0.08,
          seedsNeeded: verdict === 'inside the noise' ? 27 : null,
        },
    paper: {
      psnr: paperDifference === null ? null : 30.8 + paperDifference,
      difference: paperDifference,
      claim: verdict === 'full model' ? 'equal' : 'lower',
      words: verdict === 'full model' ? null : `Lower <than> the "full" model, for ${label}`,
    },
    verdict,
    holmVerdict: verdict === 'agrees' ? 'inside the noise' : verdict,
  };
}

function resultsFrom(
  facts: Pick<Results, 'experiment' | 'title' | 'axis' | 'fullModel'>,
  outlines: readonly Outline[],
): Results {
  const { seed: _, ...config } = PRESETS.quick;
  return {
    ...facts,
    preset: 'quick',
    config: { ...config, seed: 0 },
    train: dataset('train400'),
    test: dataset('set12'),
    remark: null,
    levels: [
      { method: 'BM3D', psnr: 29.3 },
      { method: 'DnCNN', psnr: 35 },
    ],
    comparisons: 5,
    modelSources: [null],
    coreHours: 1.25,
    rows: outlines.map((outline) => rowFrom(outline, facts.fullModel)),
  };
}

/** A table in which every verdict occurs; its numbers are invented, as all here. */
export const MADE_UP_TABLE = resultsFrom(
  {
    experiment: 'made-up-table',
    title: 'Table 0: made up & <short>',
    axis: null,
    fullModel: 'full',
  },
  [
    ['dot', 'Dot product', null, -0.3, 0.05, -0.4, 'agrees'],
    ['gaussian', 'Symmetric embedded Gaussian', null, 0.12, 0.04, -0.1, 'opposite'],
    ['near', 'Within the noise', null, -0.02, 0.06, -0.2, 'inside the noise'],
    ['once', 'One seed', null, -0.1, null, -0.2, 'not tested'],
    ['curve', 'Paper <a curve>', null, -0.2, 0.05, null, 'agrees'],
    ['never', 'Never run', null, null, null, -0.3, 'missing'],
    ['full', 'Full, "embedded"', null, 0, 0, 0, 'full model'],
  ],
);

/** A figure with a missing point, whose last one is the whole image. */
export const MADE_UP_FIGURE = resultsFrom(
  { experiment: 'made-up-figure', title: 'Figure 0: made up', axis: 'q', fullModel: 'q9' },
  [
    ['q3', 'q = 3', 3, -0.4, 0.05, -0.3, 'agrees'],
    ['q5', 'q = 5', 5, -0.1, 0.04, null, 'agrees'],
    ['q7', 'q = 7', 7, null, null, null, 'missing'],
    ['q9', 'q = 9', 9, 0, 0, 0, 'full model'],
    ['image', 'Whole image', null, -0.05, 0.06, -0.05, 'inside the noise'],
  ],
);

/** The runs of made-up results. */
export function runsOf({ rows, preset, config, train, test }: Results): Run[] {
  return rows.flatMap(({ id, seeds, psnr, noisyPsnr }) =>
    seeds.map((seed) => ({
      ...runFrom({ id, seed, psnrs: [psnr!], noisyPsnr: noisyPsnr! }),
      preset,
      config: { ...config, seed },
      train: train!,
      test: test!,
    })),
  );
}

interface Facts {
  readonly id: string;
  readonly seed: number;
  /** Of each test image, restored */
  readonly psnrs: readonly number[];
  readonly noisyPsnr?: number;
}

function runFrom({ id, seed, psnrs, noisyPsnr = 20 }: Facts): Run {
  const noisy = { psnr: noisyPsnr, ssim: 0.4 };
  const images = psnrs.map((psnr, i) => ({ name: `0${i}.png`, noisy, restored: { psnr, ssim: 0.8 } }));
  const mean = psnrs.reduce((sum, psnr) => sum + psnr, 0) / psnrs.length;
  return {
    id,
    preset: 'quick',
    seed,
    parameters: 5715,
    config: { ...PRESETS.quick, seed },
    train: dataset('train400'),
    test: dataset('set12'),
    images,
    mean: { noisy, restored: { psnr: mean, ssim: 0.8 } },
    lossCurve: [1, 2, 3].map((i) => ({ step: 100 * i, loss: 0.01 / i + 0.0002 * seed })),
    validationCurve: [1, 2, 3].map((i) => ({ step: 100 * i, psnr: 25 + i + 0.01 * seed })),
    crops: [],
    trainingSeconds: 600,
    evaluationSeconds: 20,
    coreSeconds: 1200,
    finished: '2018-12-03T00:00:00.000Z',
    environment: {
      command: 'pnpm exp made-up --preset quick',
      commit: 'a'.repeat(40),
      node: 'v26.0.0',
      platform: 'linux x64',
      cpu: 'A <processor>',
      cores: 2,
      memoryGB: 24,
      backend: 'wasm (2 threads)',
    },
  };
}

export const MADE_UP_SCALE: Scale = { name: 'quick', config: PRESETS.quick, checkpointEvery: 100 };

/** A table of three rows, of which `never` has no runs in the tests. */
export const MADE_UP_EXPERIMENT: Experiment = {
  name: 'made-up',
  title: 'Table 00: made up',
  fullModel: 'full',
  variants: () => [
    {
      name: 'gaussian',
      label: 'Gaussian',
      network: { metric: 'gaussian' },
      paper: { psnr: 30.5, claim: 'lower', words: null },
    },
    {
      name: 'never',
      label: 'Never run',
      network: { metric: 'dotProduct' },
      paper: { psnr: 30.6, claim: 'lower', words: null },
    },
    { name: 'full', label: 'Full', network: {}, paper: { psnr: 30.8, claim: 'equal', words: null } },
  ],
};

/** A run of the made-up experiment on two images. */
export function madeUpRun(variant: 'gaussian' | 'full', seed: number, psnrs: readonly [number, number]): Run {
  const found = variantsAt(MADE_UP_SCALE, MADE_UP_EXPERIMENT).find(({ name }) => name === variant)!;
  const run = runFrom({ id: networkId(MADE_UP_SCALE, found), seed, psnrs });
  return { ...run, config: configOf(MADE_UP_SCALE, found, seed) };
}
