import { DataError, type Dataset, dimensionsOf } from '@nlrn/data';
import type { Network } from './network.ts';

/** Side of the window of SSIM in pixels (Wang et al. 2004, Section III-C). */
const SSIM_WINDOW = 11;

/** Throws DataError, naming data set and image, when there is no image, or one is too small for SSIM, or for the network. */
export function checkTestImages(dataset: Dataset, { least = 1 }: Pick<Network, 'least'> = {}): void {
  checkSides(dataset, SSIM_WINDOW, 'SSIM');
  checkSides(dataset, least, 'this network');
}

/**
 * Throws DataError, naming data set and image, when there is no image, or one is too small at a scale: for SSIM, which is measured
 * without the borders, or for the network, which is given the small image or its enlargement (`Network.enlarges`).
 */
export function checkEnlargedImages(
  dataset: Dataset,
  scale: number,
  { least = 1, enlarges }: Pick<Network, 'least' | 'enlarges'> = {},
): void {
  const wanted = Math.max(SSIM_WINDOW + 2 * scale, enlarges === undefined ? least : scale * least);
  // What is beyond a multiple of the scale is cut off.
  checkSides(dataset, Math.ceil(wanted / scale) * scale, `x${scale}`);
}

function checkSides({ name, images }: Dataset, least: number, what: string): void {
  if (images.length === 0)
    throw new DataError(`${name}: has no images to test on; give a data set that has some`);
  const small = images.find(({ image }) => Math.min(image.width, image.height) < least);
  if (!small) return;
  throw new DataError(
    `${name}/${small.name}: ${dimensionsOf(small.image)} pixels are too few, ${what} needs at least ${least} x ${least}; leave it out`,
  );
}
