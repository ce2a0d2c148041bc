import { type Image, type OnProgress, pieceOf } from '@nlrn/data';
import { type Bm3dOptions, bm3d } from './bm3d.ts';
import { luminanceOf, opponentSigmas, setLuminance } from './opponent.ts';

/** Restores a grey image with noise of deviation sigma, 0-255 scale. */
type RestoreGrey = (
  image: Image,
  options: { readonly sigma: number; readonly onProgress?: OnProgress | undefined },
) => Promise<Image>;

/**
 * Restores an image with a network, which knows grey images: of a colour image the luminance, and its opponent colours by BM3D,
 * which is the better for them (`experiments/models.md`).
 *
 * Throws as the network, and as `bm3d`.
 */
export async function bm3dAround(
  restore: RestoreGrey,
  image: Image,
  { onProgress, ...options }: Bm3dOptions,
): Promise<Image> {
  const { sigma } = options;
  if (image.channels === 1) return restore(image, { sigma, onProgress });
  const [level] = opponentSigmas(image.channels, sigma) as [number];
  const told = (piece: number) => pieceOf(piece, 2, onProgress);
  const luminance = await restore(luminanceOf(image), { sigma: level, onProgress: told(0) });
  const restored = await bm3d(image, { ...options, onProgress: told(1) });
  setLuminance(restored, luminance);
  return restored;
}
