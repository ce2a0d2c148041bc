import { DataError, type Dataset, dimensionsOf } from '@nlrn/data';

/** Side of the window of SSIM in pixels (Wang et al. 2004, Section III-C). */
const SSIM_WINDOW = 11;

/** Throws DataError, naming data set and image, when one, without its borders, is too small for SSIM at a scale. */
export function checkEnlargedImages({ name, images }: Dataset, scale: number): void {
  const least = Math.ceil((SSIM_WINDOW + 2 * scale) / scale) * scale;
  const small = images.find(({ image }) => Math.min(image.width, image.height) < least);
  if (!small) return;
  throw new DataError(
    `${name}/${small.name}: ${dimensionsOf(small.image)} pixels are too few, x${scale} needs at least ${least} x ${least}; leave it out`,
  );
}
