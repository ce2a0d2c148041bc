import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Experiment, Variant } from './experiment.ts';
import type { Results, Run } from './results.ts';

/** One row of an experiment's table: the seeds of a variant together. */
export interface Row {
  readonly variant: Variant;
  readonly seeds: number;
  /** PSNR in dB: mean over seeds of the mean over images, and its standard deviation over seeds (null for one) */
  readonly psnr: number;
  readonly psnrSd: number | null;
  readonly ssim: number;
  /** PSNR of the noisy images, in dB */
  readonly noisyPsnr: number;
  /** PSNR above the full model's, in dB; null if that has not been run */
  readonly difference: number | null;
  readonly parameters: number;
}

/** The rows for which there are runs, in the experiment's order. */
export function rowsOf(experiment: Experiment, { runs }: Pick<Results, 'runs'>): Row[] {
  const runsOf = (name: string) => runs.filter((run) => run.variant === name);
  const full = runsOf(experiment.fullModel);
  const fullPsnr = full.length > 0 ? mean(full.map(psnrOf)) : null;
  return experiment.variants.flatMap((variant) => {
    const own = runsOf(variant.name);
    return own.length > 0 ? [rowOf(variant, own, fullPsnr)] : [];
  });
}

function rowOf(variant: Variant, runs: readonly Run[], fullPsnr: number | null): Row {
  const psnr = mean(runs.map(psnrOf));
  return {
    variant,
    seeds: runs.length,
    psnr,
    psnrSd: runs.length > 1 ? sampleStandardDeviation(runs.map(psnrOf)) : null,
    ssim: mean(runs.map((run) => run.mean.restored.ssim)),
    noisyPsnr: mean(runs.map((run) => run.mean.noisy.psnr)),
    difference: fullPsnr === null ? null : psnr - fullPsnr,
    parameters: runs[0]!.parameters,
  };
}

function psnrOf(run: Run): number {
  return run.mean.restored.psnr;
}
