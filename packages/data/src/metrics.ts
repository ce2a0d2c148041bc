import { DataError } from './dataError.ts';
import { gaussianWeights } from './gaussianWeights.ts';
import { dimensionsOf, expectSameSize, type Image } from './image.ts';

/** Range of the pixels: 1 for images in [0, 1]. */
export interface MetricOptions {
  readonly peak?: number;
}

/**
 * Mean of the squared differences of two images, over pixels and channels.
 *
 * Throws DataError when their sizes differ.
 */
export function meanSquaredError(a: Image, b: Image): number {
  expectSameSize('the mean squared error', a, b);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum / a.data.length;
}

/**
 * Peak signal-to-noise ratio in dB, over pixels and channels.
 *
 *   PSNR = 10 log10(peak² / MSE)
 *
 * Infinity for identical images. Neither image is clipped or rounded here: see `toUint8Range` for the papers'
 * protocol. Throws DataError when the sizes differ.
 */
export function psnr(a: Image, b: Image, { peak = 1 }: MetricOptions = {}): number {
  return 10 * Math.log10(peak ** 2 / meanSquaredError(a, b));
}

/** Side and standard deviation (pixels) of the window, K1 and K2: Wang et al. 2004, Section III-C. */
const WINDOW = 11;
const WINDOW_SIGMA = 1.5;
const K1 = 0.01;
const K2 = 0.03;

/**
 * Mean structural similarity, in [-1, 1], 1 for identical images.
 *
 *   SSIM = (2 μa μb + C1)(2 σab + C2) / ((μa² + μb² + C1)(σa² + σb² + C2)),   Ci = (Ki · peak)²
 *
 * Means, variances and covariance under an 11 x 11 Gaussian window of standard deviation 1.5 pixels; the mean
 * is over all windows inside the image ('valid') and over channels. Source: Z. Wang, A. C. Bovik, H. R. Sheikh,
 * E. P. Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE Trans.
 * Image Process. 13 (2004), Eq. (13)-(17), and the authors' ssim.m of 2003, which does not downsample.
 * Throws DataError when the sizes differ or a side is below 11 pixels.
 */
export function ssim(a: Image, b: Image, { peak = 1 }: MetricOptions = {}): number {
  expectSameSize('SSIM', a, b);
  if (a.width < WINDOW || a.height < WINDOW) {
    throw new DataError(`SSIM needs at least ${WINDOW} x ${WINDOW} pixels, got ${dimensionsOf(a)}`);
  }
  let sum = 0;
  for (let c = 0; c < a.channels; c++) {
    sum += meanSimilarity(plane(a, c), plane(b, c), a, peak);
  }
  return sum / a.channels;
}

/** Mean SSIM of two planes [height, width]; the two variances occur as a sum only, so one blur serves both. */
function meanSimilarity(a: Float64Array, b: Float64Array, { width, height }: Image, peak: number): number {
  const [C1, C2] = [(K1 * peak) ** 2, (K2 * peak) ** 2];
  const meanA = blur(a, width, height);
  const meanB = blur(b, width, height);
  const meanSquares = blur(
    a.map((p, i) => p * p + b[i]! * b[i]!),
    width,
    height,
  );
  const meanProduct = blur(
    a.map((p, i) => p * b[i]!),
    width,
    height,
  );
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const product = meanA[i]! * meanB[i]!;
    const squares = meanA[i]! ** 2 + meanB[i]! ** 2;
    const covariance = meanProduct[i]! - product;
    const variances = meanSquares[i]! - squares;
    sum += ((2 * product + C1) * (2 * covariance + C2)) / ((squares + C1) * (variances + C2));
  }
  return sum / meanA.length;
}

/** [H, W]  ->  [H - 10, W - 10]: the Gaussian window, first along rows, then along columns. */
function blur(plane: Float64Array, width: number, height: number): Float64Array {
  const outWidth = width - WINDOW + 1;
  const rows = slidingSum(plane, height, width, outWidth, 1);
  // Along columns, a step to the next tap is a whole row.
  return slidingSum(rows, 1, height * outWidth, (height - WINDOW + 1) * outWidth, outWidth);
}

/** data [outer, n]  ->  [outer, out]: y[o, i] = sum_k w_k x[o, i + k · step]. */
function slidingSum(data: Float64Array, outer: number, n: number, out: number, step: number): Float64Array {
  const result = new Float64Array(outer * out);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < WINDOW; k++) {
      const weight = GAUSSIAN[k]!;
      const from = o * n + k * step;
      for (let i = 0; i < out; i++) result[o * out + i]! += weight * data[from + i]!;
    }
  }
  return result;
}

/** One side of the window. */
const GAUSSIAN = gaussianWeights((WINDOW - 1) / 2, WINDOW_SIGMA);

function plane({ data, channels }: Image, channel: number): Float64Array {
  return new Float64Array(data.length / channels).map((_, i) => data[i * channels + channel]!);
}
