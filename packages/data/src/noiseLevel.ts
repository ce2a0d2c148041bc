import { DataError } from './dataError.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';
import { dimensionsOf, type Image } from './image.ts';

/** Below, a level is written with two digits that are not 0, up to the fourth: the steps of 16 bits are 0.004. */
const LITTLE = 0.1;
/** Side of the patches: Chen et al.'s choice for grey images. */
const SIDE = 8;
const TERMS = SIDE * SIDE;
/** More patches than this make the estimate slower, not better. */
const MOST_PATCHES = 40_000;
/** Patches that a covariance of 64 terms needs at the least, twice as many as it has terms. */
const LEAST_PATCHES = 2 * TERMS;
/** Standard deviations of a normal distribution below which all but 0.13 % of flat patches lie. */
const QUANTILE = 3;
/** The choice of patches and the variance settle in three to six rounds. */
const MOST_ROUNDS = 10;
const SETTLED = 1e-3;
/** Standard deviations that a patch's mean keeps from black and white, where noise may have been clipped. */
const CLIPPING = 2;
/** The same before the deviation is known: a tenth of the range. */
const FIRST_MARGIN = 0.1;

/** Less noise than this, in steps of the image's values, is not removed: what the steps round off is as much. */
const LEAST_STEPS = 0.3;

/**
 * Less noise than this is not removed where it is estimated: it may be texture. Of images without noise Set12 is estimated at 0
 * to 2.0, Set5 at 0 to 0.8, Set14 at 0 to 3.6 (3 of 14 above 2.5) and every sixth of BSD68 at 0 to 2.0 and once at 5.9; what is
 * taken away from them would be the picture's own.
 */
const LEAST_ESTIMATE = 2.5;

/** Why an image with noise is left as it is: there is none, or less than the steps of its values hide, or what may be texture. */
export type WhyLeft = 'no noise' | 'below the steps' | 'texture';

/**
 * Why an image of values of so many bits with noise of deviation sigma, 0-255 scale, is left as it is; undefined where it is to be
 * restored. An estimate counts for less than a level that is given.
 */
export function whyLeft(
  sigma: number,
  { isEstimated, bitDepth = 8 }: { readonly isEstimated: boolean; readonly bitDepth?: 8 | 16 },
): WhyLeft | undefined {
  const step = 255 / (2 ** bitDepth - 1);
  if (sigma < LEAST_STEPS * step) return isEstimated || sigma === 0 ? 'no noise' : 'below the steps';
  return isEstimated && sigma < LEAST_ESTIMATE ? 'texture' : undefined;
}

/**
 * Estimates the standard deviation of white Gaussian noise in an image, on the 0-255 scale.
 *
 * Two published ideas, one in the other. Patches in which neighbouring pixels differ no more than noise alone would
 * make them are chosen (X. Liu, M. Tanaka, M. Okutomi, "Single-image noise level estimation for blind denoising",
 * IEEE Trans. Image Process. 22 (2013), 5226); of the eigenvalues of their covariance, the largest are left out until
 * the mean of the rest is no larger than their median, and is the noise's variance (G. Chen, F. Zhu, P. A. Heng,
 * "An efficient statistical method for image noise level estimation", ICCV 2015). As the choice needs the variance,
 * both are repeated until it stays.
 *
 * Where an image reaches black or white its noise may have been clipped: patches near them are left out, if others
 * remain. So are patches of one value, which are not noisy but of a frame, a backdrop or a screen, and where there is noise
 * those that reach into such: the estimate is 0 where nearly all are. Noise that is alike in neighbouring pixels (JPEG,
 * enlarged pictures) counts as less than it was. Colour: the square root of the mean of the channels' variances.
 *
 * Mean absolute error on Set12: 0.3 at sigma 5 to 50 (at the most 1.0); after rounding and clipping to 8 bits 0.3 up to
 * 25, 0.4 at 40, 0.9 at 50, and 10 too little at 75, as no patch is away from both ends then. Most images without noise
 * are estimated at 0 to 2, those of texture everywhere at up to 5.9: see `whyLeft`.
 *
 * Throws DataError when the image has fewer than 128 patches of 8 x 8 pixels (about 18 x 18 pixels).
 */
export function estimateNoiseLevel(image: Image): number {
  let variances = 0;
  for (let channel = 0; channel < image.channels; channel++)
    variances += flatVariance(new Patches(image, channel));
  return 255 * Math.sqrt(variances / image.channels);
}

function flatVariance(patches: Patches): number {
  const variance = settledVariance(patches, patches.hasSeveral) ?? 0;
  // Of a picture without noise those that are left out here are the flat ones.
  if (255 * Math.sqrt(variance) < LEAST_ESTIMATE) return variance;
  return settledVariance(patches, patches.isAtNoEdge) ?? variance;
}

/** The variance to which the choice among patches that can be used comes; undefined if these are too few. */
function settledVariance(patches: Patches, isUsed: (patch: number) => boolean): number | undefined {
  const isInside = patches.awayFromEnds(FIRST_MARGIN);
  const first = patches.covariance((patch) => isUsed(patch) && isInside(patch)) ?? patches.covariance(isUsed);
  if (!first) return undefined;
  let variance = noiseVariance(first);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const isFlat = (patch: number) => isUsed(patch) && patches.energies[patch]! <= FLAT_ENERGY * variance;
    const isAway = patches.awayFromEnds(CLIPPING * Math.sqrt(variance));
    const covariance =
      patches.covariance((patch) => isFlat(patch) && isAway(patch)) ?? patches.covariance(isFlat);
    if (!covariance) return variance;
    const next = noiseVariance(covariance);
    if (Math.abs(next - variance) <= SETTLED * variance) return next;
    variance = next;
  }
  return variance;
}

/** Chen et al.'s Algorithm 1: what is left of the eigenvalues when those of the image's own structure are gone. */
function noiseVariance(covariance: Float64Array): number {
  const values = symmetricEigenvalues(covariance, TERMS);
  let sum = values.reduce((a, b) => a + b, 0);
  for (let first = 0; first < TERMS; first++) {
    const count = TERMS - first;
    const median = (values[first + ((count - 1) >> 1)]! + values[first + (count >> 1)]!) / 2;
    if (sum / count <= median) return Math.max(sum / count, 0);
    sum -= values[first]!;
  }
  return 0;
}

/**
 * What the energy of a flat patch's differences is below, for noise of variance 1.
 *
 * The energy, the sum of squared differences of horizontal and vertical neighbours, is a quadratic form of the noise with
 * mean tr A and variance 2 tr A², A the Laplacian of a grid of 8 x 8; a gamma distribution with these has the quantile
 * k θ (1 - 1 / 9k + z / sqrt(9k))³ (Wilson and Hilferty 1931).
 */
const FLAT_ENERGY = flatEnergy();

function flatEnergy(): number {
  const neighbours = (i: number) => (i === 0 || i === SIDE - 1 ? 1 : 2);
  const pairs = 2 * SIDE * (SIDE - 1);
  let squares = 2 * pairs;
  for (let i = 0; i < SIDE; i++)
    for (let j = 0; j < SIDE; j++) squares += (neighbours(i) + neighbours(j)) ** 2;
  const [mean, variance] = [2 * pairs, 2 * squares];
  const k = mean ** 2 / variance;
  return mean * (1 - 1 / (9 * k) + QUANTILE / Math.sqrt(9 * k)) ** 3;
}

/** The places of the first and last row and column of a patch. */
const SIDES = [0, SIDE - 1].flatMap((last) => [
  Array.from({ length: SIDE }, (_, i) => last * SIDE + i),
  Array.from({ length: SIDE }, (_, i) => i * SIDE + last),
]);

/** The overlapping patches of one channel, some of them where there are too many, each with its mean and the energy of its differences. */
class Patches {
  private readonly pixels: Float64Array;
  readonly energies: Float64Array;
  readonly means: Float64Array;
  /** Which patches have several values on each of their sides, 1 or 0 */
  private readonly varied: Uint8Array;
  private readonly isClipped: boolean;
  /** Which patches the covariance is of, 1 or 0, how many they are, and the sums of their pixels and of products of these */
  private readonly taken: Uint8Array;
  private count = 0;
  private readonly sums = new Float64Array(TERMS);
  private readonly products = new Float64Array(TERMS * TERMS);

  constructor(image: Image, channel: number) {
    const [columns, rows] = [image.width - SIDE + 1, image.height - SIDE + 1];
    if (columns < 1 || rows < 1 || columns * rows < LEAST_PATCHES) {
      throw new DataError(`an image of ${dimensionsOf(image)} pixels is too small to estimate its noise`);
    }
    const step = Math.max(1, Math.ceil(Math.sqrt((columns * rows) / MOST_PATCHES)));
    const count = Math.ceil(columns / step) * Math.ceil(rows / step);
    this.pixels = new Float64Array(count * TERMS);
    this.energies = new Float64Array(count);
    this.means = new Float64Array(count);
    this.varied = new Uint8Array(count);
    this.taken = new Uint8Array(count);
    this.isClipped = reachesEnds(image);
    let patch = 0;
    for (let y = 0; y < rows; y += step)
      for (let x = 0; x < columns; x += step) this.take(image, channel, { x, y }, patch++);
  }

  /**
   * The covariance [64 · 64] of the patches that are taken; undefined if they are too few. From choice to choice most patches
   * stay: only what those add that come and go is computed.
   */
  covariance(isTaken: (patch: number) => boolean): Float64Array | undefined {
    for (let patch = 0; patch < this.energies.length; patch++) {
      const is = Number(isTaken(patch));
      const change = is - this.taken[patch]!;
      if (change === 0) continue;
      this.taken[patch] = is;
      this.count += change;
      addProducts(this.pixels.subarray(patch * TERMS, (patch + 1) * TERMS), change, this.sums, this.products);
    }
    return this.count < LEAST_PATCHES ? undefined : centred(this.sums, this.products, this.count);
  }

  /** Whether a patch has more than one value. */
  readonly hasSeveral = (patch: number): boolean => this.energies[patch]! > 0;

  /** Whether a patch has more than one value on each of its sides: in noise, one without them reaches into what has none. */
  readonly isAtNoEdge = (patch: number): boolean => this.varied[patch] === 1;

  /** Says of a patch whether its mean keeps this far from black and white; of any, where nothing is clipped. */
  awayFromEnds(margin: number): (patch: number) => boolean {
    return this.isClipped ? (patch) => Math.abs(this.means[patch]! - 0.5) <= 0.5 - margin : () => true;
  }

  private take(
    { width, channels, data }: Image,
    channel: number,
    { x, y }: { x: number; y: number },
    patch: number,
  ): void {
    const to = this.pixels.subarray(patch * TERMS, (patch + 1) * TERMS);
    let energy = 0;
    let sum = 0;
    for (let t = 0; t < TERMS; t++) {
      const [v, u] = [t >> 3, t & 7];
      const value = data[((y + v) * width + x + u) * channels + channel]!;
      to[t] = value;
      sum += value;
      if (u > 0) energy += (value - to[t - 1]!) ** 2;
      if (v > 0) energy += (value - to[t - SIDE]!) ** 2;
    }
    this.energies[patch] = energy;
    this.means[patch] = sum / TERMS;
    this.varied[patch] = Number(SIDES.every((side) => side.some((t) => to[t] !== to[side[0]!])));
  }
}

/** Whether values keep to [0, 1] and some lie at an end. */
function reachesEnds({ data }: Image): boolean {
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return (least === 0 && most <= 1) || (most === 1 && least >= 0);
}

/** Adds a patch, and the upper half of its products with itself, so many times. */
function addProducts(patch: Float64Array, times: number, sums: Float64Array, products: Float64Array): void {
  for (let i = 0; i < TERMS; i++) {
    const value = times * patch[i]!;
    sums[i]! += value;
    for (let j = i; j < TERMS; j++) products[i * TERMS + j]! += value * patch[j]!;
  }
}

function centred(sums: Float64Array, products: Float64Array, count: number): Float64Array {
  const covariances = new Float64Array(TERMS * TERMS);
  for (let i = 0; i < TERMS; i++) {
    for (let j = i; j < TERMS; j++) {
      const covariance = products[i * TERMS + j]! / count - (sums[i]! / count) * (sums[j]! / count);
      covariances[i * TERMS + j] = covariance;
      covariances[j * TERMS + i] = covariance;
    }
  }
  return covariances;
}

/** `7.3`, `25`, `0.04`: with a digit where it says something. */
export function formatSigma(sigma: number): string {
  return String(Number(sigma < LITTLE ? Number(sigma.toPrecision(2)).toFixed(4) : sigma.toFixed(1)));
}
