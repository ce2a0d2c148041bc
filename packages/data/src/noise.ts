import { Random, seedFrom } from '@nlrn/tensor';
import { type Image, mapPixels, type NamedImage } from './image.ts';

/**
 * Adds white Gaussian noise of standard deviation sigma, sigma on the 0-255 scale.
 *
 *   y = x + sigma / 255 · n,   n ~ N(0, 1)      any size
 *
 * The result is not clipped to [0, 1]: the protocol of DnCNN (Zhang et al. 2017) and NLRN (Section 5) feeds
 * the network the noise that was added, not what an 8-bit file would keep of it. Clipped noise has a mean
 * other than zero near black and white, which would be another task.
 * Throws RangeError when sigma is negative or not finite.
 */
export function addGaussianNoise(image: Image, sigma: number, random: Random): Image {
  if (!Number.isFinite(sigma) || sigma < 0)
    throw new RangeError(`sigma = ${sigma}: needs sigma >= 0 (0-255 scale)`);
  return mapPixels(image, (value) => value + (sigma / 255) * random.normal());
}

/**
 * The noisy version of a test image, which depends on the image's name, sigma and the seed only.
 *
 * Neither the order of the images nor what was drawn for others matters, so results on a part of a data set
 * are those on the whole. The same deviates are used for every sigma: levels differ by scale, not by luck.
 */
export function noisyVersion({ name, image }: NamedImage, sigma: number, seed: number): Image {
  return addGaussianNoise(image, sigma, new Random(seedFrom('noise', name, seed)));
}
