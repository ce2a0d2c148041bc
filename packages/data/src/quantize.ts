import { type Image, mapPixels } from './image.ts';

/**
 * The integer in 0 … levels that stands for a value in [0, 1], clipped and rounded half up.
 *
 *   q = floor(levels · min(1, max(0, value)) + 1/2)      levels = 255 or 65535
 *
 * NaN stays NaN.
 */
export function quantize(value: number, levels: number): number {
  return Math.floor(Math.min(1, Math.max(0, value)) * levels + 0.5);
}

/**
 * The image as an 8-bit file would hold it: clipped to [0, 1] and rounded to multiples of 1/255.
 *
 * Published PSNR values are measured after this step: DnCNN's test script converts both images by im2uint8
 * first, and NLRN's Table 4 compares with its figures.
 */
export function toUint8Range(image: Image): Image {
  return mapPixels(image, (value) => quantize(value, 255) / 255);
}
