import type { Random } from '@nlrn/tensor';
import { DataError } from './dataError.ts';
import { cropImage, dimensionsOf, type Image, type NamedImage } from './image.ts';

/**
 * Cuts a patch at a random place, each place with the same probability.
 *
 *   [H, W, C]  ->  [size, size, C]
 *
 * Throws DataError when the image is smaller than the patch.
 */
export function randomPatch({ name, image }: NamedImage, size: number, random: Random): Image {
  checkPatchFits(name, image, [image.width, image.height], size);
  const x = random.integer(image.width - size + 1);
  const y = random.integer(image.height - size + 1);
  return cropImage(image, { x, y, width: size, height: size });
}

/** Throws DataError, naming the image, where a patch does not fit into what of its sides is used. */
export function checkPatchFits(
  name: string,
  image: Image,
  sides: readonly [number, number],
  size: number,
): void {
  if (Math.min(...sides) >= size) return;
  throw new DataError(
    `${name}: ${dimensionsOf(image)} pixels are too few for patches of ${size} x ${size}; use smaller patches or larger images`,
  );
}
