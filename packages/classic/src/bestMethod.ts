import type { Image } from '@nlrn/data';
import type { Speed } from './bm3d/parameters.ts';
import type { ClassicName } from './methods.ts';
import { opponentSigmas } from './opponent.ts';

/** Megapixels above which BM3D and networks take minutes. */
const LARGE = 4;

/** Pixels of the shortest side that BM3D takes at every level: its largest blocks are as large. */
const LEAST_SIDE = 11;

type Size = Pick<Image, 'width' | 'height'>;

/** An image's pixels, in millions. */
export function megapixels({ width, height }: Size): number {
  return (width * height) / 1e6;
}

/** Whether an image has so many pixels that the fast method is the best, unless another is named. */
export function isLarge(image: Size): boolean {
  return megapixels(image) > LARGE;
}

/** The profile of BM3D for an image, unless another is named. */
export function speedFor(image: Size): Speed {
  return isLarge(image) ? 'fast' : 'normal';
}

/**
 * The best method for an image with noise of deviation sigma, 0-255 scale: non-local means for one that is too small for BM3D, fast
 * BM3D for a large one, else the model that `modelFor` finds for the level of the luminance, and BM3D where it finds none.
 */
export function bestMethod<Model>(
  image: Pick<Image, 'width' | 'height' | 'channels'>,
  sigma: number,
  modelFor: (level: number) => Model | undefined,
): ClassicName | Model {
  if (Math.min(image.width, image.height) < LEAST_SIDE) return 'nlm';
  if (isLarge(image)) return 'bm3d-fast';
  const [level] = opponentSigmas(image.channels, sigma) as [number];
  return modelFor(level) ?? 'bm3d';
}
