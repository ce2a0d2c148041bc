import { type Image, type OnProgress, pieceOf } from '@nlrn/data';
import { speedFor } from './bestMethod.ts';
import { bm3d, takesSize } from './bm3d.ts';
import type { ClassicOptions } from './input.ts';
import { nonLocalMeans } from './nonLocalMeans.ts';
import { luminanceOf, opponentSigmas, setLuminance } from './opponent.ts';

/** Restores a grey image with noise of deviation sigma, 0-255 scale. */
type RestoreGrey = (
  image: Image,
  options: { readonly sigma: number; readonly onProgress?: OnProgress | undefined },
) => Promise<Image>;

/**
 * Restores an image with a network, which knows grey images: of a colour image the luminance, and its opponent colours by BM3D,
 * which is the better for them (`experiments/models.md`): fast BM3D where the image is large, and non-local means where it is too
 * small for BM3D's blocks.
 *
 * Throws as the network, and as `nonLocalMeans`.
 */
export async function bm3dAround(
  restore: RestoreGrey,
  image: Image,
  { onProgress, ...options }: ClassicOptions,
): Promise<Image> {
  const { sigma } = options;
  if (image.channels === 1) return restore(image, { sigma, onProgress });
  const [level] = opponentSigmas(image.channels, sigma) as [number];
  const told = (piece: number) => pieceOf(piece, 2, onProgress);
  const luminance = await restore(luminanceOf(image), { sigma: level, onProgress: told(0) });
  const around = { ...options, speed: speedFor(image), onProgress: told(1) };
  const restored = await (takesSize(image, around) ? bm3d : nonLocalMeans)(image, around);
  setLuminance(restored, luminance);
  return restored;
}
