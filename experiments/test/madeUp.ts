import { PRESETS } from '@nlrn/nlrn';
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

function rowFrom([variant, label, x, mean, half, paperDifference, verdict]: Outline): Row {
  const isMissing = mean === null;
  return {
    variant,
    label,
    x,
    id: verdict === 'full model' ? 'full' : `variant-${variant}`,
    seeds: isMissing ? [] : half === null ? [1] : [1, 2, 3],
    parameters: isMissing ? null : 5715,
    noisyPsnr: isMissing ? null : 20.33,
    psnr: isMissing ? null : FULL + mean,
    psnrSd: isMissing || half === null ? null : 0.02,
    ssim: isMissing ? null : 0.8,
    difference: isMissing
      ? null
      : { mean, low: half === null ? null : mean - half, high: half === null ? null : mean + half },
    paper: {
      psnr: paperDifference === null ? null : 30.8 + paperDifference,
      difference: paperDifference,
      claim: verdict === 'full model' ? null : 'lower',
      words: verdict === 'full model' ? null : `Lower <than> the "full" model, for ${label}`,
    },
    verdict,
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
    coreHours: 1.25,
    rows: outlines.map(rowFrom),
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
    ['unknown', 'Paper <unknown>', null, -0.2, 0.05, null, 'paper unknown'],
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
  return rows.flatMap(({ id, seeds, psnr, noisyPsnr, parameters }) =>
    seeds.map((seed) => {
      const quality = { noisy: { psnr: noisyPsnr!, ssim: 0.4 }, restored: { psnr: psnr!, ssim: 0.8 } };
      return {
        id,
        preset,
        seed,
        parameters: parameters!,
        config: { ...config, seed },
        train: train!,
        test: test!,
        images: [{ name: '01.png', ...quality }],
        mean: quality,
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
    }),
  );
}
