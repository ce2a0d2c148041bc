import { DataError, type Image, type NamedImage, noisyVersion } from '@nlrn/data';
import { type EvaluationProgress, meanQuality, quality, secondsLeft, startClock } from '@nlrn/nn';
import { turn } from '@nlrn/tensor';
import type { Opened } from './methods.ts';
import type { Restoration } from './restoration.ts';
import type { LoadedSet } from './sets.ts';

/** Draws the noise of all tables. */
const NOISE_SEED = 0;

/** What restoring a test set gives. */
export type Restored = Pick<Restoration, 'images' | 'mean' | 'megapixels' | 'seconds' | 'coreSeconds'>;

/**
 * Adds noise to each image of a test set, restores it, and measures both; null if the signal comes first.
 *
 * The noise depends on image and level alone, and is neither clipped nor rounded. The time is that of restoring.
 */
export async function restoreSet(
  { dataset: { images } }: LoadedSet,
  sigma: number,
  { restore }: Opened,
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
    const noisy = noisyVersion(item, sigma, NOISE_SEED);
    const clock = startClock();
    const restored = await untilAborted(signal, () => naming(item.name, () => restore(noisy, told)));
    if (restored === null) return null;
    const time = clock();
    seconds += time.seconds;
    coreSeconds += time.coreSeconds;
    done += own;
    results.push({ name: item.name, noisy: quality(item, noisy), restored: quality(item, restored) });
    // Lets signals in.
    await turn();
    if (signal.aborted) return null;
  }
  return { images: results, mean: meanOf(results), megapixels: all, seconds, coreSeconds };
}

/** Names the image that a method cannot be given. */
async function naming(name: string, work: () => Promise<Image>): Promise<Image> {
  try {
    return await work();
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

export function megapixelsOf(images: readonly NamedImage[]): number {
  return images.reduce((sum, { image }) => sum + image.width * image.height, 0) / 1e6;
}

function meanOf(images: Restored['images']): Restored['mean'] {
  return {
    noisy: meanQuality(images.map(({ noisy }) => noisy)),
    restored: meanQuality(images.map(({ restored }) => restored)),
  };
}
