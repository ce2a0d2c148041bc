import { resizeTo } from './bicubic.ts';
import { cropImage, type Image, mapPixels } from './image.ts';
import { psnr, ssim } from './metrics.ts';
import { toUint8Range } from './quantize.ts';

/** The scales of the paper's Table 6. */
export const SR_SCALES = [2, 3, 4] as const;

export type SrScale = (typeof SR_SCALES)[number];

/** What a method of super-resolution is given of a test image, and what it is compared with. */
export interface SrPair {
  /** [h · scale, w · scale, C] */
  readonly truth: Image;
  /** [h, w, C] */
  readonly low: Image;
  /** `low` enlarged by bicubic interpolation, [h · scale, w · scale, C]: what the networks of Table 6 take */
  readonly enlarged: Image;
}

/**
 * Makes a test image's pair, as SRCNN, VDSR, DRCN, DRRN, MemNet and NLRN are tested (Section 5, "Image super-resolution").
 *
 * Columns and rows beyond a multiple of the scale are cut off at the right and at the bottom; the rest is made smaller and
 * larger again by MATLAB's imresize, with antialiasing, neither rounded nor clipped. For Table 6 images are luma as
 * `toLuma8` makes it.
 */
export function srPair(image: Image, scale: SrScale): SrPair {
  const [width, height] = [image.width, image.height].map((n) => Math.floor(n / scale)) as [number, number];
  const truth = cropImage(image, { x: 0, y: 0, width: width * scale, height: height * scale });
  const low = resizeTo(truth, width, height);
  return { truth, low, enlarged: resizeTo(low, truth.width, truth.height) };
}

/** PSNR in dB, peak 1, and SSIM of a result, both images rounded to 8 bits, without `scale` pixels at each border. */
export function srQuality(truth: Image, result: Image, scale: SrScale): { psnr: number; ssim: number } {
  const [a, b] = [truth, result].map((image) => shave(toUint8Range(image), scale)) as [Image, Image];
  return { psnr: psnr(a, b), ssim: ssim(a, b) };
}

/**
 * Bicubic interpolation as the published rows have it: clipped to luma's range, 16 to 235, also where an image is grey.
 *
 * (Found by trying: with it all twelve published PSNR come out to two digits, without it within 0.006 dB.)
 */
export function srBicubic({ enlarged }: SrPair): Image {
  return mapPixels(enlarged, (value) => Math.min(235 / 255, Math.max(16 / 255, value)));
}

function shave(image: Image, border: number): Image {
  const [width, height] = [image.width - 2 * border, image.height - 2 * border];
  return cropImage(image, { x: border, y: border, width, height });
}
