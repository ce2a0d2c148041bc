import { createImage, type Image } from './image.ts';
import { mirror } from './mirror.ts';

/**
 * Resizes by a factor, like MATLAB's imresize(A, scale, 'bicubic').
 *
 *   [H, W, C]  ->  [ceil(scale·H), ceil(scale·W), C]
 *
 * See `resizeTo` for the method. The result may leave [0, 1] near sharp edges; it is not clipped.
 * Throws RangeError unless scale is positive and finite.
 */
export function resize(image: Image, scale: number): Image {
  if (!Number.isFinite(scale) || scale <= 0)
    throw new RangeError(`scale = ${scale}: needs a positive number`);
  const side = (n: number) => Math.ceil(n * scale);
  return resample(image, side(image.width), side(image.height), scale, scale);
}

/**
 * Resizes to given sides, like MATLAB's imresize(A, [height width], 'bicubic').
 *
 *   [H, W, C]  ->  [height, width, C]
 *
 * Separable cubic convolution with Keys' kernel, a = -1/2. When a side shrinks, the kernel is stretched by
 * 1/scale (antialiasing). The image continues beyond its border as its mirror image, the border pixel repeated.
 * Source: R. G. Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans. ASSP 29
 * (1981), Eq. (15); the documentation of imresize for the rest.
 * Differs: MATLAB rounds uint8 images after each direction; here values stay real numbers.
 * Throws RangeError unless both sides are positive integers.
 */
export function resizeTo(image: Image, width: number, height: number): Image {
  return resample(image, width, height, width / image.width, height / image.height);
}

/** Weights of the input pixels in each output pixel along one axis: [out, taps], both arrays. */
interface Contributions {
  readonly taps: number;
  readonly indices: Int32Array;
  readonly weights: Float64Array;
}

function resample(image: Image, width: number, height: number, scaleX: number, scaleY: number): Image {
  const C = image.channels;
  const out = createImage(width, height, C);
  const rows = alongAxis(
    image.data,
    1,
    image.height,
    image.width * C,
    contributions(image.height, height, scaleY),
  );
  out.data.set(alongAxis(rows, height, image.width, C, contributions(image.width, width, scaleX)));
  return out;
}

/**
 * Keys' cubic kernel with a = -1/2.
 *
 *   k(t) =  3/2 |t|³ - 5/2 |t|² + 1               |t| <= 1
 *          -1/2 |t|³ + 5/2 |t|² - 4 |t| + 2       1 < |t| <= 2
 *           0                                     otherwise
 */
function cubic(t: number): number {
  const x = Math.abs(t);
  if (x <= 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x <= 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

/**
 * Output pixel i has its centre at (i + 1/2) / scale - 1/2 in input pixels, both counted from 0; its weights
 * are the kernel's values there, divided by their sum so that a constant stays the same.
 */
function contributions(inLength: number, outLength: number, scale: number): Contributions {
  const stretch = Math.min(scale, 1);
  const support = 4 / stretch;
  const taps = Math.ceil(support) + 1;
  const indices = new Int32Array(outLength * taps);
  const weights = new Float64Array(outLength * taps);
  for (let i = 0; i < outLength; i++) {
    const center = (i + 0.5) / scale - 0.5;
    const first = Math.ceil(center - support / 2);
    let total = 0;
    for (let k = i * taps, j = first; j < first + taps; k++, j++) {
      indices[k] = mirror(j, inLength);
      weights[k] = cubic((center - j) * stretch);
      total += weights[k]!;
    }
    for (let k = i * taps; k < (i + 1) * taps; k++) weights[k]! /= total;
  }
  return { taps, indices, weights };
}

/** data [outer, n, inner]  ->  [outer, out, inner]: a weighted sum along the middle axis, in float64. */
function alongAxis(
  data: Float32Array | Float64Array,
  outer: number,
  n: number,
  inner: number,
  { taps, indices, weights }: Contributions,
): Float64Array {
  const out = weights.length / taps;
  const result = new Float64Array(outer * out * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < out; i++) {
      const to = (o * out + i) * inner;
      for (let k = i * taps; k < (i + 1) * taps; k++) {
        const weight = weights[k]!;
        const from = (o * n + indices[k]!) * inner;
        for (let c = 0; c < inner; c++) result[to + c]! += weight * data[from + c]!;
      }
    }
  }
  return result;
}
