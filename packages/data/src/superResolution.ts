import { resizeTo } from './bicubic.ts';
import { toLuma, toLuma8, withLuma } from './color.ts';
import { cropImage, type Image, mapPixels } from './image.ts';
import { psnr, ssim } from './metrics.ts';
import { toUint8Range } from './quantize.ts';

/** The scales of the paper's Table 6. */
export const SR_SCALES = [2, 3, 4] as const;

/** One of `SR_SCALES`. */
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
 *
 * Differs: the test program of NLRN's authors makes the small image of luma that is not rounded; here it is of rounded luma, as
 * the published weights of the other networks are tested, so that all rows of Table 6 have one input.
 */
export function srPair(image: Image, scale: SrScale): SrPair {
  const [width, height] = [image.width, image.height].map((n) => Math.floor(n / scale)) as [number, number];
  const truth = cropImage(image, { x: 0, y: 0, width: width * scale, height: height * scale });
  const low = resizeTo(truth, width, height);
  return { truth, low, enlarged: resizeTo(low, truth.width, truth.height) };
}

/** PSNR in dB, peak 1, and SSIM of a result, both images rounded to 8 bits, without `scale` pixels at each border. */
export function srQuality(truth: Image, result: Image, scale: SrScale): SrQuality {
  return qualityInside(toUint8Range(truth), toUint8Range(result), scale);
}

/** PSNR in dB, peak 1, and SSIM. */
export interface SrQuality {
  readonly psnr: number;
  readonly ssim: number;
}

function qualityInside(truth: Image, result: Image, border: number): SrQuality {
  const [a, b] = [shave(truth, border), shave(result, border)];
  return { psnr: psnr(a, b), ssim: ssim(a, b) };
}

/** A test image as a protocol has it: what a method is given of its luma, and how the luma that it makes is measured. */
export interface SrTest extends Pick<SrPair, 'low' | 'enlarged'> {
  /** What a luma [0, 1] of the truth's size is worth, by the protocol. */
  measure(result: Image): SrQuality;
}

/**
 * How an image in colour or grey is made a test.
 *
 * `common` is that of SRCNN, VDSR, DRCN, DRRN, MemNet and NLRN: of `srPair` for its luma in 8 bits. `lapsrn` is that of
 * LapSRN's authors (their evaluate_LapSRN_dataset.m): the colours are made smaller; the result is put together with Cb and Cr
 * as bicubic interpolation has them and rounded to 8 bits, and what is measured is the luma of that and of the image, not
 * rounded. The same result has up to 0.06 dB more by it.
 */
export const SR_PROTOCOLS = {
  /** That of all methods but LapSRN, as the paper's Table 6 has them. */
  common(image: Image, scale: SrScale): SrTest {
    const { truth, low, enlarged } = srPair(toLuma8(image), scale);
    return { low, enlarged, measure: (result) => srQuality(truth, result, scale) };
  },
  /** LapSRN's own. */
  lapsrn(image: Image, scale: SrScale): SrTest {
    const { truth, low, enlarged } = srPair(image, scale);
    const measure = (result: Image) =>
      qualityInside(toLuma(truth), toLuma(toUint8Range(withLuma(enlarged, result))), scale);
    return { low: toLuma(low), enlarged: toLuma(enlarged), measure };
  },
} as const;

/** The name of a protocol. */
export type SrProtocol = keyof typeof SR_PROTOCOLS;

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
