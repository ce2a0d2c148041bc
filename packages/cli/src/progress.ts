import type { EvaluationProgress, Progress } from '@nlrn/nn';

/** `1 h 02 min`, `3 min 20 s`, `45 s` */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return minutes > 0 ? `${minutes} min ${String(whole % 60).padStart(2, '0')} s` : `${whole} s`;
}

/** What there is to tell before any step is done: images are scaled, a program is compiled. */
export const FIRST_STEP: readonly string[] = ['at the first step'];

/**
 * What there is to tell after a step, the most important first; of several runs, the time left for all of them as well.
 *
 * With validation its PSNR is told, without it that of the last batch.
 */
export function trainingFacts(progress: Progress, secondsLeftInAll?: number): string[] {
  const { step, steps, loss, psnr, validation, imagesPerSecond, secondsLeft } = progress;
  return [
    `step ${step}/${steps}`,
    `${formatSeconds(secondsLeft)} left${inAll(secondsLeftInAll)}`,
    validation === undefined ? `PSNR ${psnr.toFixed(2)} dB` : `validation ${validation.toFixed(2)} dB`,
    `loss ${loss.toExponential(3)}`,
    `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 2 : 0)} images/s`,
  ];
}

/** What there is to tell while a data set is restored, likewise. */
export function testingFacts(progress: EvaluationProgress, secondsLeftInAll?: number): string[] {
  const { image, images, done, secondsLeft } = progress;
  return [
    `testing image ${image}/${images}`,
    ...(secondsLeft === undefined ? [] : [`${formatSeconds(secondsLeft)} left${inAll(secondsLeftInAll)}`]),
    `${Math.floor(100 * done)} % of the pixels`,
  ];
}

function inAll(seconds: number | undefined): string {
  return seconds === undefined ? '' : `, ${formatSeconds(seconds)} in all`;
}

/** What there is to tell of one image, of which some pieces are restored. */
export function restoringFacts(done: number, pieces: number): string[] {
  return [`restoring: ${done} of ${pieces} ${pieces === 1 ? 'piece' : 'pieces'} done`];
}
