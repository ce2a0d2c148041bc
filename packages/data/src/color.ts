import { createImage, type Image } from './image.ts';

/** Weights of red, green and blue in luma: ITU-R Recommendation BT.601, section 2.5.1. */
export const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Converts to grey by the luma of ITU-R BT.601, full range: white stays 1 and black 0.
 *
 *   [H, W, 3]  ->  [H, W, 1]      Y = 0.299 R + 0.587 G + 0.114 B
 *
 * A grey image is returned as it is. MATLAB's rgb2gray, used by the authors, has the same weights.
 * Differs: rgb2gray rounds the luma of an 8-bit image to 8 bits; here it stays a real number.
 */
export function toGrey(image: Image): Image {
  if (image.channels === 1) return image;
  const out = createImage(image.width, image.height);
  for (let i = 0; i < out.data.length; i++) {
    const [red, green, blue] = [image.data[3 * i]!, image.data[3 * i + 1]!, image.data[3 * i + 2]!];
    out.data[i] = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
  }
  return out;
}
