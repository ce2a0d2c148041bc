import { DataError, type Image, type NamedImage, type OnProgress } from '@nlrn/data';
import { type EvaluationProgress, meanQuality, type Quality, secondsLeft, startClock } from '@nlrn/nn';
import { turn } from '@nlrn/tensor';
import { megapixelsOf } from '../lib/data.ts';
import type { Opened } from './open.ts';
import type { Restoration } from './restoration.ts';
import type { LoadedSet } from './sets.ts';

/** What restoring a test set gives. */
export type Restored = Pick<Restoration, 'images' | 'mean' | 'megapixels' | 'seconds' | 'coreSeconds'>;

/** Tries a method on each image of a test set; null if the signal comes first. The time is that of restoring. */
export async function restoreSet(
  { dataset: { images } }: LoadedSet,
  opened: Opened,
  signal: AbortSignal,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<Restored | null> {
  const all = megapixelsOf(images);
  const start = performance.now();
  const results: Restored['images'] = [];
  let [seconds, coreSeconds, done] = [0, 0, 0];
  for (const [i, item] of images.entries()) {
    const own = megapixelsOf([item]);
    const told = (part: number) => {
      signal.throwIfAborted();
      const share = (done + own * part) / all;
      onProgress({
        image: i + 1,
        images: images.length,
        done: share,
        secondsLeft: secondsLeft(start, share),
      });
    };
    const tried = await tryImage(item, opened, signal, told);
    if (tried === null) return null;
    seconds += tried.time.seconds;
    coreSeconds += tried.time.coreSeconds;
    done += own;
    results.push(tried.result);
    // Lets signals in.
    await turn();
    if (signal.aborted) return null;
  }
  return { images: results, mean: meanOf(results), megapixels: all, seconds, coreSeconds };
}

/** The result for one image; null if the signal comes first. A DataError names the image. */
async function tryImage(item: NamedImage, { trialOf }: Opened, signal: AbortSignal, told: OnProgress) {
  const { name } = item;
  try {
    const trial = trialOf(item);
    const clock = startClock();
    const restored = await untilAborted(signal, () => trial.restore(told));
    if (restored === null) return null;
    const time = clock();
    return { time, result: { name, ...trial.measure(restored) } };
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: ${error.message}`, { cause: error }) : error;
  }
}

/** What `work` gives; null if it is the signal that has ended it. */
async function untilAborted(signal: AbortSignal, work: () => Promise<Image>): Promise<Image | null> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    return null;
  }
}

function meanOf(images: Restored['images']): Restored['mean'] {
  const noisy = images.flatMap(({ noisy }): Quality[] => (noisy ? [noisy] : []));
  const restored = meanQuality(images.map(({ restored }) => restored));
  return noisy.length > 0 ? { noisy: meanQuality(noisy), restored } : { restored };
}
