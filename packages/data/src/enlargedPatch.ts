import type { Random } from '@nlrn/tensor';
import { cropImage, type Image, type NamedImage } from './image.ts';
import { checkPatchFits } from './patches.ts';
import { type SrScale, srPair } from './superResolution.ts';

/** Small pixels around a patch that its enlargement depends on: two of the enlargement, two of making it small, and a part of one. */
const SURROUNDINGS = 5;

/**
 * A patch at a random place of `srPair`, each place with the same probability, without making the whole image small.
 *
 * Throws DataError when the image, cut to a multiple of the scale, is smaller than the patch.
 */
export function enlargedPatch(
  { name, image }: NamedImage,
  size: number,
  scale: SrScale,
  random: Random,
): Pick<ReturnType<typeof srPair>, 'truth' | 'enlarged'> {
  const sides = [image.width, image.height].map((n) => n - (n % scale)) as [number, number];
  checkPatchFits(name, image, sides, size);
  const [columns, rows] = sides.map((side) => {
    const at = random.integer(side - size + 1);
    const start = Math.max(0, Math.floor(at / scale) - SURROUNDINGS) * scale;
    const end = Math.min(side, (Math.ceil((at + size) / scale) + SURROUNDINGS) * scale);
    return { at: at - start, start, length: end - start };
  }) as [Span, Span];
  const around = { x: columns.start, y: rows.start, width: columns.length, height: rows.length };
  const { truth, enlarged } = srPair(cropImage(image, around), scale);
  const patch = (of: Image) => cropImage(of, { x: columns.at, y: rows.at, width: size, height: size });
  return { truth: patch(truth), enlarged: patch(enlarged) };
}

/** What is cut out of an axis with a patch, and where the patch begins in it. */
interface Span {
  readonly at: number;
  readonly start: number;
  readonly length: number;
}
