import { createImage, type Image, mapPixels } from '@nlrn/data';
import { fromChannels, toChannels } from './channels.ts';
import { type Plane, sharedPlane } from './plane.ts';

/** The rows of a matrix. */
type Matrix = readonly (readonly number[])[];

/** A grey image is its own luminance. */
const GREY: Matrix = [[1]];

/**
 * Luminance and two opponent colours: (R + G + B) / 3, (R - B) / 2, (R - 2 G + B) / 4. Their rows are orthogonal, so noise
 * that is independent in R, G and B is so in them.
 *
 * Source: K. Dabov, A. Foi, V. Katkovnik and K. Egiazarian, "Color image denoising via sparse 3D collaborative filtering
 * with grouping constraint in luminance-chrominance space", ICIP 2007, Section 2.
 */
const OPPONENT: Matrix = [
  [1 / 3, 1 / 3, 1 / 3],
  [1 / 2, 0, -1 / 2],
  [1 / 4, -1 / 2, 1 / 4],
];

const matrixFor = (channels: number) => (channels === 1 ? GREY : OPPONENT);

/** The luminance of channels, and opponent colours where there are three. */
export function toOpponent(channels: readonly Plane[]): Plane[] {
  return mixed(channels, matrixFor(channels.length));
}

/** The inverse of `toOpponent`. */
export function fromOpponent(planes: readonly Plane[]): Plane[] {
  return mixed(planes, inverse(matrixFor(planes.length)));
}

/** The deviation of the noise in each plane, when it is sigma in each channel. */
export function opponentSigmas(channels: number, sigma: number): number[] {
  return matrixFor(channels).map((row) => sigma * Math.hypot(...row));
}

/** The luminance of an image, as grey: (R + G + B) / 3, in which independent noise has 1 / √3 of its deviation. */
export function luminanceOf(image: Image): Image {
  const { width, height, channels, data } = image;
  if (channels === 1) return image;
  const luminance = createImage(width, height);
  for (let i = 0; i < luminance.data.length; i++)
    luminance.data[i] = (data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!) / 3;
  return luminance;
}

/** What lies in the middle of a picture's range stands for no colour, as grey images have it. */
const NO_COLOR = 0.5;

/** The luminance of a colour image and its two opponent colours, each as a grey image in [0, 1]. */
export function toOpponentImages(image: Image): Image[] {
  return toOpponent(toChannels(image)).map((plane, k) =>
    mapPixels(fromChannels([plane]), (value) => value + (k === 0 ? 0 : NO_COLOR)),
  );
}

/** The inverse of `toOpponentImages`. */
export function fromOpponentImages(images: readonly Image[]): Image {
  const centred = images.map((image, k) => mapPixels(image, (value) => value - (k === 0 ? 0 : NO_COLOR)));
  return fromChannels(fromOpponent(centred.map((image) => toChannels(image)[0]!)));
}

/** Gives an image another luminance, in place: what it differs by is added to each channel, which leaves the opponent colours. */
export function setLuminance(image: Image, luminance: Image): void {
  const { channels, data } = image;
  for (let i = 0; i < luminance.data.length; i++) {
    const pixel = data.subarray(channels * i, channels * (i + 1));
    const change = luminance.data[i]! - pixel.reduce((sum, value) => sum + value, 0) / channels;
    for (let c = 0; c < channels; c++) pixel[c]! += change;
  }
}

/** The inverse of a matrix with orthogonal rows: their transpose, each divided by its squared norm. */
function inverse(rows: Matrix): Matrix {
  const squares = rows.map((row) => row.reduce((sum, value) => sum + value * value, 0));
  return rows.map((_, k) => rows.map((row, c) => row[k]! / squares[c]!));
}

/** Plane k is sum_c A[k, c] · planes[c]. */
function mixed(planes: readonly Plane[], A: Matrix): Plane[] {
  return A.map((row, k) => {
    const { width, height } = planes[k]!;
    const out = sharedPlane(width, height);
    for (let i = 0; i < out.data.length; i++) {
      let sum = 0;
      for (let c = 0; c < row.length; c++) sum += row[c]! * planes[c]!.data[i]!;
      out.data[i] = sum;
    }
    return out;
  });
}
