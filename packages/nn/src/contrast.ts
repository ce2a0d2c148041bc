import { type Image, mapPixels } from '@nlrn/data';
import type { TrainedNoise } from './weights.ts';

/** How much contrast is changed at the most: with more, what a network sees is no picture any more. */
const MOST_STRETCH = 2.5;

/**
 * The level that a network for some levels knows, where contrast can be changed so that the noise has it; else the noise's own.
 *
 * Measured with the weights of the preset `laptop`, trained for sigma 25, on the first seven images of Set12, PSNR in dB
 * without and with it: sigma 10 30.57 and 32.00, 15 30.43 and 31.35, 40 21.95 and 26.71, 50 18.66 and 25.43.
 */
export function nearestLevel(sigma: number, { low, high }: TrainedNoise): number {
  const nearest = Math.min(high, Math.max(low, sigma));
  return sigma === 0 || nearest / sigma > MOST_STRETCH ? sigma : nearest;
}

/** The grey that stays when contrast is changed: that of a usual picture. */
const MIDDLE = 0.45;

/** An image whose contrast is changed by a factor around middle grey, as `nearestLevel` has it, so that its noise has another level. */
export function stretched(image: Image, factor: number): Image {
  return factor === 1 ? image : mapPixels(image, (value) => MIDDLE + factor * (value - MIDDLE));
}
