import { createImage, type Image } from './image.ts';
import { toUint8Range } from './quantize.ts';

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
  return mixed(image, (red, green, blue) => LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue);
}

/**
 * Converts an 8-bit image to grey as MATLAB's rgb2gray does, to 8 bits again.
 *
 *   [H, W, 3]  ->  [H, W, 1]      Y = floor(255 (0.2989… R + 0.5870… G + 0.1140… B) + 1/2) / 255
 *
 * The weights are the first row of the inverse of the matrix from NTSC's YIQ to RGB, as MATLAB has them, not rounded:
 * with them the grey images of the papers' test sets come out to the pixel. A grey image is returned as it is.
 */
export function toMatlabGrey(image: Image): Image {
  if (image.channels === 1) return image;
  const grey = mixed(
    image,
    (red, green, blue) => 0.298936021293775 * red + 0.587043074451121 * green + 0.114020904255103 * blue,
  );
  return toUint8Range(grey);
}

/** Weights of red, green and blue in luma of studio swing: ITU-R BT.601, section 2.5.1 and 2.5.3. They add up to 219. */
const STUDIO = [65.481, 128.553, 24.966] as const;

/**
 * Luma as MATLAB's rgb2ycbcr has it for real numbers: black is 16 / 255 and white 235 / 255.
 *
 *   [H, W, 3]  ->  [H, W, 1]      Y = (16 + 65.481 R + 128.553 G + 24.966 B) / 255
 *
 * A grey image is returned as it is.
 */
export function toLuma(image: Image): Image {
  return mixed(
    image,
    (red, green, blue) => (16 + STUDIO[0] * red + STUDIO[1] * green + STUDIO[2] * blue) / 255,
  );
}

/** The luma of an 8-bit image, to 8 bits again. A grey image is returned as it is. */
export function toLuma8(image: Image): Image {
  return image.channels === 1 ? image : toUint8Range(toLuma(image));
}

/**
 * An image with another luma, as `toLuma` has it, [H, W, 1], and its own Cb and Cr: all three colours move alike.
 *
 * Of a grey image nothing stays.
 */
export function withLuma(image: Image, luma: Image): Image {
  if (image.channels === 1) return luma;
  const own = toLuma(image);
  const data = image.data.map((value, i) => {
    const pixel = Math.floor(i / 3);
    return value + (255 / 219) * (luma.data[pixel]! - own.data[pixel]!);
  });
  return { ...image, data };
}

/** A value for each pixel from its three; a grey image is returned as it is. */
function mixed(image: Image, mix: (red: number, green: number, blue: number) => number): Image {
  if (image.channels === 1) return image;
  const out = createImage(image.width, image.height);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = mix(image.data[3 * i]!, image.data[3 * i + 1]!, image.data[3 * i + 2]!);
  return out;
}
