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
 * With validation its PSNR is told, without it that of the last batch, if it is known.
 */
export function trainingFacts(progress: Progress, secondsLeftInAll?: number): string[] {
  const { step, steps, loss, psnr, validation, imagesPerSecond, secondsLeft } = progress;
  return [
    `step ${step}/${steps}`,
    ...timeLeft(secondsLeft, secondsLeftInAll),
    ...quality({ psnr, validation }),
    `loss ${loss.toExponential(3)}`,
    `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 2 : 0)} images/s`,
  ];
}

function quality({ psnr, validation }: Pick<Progress, 'psnr' | 'validation'>): string[] {
  if (validation !== undefined) return [`validation ${validation.toFixed(2)} dB`];
  return psnr === undefined ? [] : [`PSNR ${psnr.toFixed(2)} dB`];
}

/** What there is to tell while a data set is restored, likewise. */
export function testingFacts(progress: EvaluationProgress, secondsLeftInAll?: number): string[] {
  const { image, images, done, secondsLeft } = progress;
  return [
    `testing image ${image}/${images}`,
    ...timeLeft(secondsLeft, secondsLeftInAll),
    `${Math.floor(100 * done)} % of the pixels`,
  ];
}

/** `45 s left`, and, when other runs come after this one, `2 h 05 min left in all`; nothing while it is not known. */
function timeLeft(seconds: number | undefined, inAll?: number): string[] {
  if (seconds === undefined) return [];
  const own = `${formatSeconds(seconds)} left`;
  return inAll === undefined ? [own] : [own, `${formatSeconds(inAll)} left in all`];
}

/** What there is to tell of one image, of which a share, 0 to 1, is done. */
export function restoringFacts(share: number, secondsLeft: number | undefined): string[] {
  return [`${Math.floor(100 * share)} %`, ...timeLeft(secondsLeft)];
}
