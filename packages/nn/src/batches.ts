import {
  addGaussianNoise,
  atScales,
  DataError,
  type Dataset,
  dimensionsOf,
  type NamedImage,
  randomDihedral,
  randomPatch,
  toGrey,
} from '@nlrn/data';
import { Random, seedFrom } from '@nlrn/tensor';
import type { TrainConfig } from './trainConfig.ts';

/** Noisy patches and their ground truth, both [batch, patch, patch, 1]. */
export interface Batch {
  readonly noisy: Float32Array;
  readonly truth: Float32Array;
  /** Standard deviation of each patch's noise, on the scale of the pixels: [batch, 1, 1, 1] */
  readonly level: Float32Array;
}

/** Throws DataError, naming data set and image, when an image is smaller than a patch. */
export function checkTrainingImages({ name, images }: Dataset, patch: number): void {
  const small = images.find(({ image }) => Math.min(image.width, image.height) < patch);
  if (!small) return;
  throw new DataError(
    `${name}/${small.name}: ${dimensionsOf(small.image)} pixels are too few for patches of ${patch} x ${patch}; leave it out, or use smaller patches`,
  );
}

/**
 * The grey images of a data set at all scales of the configuration.
 *
 * Throws DataError, naming the image, when one is smaller than the patch.
 */
export function trainingImages(dataset: Dataset, { patch, scales }: TrainConfig): NamedImage[] {
  checkTrainingImages(dataset, patch);
  const grey = dataset.images.map(({ name, image }) => ({ name, image: toGrey(image) }));
  return atScales(grey, { scales, minSide: patch });
}

/**
 * The batch of a step: random places in random images, flipped and turned, with Gaussian noise.
 *
 * It depends on the seed and the step alone, so a run that goes on at any step needs no generator's state.
 */
export function batchOf(images: readonly NamedImage[], config: TrainConfig, step: number): Batch {
  const { batch, patch, seed } = config;
  const random = new Random(seedFrom('batch', seed, step));
  const noisy = new Float32Array(batch * patch * patch);
  const truth = new Float32Array(noisy.length);
  const level = new Float32Array(batch);
  for (let b = 0; b < batch; b++) {
    const image = images[random.integer(images.length)]!;
    const clean = randomDihedral(randomPatch(image, patch, random), random);
    truth.set(clean.data, b * patch * patch);
    const sigma = levelOf(config, random);
    noisy.set(addGaussianNoise(clean, sigma, random).data, b * patch * patch);
    level[b] = sigma / 255;
  }
  return { noisy, truth, level };
}

function levelOf({ sigma, sigmas }: TrainConfig, random: Random): number {
  return sigmas ? sigmas[0] + (sigmas[1] - sigmas[0]) * random.uniform() : sigma;
}
