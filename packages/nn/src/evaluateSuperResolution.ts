import { type SrScale, srBicubic, srPair, srQuality } from '@nlrn/data';
import { turn } from '@nlrn/tensor';
import { enlargeWith } from './enlarge.ts';
import { type EvaluateOptions, meterOf } from './evaluate.ts';
import type { Network } from './network.ts';
import type { Quality } from './quality.ts';
import { createRestorer } from './restore.ts';
import { checkEnlargedImages } from './testImages.ts';

/** How well one image was enlarged, by bicubic interpolation and by the network. */
export interface EnlargedResult {
  readonly name: string;
  readonly scale: SrScale;
  readonly bicubic: Quality;
  readonly enlarged: Quality;
}

/**
 * Makes each image of a data set of luma (`toLuma8`) small by each scale, enlarges it again, and measures that (`srQuality`).
 *
 * When the signal is aborted, it ends at once: there are fewer results than images and scales. Throws before any work: TypeError
 * for a network that is told the level of noise, RangeError for a scale by which the network does not enlarge, and DataError, as
 * `checkEnlargedImages`.
 */
export async function evaluateSuperResolution({
  network,
  backend,
  dataset,
  scales,
  signal,
  onProgress,
}: Pick<EvaluateOptions, 'network' | 'backend' | 'dataset' | 'signal' | 'onProgress'> & {
  readonly scales: readonly SrScale[];
}): Promise<EnlargedResult[]> {
  checkEnlarges(network, scales);
  for (const scale of scales) checkEnlargedImages(dataset, scale, network);
  const meter = meterOf({ dataset, times: scales.length, onProgress });
  const restore = createRestorer(network, backend);
  const results: EnlargedResult[] = [];
  try {
    for (const item of dataset.images) {
      meter.begin(item);
      for (const [i, scale] of scales.entries()) {
        const pair = srPair(item.image, scale);
        const told = (share: number) => {
          signal?.throwIfAborted();
          meter.tell((i + share) / scales.length);
        };
        const made = await enlargeWith(network, restore, pair, { onProgress: told });
        const bicubic = srQuality(pair.truth, srBicubic(pair), scale);
        results.push({ name: item.name, scale, bicubic, enlarged: srQuality(pair.truth, made, scale) });
        // Lets signals in, as in training.
        await turn();
      }
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  } finally {
    restore.dispose();
  }
  return results;
}

/** Throws TypeError for a network that has another task, and RangeError, naming a scale, for one that enlarges by less. */
function checkEnlarges({ takesLevel, enlarges }: Network, scales: readonly SrScale[]): void {
  if (takesLevel)
    throw new TypeError(
      'this network is told the level of noise, and enlarges nothing: it is tested by evaluate',
    );
  const larger = scales.find((scale) => enlarges !== undefined && enlarges < scale);
  if (larger !== undefined)
    throw new RangeError(`scales ${scales}: this network enlarges by ${enlarges}; leave ${larger} out`);
}
