import {
  createImage,
  type Image,
  inTiles,
  type OnProgress,
  resizeTo,
  type SrScale,
  toLuma,
  withLuma,
} from '@nlrn/data';
import { type Picture, spreadColors } from '@nlrn/data/node';
import { BICUBIC, type Upscaler } from './methods.ts';

/** Sides of a tile's result, in pixels. */
const TILE = 512;

/**
 * A picture `scale` times as large: its luma by a method, Cb and Cr, and what is transparent, by bicubic interpolation.
 *
 * Works on it tile by tile, which does not show. Depth, profile and resolution stay as they are.
 */
export async function upscale(
  picture: Picture,
  scale: SrScale,
  upscaler: Upscaler,
  onProgress?: OnProgress,
  tile = TILE,
): Promise<Picture> {
  const image = await enlarged(spreadColors(picture), scale, upscaler, tile, onProgress);
  if (!picture.alpha) return { ...picture, image };
  const { width, height } = picture.image;
  const alpha = await enlarged(createImage(width, height, 1, picture.alpha), scale, BICUBIC, tile);
  return { ...picture, image, alpha: alpha.data.map((value) => Math.min(1, Math.max(0, value))) };
}

function enlarged(
  image: Image,
  scale: SrScale,
  { reach: margin, luma }: Upscaler,
  tile: number,
  onProgress?: OnProgress,
): Promise<Image> {
  const side = Math.max(Math.floor(tile / scale), 4 * margin);
  return inTiles(
    image,
    { side, margin, enlarges: scale },
    async (low, told) => {
      const bicubic = resizeTo(low, scale * low.width, scale * low.height);
      const small = { low: toLuma(low), enlarged: toLuma(bicubic) };
      return withLuma(bicubic, await luma(small, told));
    },
    onProgress,
  );
}
