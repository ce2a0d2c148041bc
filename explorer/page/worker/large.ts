import { CLASSIC, isLarge, megapixels } from '@nlrn/classic';
import type { Image } from '@nlrn/data';

const FAST = CLASSIC['bm3d-fast'];

/** What a large picture takes by the fast method, in words; undefined for one that is not large. */
export function largePicture(image: Pick<Image, 'width' | 'height' | 'channels'>): string | undefined {
  if (!isLarge(image)) return undefined;
  const seconds = Math.ceil(megapixels(image) * FAST.seconds[image.channels]);
  return `${megapixels(image).toFixed(1)} megapixels: unless you choose another method, ${FAST.describe}, some ${seconds} core-seconds`;
}
