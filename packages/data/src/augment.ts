import type { Random } from '@nlrn/tensor';
import { resize } from './bicubic.ts';
import { createImage, type Image, type NamedImage } from './image.ts';
import { toUint8Range } from './quantize.ts';

/**
 * Scales at which training images are used: `scales = [1 0.9 0.8 0.7]` in DnCNN's GenerateTrainingPatches.m.
 *
 * NLRN's Section 5 augments by flips, rotations and scaling; these are the scales of the data set's first users.
 * Differs: that script shrinks the already shrunk image, so its true scales are 1, 0.9, 0.72 and 0.504.
 */
export const SCALES: readonly number[] = [1, 0.9, 0.8, 0.7];

/**
 * One of the eight flips and rotations of the square.
 *
 *   [H, W, C]  ->  [H, W, C] for even turns, [W, H, C] for odd
 *
 * `index` in 0 … 7: an odd index mirrors left and right first, then index >> 1 quarter turns counter-clockwise
 * follow; 0 is the identity. Throws RangeError for another index.
 */
export function dihedral(image: Image, index: number): Image {
  if (!Number.isInteger(index) || index < 0 || index > 7)
    throw new RangeError(`dihedral(${index}): needs 0 … 7`);
  const mirrored = index % 2 === 1;
  const turns = index >> 1;
  const { width: W, height: H, channels: C } = image;
  const out = turns % 2 === 0 ? createImage(W, H, C) : createImage(H, W, C);
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      const [row, column] = beforeTurning(turns, y, x, H, W);
      const from = (row * W + (mirrored ? W - 1 - column : column)) * C;
      const to = (y * out.width + x) * C;
      for (let c = 0; c < C; c++) out.data[to + c] = image.data[from + c]!;
    }
  }
  return out;
}

/** One of the eight flips and rotations, each with the same probability. */
export function randomDihedral(image: Image, random: Random): Image {
  return dihedral(image, random.integer(8));
}

/** Shrinks or enlarges by bicubic interpolation and rounds to 8 bits, as DnCNN's script does on uint8 images. */
export function rescale(image: Image, scale: number): Image {
  return scale === 1 ? image : toUint8Range(resize(image, scale));
}

/**
 * Each image at each scale, named `name@scale` unless the scale is 1.
 *
 * Shrunk copies with a side below `minSide` (the patch size) are left out; images at scale 1 never are, so
 * that one that is too small is reported where patches are cut.
 */
export function atScales(
  images: readonly NamedImage[],
  { scales = SCALES, minSide = 1 }: { scales?: readonly number[]; minSide?: number } = {},
): NamedImage[] {
  return images.flatMap((item) =>
    scales
      .filter((scale) => scale === 1 || shorterSide(item.image) * scale >= minSide)
      .map((scale) =>
        scale === 1 ? item : { name: `${item.name}@${scale}`, image: rescale(item.image, scale) },
      ),
  );
}

/** Row and column, before `turns` quarter turns counter-clockwise, of the pixel that ends at (y, x). */
function beforeTurning(turns: number, y: number, x: number, H: number, W: number): readonly [number, number] {
  if (turns === 0) return [y, x];
  if (turns === 1) return [x, W - 1 - y];
  if (turns === 2) return [H - 1 - y, W - 1 - x];
  return [H - 1 - x, y];
}

function shorterSide(image: Image): number {
  return Math.min(image.width, image.height);
}
