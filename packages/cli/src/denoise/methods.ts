import { bilateral, bm3d, type ClassicOptions, nonLocalMeans, wnnm } from '@nlrn/classic';
import { type Image, mapPixels, type OnProgress } from '@nlrn/data';
import { loadWeights } from '@nlrn/networks';
import { createRestorer, type TrainedNoise } from '@nlrn/nn';
import { withBackend } from '../options.ts';
import { describeTrainedNoise, warnOfOtherNoise } from '../trainedNoise.ts';

/** What a method works with. */
export interface MethodOptions {
  /** A weights file, for networks */
  readonly weights: string;
  readonly backend: string;
  readonly threads?: number | undefined;
  /** Bytes that a network's program may take */
  readonly memory: number;
}

/** Removes noise of a deviation, 0-255 scale and above 0, from an image. */
export type Denoise = (image: Image, sigma: number, onProgress: OnProgress) => Promise<Image>;

/** A method that is ready to be used, and what it is, for messages. */
export interface Method {
  readonly describe: string;
  readonly denoise: Denoise;
}

/** Opens a method for the length of some work. */
type Open = <T>(options: MethodOptions, work: (method: Method) => Promise<T>) => Promise<T>;

/**
 * The methods, by their names.
 *
 * BM3D is the default: of what comes with this package it is the best at every level (29.92 dB on Set12 at sigma 25, where the
 * weights of the preset `laptop` have 29.33, and non-local means 28.85), and it knows all levels. WNNM, in the
 * paper's table a little better, takes some forty times as long.
 */
export const METHODS = {
  bm3d: classic('BM3D', bm3d),
  wnnm: classic('WNNM', wnnm),
  nlm: classic('non-local means', nonLocalMeans),
  bilateral: classic('the bilateral filter', bilateral),
  nlrn: openNetwork,
} as const satisfies Record<string, Open>;

export type MethodName = keyof typeof METHODS;

function classic(describe: string, method: (image: Image, options: ClassicOptions) => Promise<Image>): Open {
  return ({ threads }, work) =>
    work({
      describe,
      denoise: (image, sigma, onProgress) => method(image, { sigma, threads, onProgress }),
    });
}

function openNetwork<T>(options: MethodOptions, work: (method: Method) => Promise<T>): Promise<T> {
  const { network, noise } = loadWeights(options.weights);
  return withBackend(options, async (backend) => {
    const restore = createRestorer(network, backend, { memory: options.memory });
    const denoise: Denoise = async (image, sigma, onProgress) => {
      warnOfOtherNoise('noise of sigma', Number(formatSigma(sigma)), noise);
      const known = network.takesLevel ? sigma : knownLevel(sigma, noise);
      const scaled = stretched(image, known / sigma);
      return stretched(await restore(scaled, { sigma: known, onProgress }), sigma / known);
    };
    return work({ describe: describeTrainedNoise(noise), denoise }).finally(() => restore.dispose());
  });
}

/** How much contrast is changed at the most: with more, what a network sees is no picture any more. */
const MOST_STRETCH = 2.5;

/**
 * The level that a network knows, where contrast can be changed so that the noise has it; else the noise's own.
 *
 * Measured with the weights of the preset `laptop`, trained for sigma 25, on the first seven images of Set12, PSNR in dB
 * without and with it: sigma 10 30.57 and 32.00, 15 30.43 and 31.35, 40 21.95 and 26.71, 50 18.66 and 25.43.
 */
function knownLevel(sigma: number, noise: TrainedNoise | undefined): number {
  if (!noise) return sigma;
  const nearest = Math.min(noise.high, Math.max(noise.low, sigma));
  return nearest / sigma > MOST_STRETCH ? sigma : nearest;
}

/** The grey that stays when contrast is changed: that of a usual picture. */
const MIDDLE = 0.45;

function stretched(image: Image, factor: number): Image {
  return factor === 1 ? image : mapPixels(image, (value) => MIDDLE + factor * (value - MIDDLE));
}

/** `7.3`, `25`: with a digit where it says something. */
export function formatSigma(sigma: number): string {
  return String(Number(sigma.toFixed(1)));
}
