import { CLASSIC } from '@nlrn/classic';
import type { Image } from '@nlrn/data';

/** Megapixels above which a network takes minutes: the best method is then the fast one, as `pnpm nlrn denoise` has it. */
const LARGE = 4;

const FAST = CLASSIC['bm3d-fast'];

/** What a large picture takes by the fast method, in words; undefined for one that is not large. */
export function largePicture({
  width,
  height,
  channels,
}: Pick<Image, 'width' | 'height' | 'channels'>): string | undefined {
  const megapixels = (width * height) / 1e6;
  if (megapixels <= LARGE) return undefined;
  const seconds = Math.ceil(megapixels * FAST.seconds[channels]);
  return `${megapixels.toFixed(1)} megapixels: unless you choose another method, ${FAST.describe}, some ${seconds} core-seconds`;
}
