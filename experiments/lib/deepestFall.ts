import type { Run } from './results.ts';

/** How far, and by which step, a training had fallen back. */
export interface Fall {
  /** Of the loss's PSNR, in dB */
  readonly decibels: number;
  readonly step: number;
}

type Trained = Pick<Run, 'lossCurve' | 'config'>;

/** Falls in the first part of the cycle are none: the loss begins anywhere. As a share of the steps. */
const BEGINNING = 1 / 8;

/** A fall that is named, in dB. */
export const NAMED_FALL = 1;

/**
 * The deepest fall of a training in its cycle: by how much the loss, in dB, once was above the least that it had been before.
 *
 *   max over i of 10 log10(loss_i / min of loss_j, j < i)      i after the first eighth of the cycle, settling left out
 *
 * loss_i is the mean over a stretch of the loss curve (`lossCurve`: a 110th of the training). null if it never was above.
 */
export function deepestFall({ lossCurve, config }: Trained): Fall | null {
  let least = Number.POSITIVE_INFINITY;
  let deepest: Fall | null = null;
  for (const { step, loss } of lossCurve.filter(({ step }) => step <= config.steps)) {
    const decibels = 10 * Math.log10(loss / least);
    if (step > BEGINNING * config.steps && decibels > (deepest?.decibels ?? 0)) deepest = { decibels, step };
    least = Math.min(least, loss);
  }
  return deepest;
}

/** The deepest fall of a training if it is one of `NAMED_FALL` or more. */
export function namedFall(run: Trained): Fall | null {
  const fall = deepestFall(run);
  return fall !== null && fall.decibels >= NAMED_FALL ? fall : null;
}
