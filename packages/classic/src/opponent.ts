import { createImage, type Image } from '@nlrn/data';
import { type Plane, sharedPlane } from './plane.ts';
import { inverse, type Matrix } from './transforms/matrix.ts';

/** Pixels are 0-1 in images and 0-255 in planes. */
const SCALE = 255;

/** A grey image is its own luminance. */
const GREY: Matrix = { n: 1, data: Float64Array.of(1) };

/**
 * Luminance and two opponent colours: (R + G + B) / 3, (R - B) / 2, (R - 2 G + B) / 4. Their rows are orthogonal, so noise
 * that is independent in R, G and B is so in them.
 *
 * Source: K. Dabov, A. Foi, V. Katkovnik and K. Egiazarian, "Color image denoising via sparse 3D collaborative filtering
 * with grouping constraint in luminance-chrominance space", ICIP 2007, Section 2.
 */
const OPPONENT: Matrix = {
  n: 3,
  data: Float64Array.of(1 / 3, 1 / 3, 1 / 3, 1 / 2, 0, -1 / 2, 1 / 4, -1 / 2, 1 / 4),
};

const matrixFor = (channels: 1 | 3) => (channels === 1 ? GREY : OPPONENT);

/** The planes of an image: luminance first, and opponent colours if it has colour. */
export function toPlanes(image: Image): Plane[] {
  const { n, data: A } = matrixFor(image.channels);
  return Array.from({ length: n }, (_, k) => {
    const plane = sharedPlane(image.width, image.height);
    for (let i = 0; i < plane.data.length; i++) {
      let sum = 0;
      for (let c = 0; c < n; c++) sum += A[k * n + c]! * image.data[i * n + c]!;
      plane.data[i] = SCALE * sum;
    }
    return plane;
  });
}

/** The deviation of the noise in each plane, when it is sigma in each channel of the image. */
export function planeSigmas(channels: 1 | 3, sigma: number): number[] {
  const { n, data: A } = matrixFor(channels);
  return Array.from({ length: n }, (_, k) => sigma * Math.hypot(...A.subarray(k * n, (k + 1) * n)));
}

/** The inverse of `toPlanes`. */
export function fromPlanes(planes: readonly Plane[]): Image {
  const channels = planes.length === 1 ? 1 : 3;
  const { n, data: A } = inverse(matrixFor(channels));
  const image = createImage(planes[0]!.width, planes[0]!.height, channels);
  for (let i = 0; i < image.data.length; i++) {
    const [pixel, c] = [Math.floor(i / n), i % n];
    image.data[i] = planes.reduce((sum, { data }, k) => sum + A[c * n + k]! * data[pixel]!, 0) / SCALE;
  }
  return image;
}
