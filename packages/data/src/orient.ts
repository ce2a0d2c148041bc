import { dihedral } from './augment.ts';
import type { Image } from './image.ts';

/** Which of `dihedral`'s flips and turns make an image upright, for the orientations 1 to 8. */
const TURNS = [0, 1, 4, 5, 3, 6, 7, 2] as const;

/**
 * Turns an image as an Exif orientation, 1 to 8, asks for (Exif 2.32, tag 274): the result is upright.
 *
 *   [H, W, C]  ->  [H, W, C] for 1 to 4, [W, H, C] for 5 to 8
 */
export function orient(image: Image, orientation: number): Image {
  return orientation === 1 ? image : dihedral(image, TURNS[orientation - 1]!);
}
