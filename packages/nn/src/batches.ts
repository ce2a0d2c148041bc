import {
  addGaussianNoise,
  atScales,
  DataError,
  type Dataset,
  dihedral,
  dimensionsOf,
  enlargedPatch,
  type Image,
  type NamedImage,
  randomDihedral,
  randomPatch,
  type SrScale,
  toGrey,
} from '@nlrn/data';
import { Random, seedFrom } from '@nlrn/tensor';
import type { TrainConfig } from './trainConfig.ts';

/** Patches with noise, or made small and enlarged, and their ground truth, both [batch, patch, patch, 1]. */
export interface Batch {
  readonly noisy: Float32Array;
  readonly truth: Float32Array;
  /** Standard deviation of each patch's noise, on the scale of the pixels: [batch, 1, 1, 1] */
  readonly level: Float32Array;
}

/** Throws DataError, naming data set and image, when there is no image, or one is smaller than a patch. */
export function checkTrainingImages({ name, images }: Dataset, patch: number): void {
  if (images.length === 0)
    throw new DataError(`${name}: has no images to train on; give a data set that has some`);
  const small = images.find(({ image }) => Math.min(image.width, image.height) < patch);
  if (!small) return;
  throw new DataError(
    `${name}/${small.name}: ${dimensionsOf(small.image)} pixels are too few for patches of ${patch} x ${patch}; leave it out, or use smaller patches`,
  );
}

/**
 * The grey images of a data set at all scales of the configuration at which they hold a patch.
 *
 * Throws DataError, naming data set and image, when one is smaller than the patch, or none is left.
 */
export function trainingImages(dataset: Dataset, { patch, factors, scales }: TrainConfig): NamedImage[] {
  const minSide = leastSide({ patch, factors });
  checkTrainingImages(dataset, minSide);
  const grey = dataset.images.map(({ name, image }) => ({ name, image: toGrey(image) }));
  const scaled = atScales(grey, { scales, minSide });
  if (scaled.length > 0) return scaled;
  throw new DataError(
    `${dataset.name}: no image holds a patch of ${patch} x ${patch} at scales ${scales.join(', ')}; use smaller patches, or scale 1 too`,
  );
}

/**
 * The batch of a step: random places in random images, flipped and turned, with Gaussian noise, or enlarged.
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
    const pair = config.factors
      ? enlargedPair(image, patch, config.factors, random)
      : noisyPair(image, config, random);
    truth.set(pair.truth.data, b * patch * patch);
    noisy.set(pair.given.data, b * patch * patch);
    level[b] = pair.sigma / 255;
  }
  return { noisy, truth, level };
}

/** What the network is given of a patch, the truth, and the level of the noise on the 0-255 scale. */
interface Pair {
  readonly given: Image;
  readonly truth: Image;
  readonly sigma: number;
}

function noisyPair(image: NamedImage, config: TrainConfig, random: Random): Pair {
  const truth = randomDihedral(randomPatch(image, config.patch, random), random);
  const sigma = levelOf(config, random);
  return { given: addGaussianNoise(truth, sigma, random), truth, sigma };
}

function enlargedPair(image: NamedImage, patch: number, factors: readonly SrScale[], random: Random): Pair {
  const factor = factors[random.integer(factors.length)]!;
  const { truth, enlarged } = enlargedPatch(image, patch, factor, random);
  const turned = random.integer(8);
  return { given: dihedral(enlarged, turned), truth: dihedral(truth, turned), sigma: 0 };
}

/** Side of the smallest image that has a patch: for super-resolution it is cut to a multiple of each factor. */
export function leastSide({
  patch,
  factors = [1 as const],
}: Pick<TrainConfig, 'patch'> & { readonly factors?: readonly number[] | undefined }): number {
  return patch + Math.max(...factors) - 1;
}

function levelOf({ sigma, sigmas }: TrainConfig, random: Random): number {
  return sigmas ? sigmas[0] + (sigmas[1] - sigmas[0]) * random.uniform() : sigma;
}
