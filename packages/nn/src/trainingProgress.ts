import type { TrainingState } from './checkpoint.ts';
import { type TrainConfig, totalSteps } from './trainConfig.ts';

/** What there is to tell after a step. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** PSNR of the batch as the network restored it, in dB, peak 1, neither clipped nor rounded; undefined where the loss weighs errors */
  readonly psnr: number | undefined;
  /** The last result of the validation, in dB; undefined before the first */
  readonly validation: number | undefined;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** How far a run has come, after so many steps of this sitting and seconds of it; the loss weighs errors unless it is `restorationLoss`. */
export function progressOf(
  config: TrainConfig,
  { losses, validation }: TrainingState,
  { stepsHere, seconds, weighs }: { stepsHere: number; seconds: number; weighs: boolean },
): Progress {
  const loss = losses.at(-1)!;
  const steps = totalSteps(config);
  return {
    step: losses.length,
    steps,
    loss,
    // The loss is then half the mean square error.
    psnr: weighs ? undefined : -10 * Math.log10(2 * loss),
    validation: validation.at(-1)?.psnr,
    imagesPerSecond: (stepsHere * config.batch) / seconds,
    secondsLeft: ((steps - losses.length) * seconds) / stepsHere,
  };
}
