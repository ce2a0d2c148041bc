import { type Dataset, type NamedImage, noisyVersion, type OnProgress } from '@nlrn/data';
import { type Backend, turn } from '@nlrn/tensor';
import type { Network } from './network.ts';
import { meanQuality, type Quality, quality } from './quality.ts';
import { createRestorer, type RestoreOptions, type Restorer } from './restore.ts';
import { checkTestImages } from './testImages.ts';

/** How well one image was restored, on average over draws of the noise, beside the noisy one that the network was given. */
export interface ImageResult {
  readonly name: string;
  readonly noisy: Quality;
  readonly restored: Quality;
}

/** Means over images, or over draws of the noise. */
type Means = Pick<ImageResult, 'noisy' | 'restored'>;

/** Results on a data set: each image, and the means over images. */
export interface Evaluation {
  readonly images: readonly ImageResult[];
  /** Undefined if it was stopped before the first image was done */
  readonly mean: Means | undefined;
}

/** What is tested on which images, and how it is shown and stopped. */
export interface EvaluateOptions extends Pick<RestoreOptions, 'trained' | 'multiView'> {
  readonly network: Network;
  readonly backend: Backend;
  readonly dataset: Dataset;
  /** On the 0-255 scale */
  readonly sigma: number;
  /** Each seed draws other noise, and results are means over draws; [0] by default, at least one. */
  readonly seeds?: readonly number[];
  /** When it is aborted, evaluation ends at once: there are fewer results than images. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each image. */
  readonly onImage?: (result: ImageResult) => void;
  /** Called many times for each image. */
  readonly onProgress?: ((progress: EvaluationProgress) => void) | undefined;
}

/** How far an evaluation has come. */
export interface EvaluationProgress {
  /** The image that is restored, counted from 1 */
  readonly image: number;
  readonly images: number;
  /** Share of the pixels of all images that are restored, 0 to 1 */
  readonly done: number;
  /** Undefined at first */
  readonly secondsLeft: number | undefined;
}

/**
 * Adds noise to each image of a data set, restores it, and measures both.
 *
 * The noise depends on the image's name and the seed alone. The network is given it unclipped; what is measured is
 * what 8-bit files would hold, as in the papers' tables. Throws before any work: TypeError for a network that enlarges,
 * RangeError for no seeds, and DataError, as `checkTestImages`.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { network, backend, dataset, signal, onImage, trained, multiView } = options;
  checkRemovesNoise(network);
  checkTestImages(dataset, network);
  const { seeds = [0], onProgress: onShare } = options;
  if (seeds.length === 0) throw new RangeError('seeds: there are none; give at least one, such as [0]');
  const meter = meterOf({ dataset, times: seeds.length, onProgress: onShare });
  const restore = createRestorer(network, backend, { trained, multiView });
  const images: ImageResult[] = [];
  try {
    for (const item of dataset.images) {
      if (signal?.aborted) break;
      meter.begin(item);
      const onProgress: OnProgress = (share) => {
        signal?.throwIfAborted();
        meter.tell(share);
      };
      const result = await evaluateImage(item, restore, options, onProgress);
      images.push(result);
      onImage?.(result);
      // Lets signals in, as in training.
      await turn();
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  } finally {
    restore.dispose();
  }
  return { images, mean: images.length > 0 ? meanOf(images) : undefined };
}

/** Tells how far it has come, by the pixels that are done: `begin` with each image, restored so many times, `tell` with each share of it. */
export function meterOf({
  dataset,
  times,
  onProgress,
}: Pick<EvaluateOptions, 'dataset' | 'onProgress'> & { readonly times: number }) {
  const pixelsOf = ({ image }: NamedImage) => image.width * image.height * times;
  const all = dataset.images.reduce((sum, item) => sum + pixelsOf(item), 0);
  const start = performance.now();
  let [image, before, own] = [0, 0, 0];
  return {
    begin(item: NamedImage) {
      before += own;
      own = pixelsOf(item);
      image++;
    },
    tell(share: number) {
      const done = (before + own * share) / all;
      onProgress?.({ image, images: dataset.images.length, done, secondsLeft: secondsLeft(start, done) });
    },
  };
}

/** Seconds that the rest will take, if a share of the whole, 0 to 1, took since `start`; undefined before any is done. */
export function secondsLeft(start: number, share: number): number | undefined {
  return share === 0 ? undefined : ((performance.now() - start) / 1000) * (1 / share - 1);
}

/** Throws TypeError for a network that has another task. */
function checkRemovesNoise({ enlarges }: Network): void {
  if (enlarges !== undefined)
    throw new TypeError(`this network enlarges, by ${enlarges}: it is tested by evaluateSuperResolution`);
}

async function evaluateImage(
  item: NamedImage,
  restore: Restorer,
  { sigma, seeds = [0] }: EvaluateOptions,
  onProgress: OnProgress,
): Promise<ImageResult> {
  const draws: Means[] = [];
  for (const [i, seed] of seeds.entries()) {
    const noisy = noisyVersion(item, sigma, seed);
    const told: OnProgress = (share) => onProgress((i + share) / seeds.length);
    const restored = await restore(noisy, { onProgress: told, sigma });
    draws.push({ noisy: quality(item, noisy), restored: quality(item, restored) });
  }
  return { name: item.name, ...meanOf(draws) };
}

function meanOf(results: readonly Means[]): Means {
  return {
    noisy: meanQuality(results.map(({ noisy }) => noisy)),
    restored: meanQuality(results.map(({ restored }) => restored)),
  };
}
