import { type Image, mapPixels } from '@nlrn/data';
import type { Network } from './network.ts';
import type { TrainedNoise } from './weights.ts';

/** How much contrast is changed at the most: with more, what a network sees is no picture any more. */
const MOST_STRETCH = 2.5;

/**
 * The factor by which contrast is changed for a network, so that noise of sigma, 0-255 scale, has a level that it knows: 1 for one
 * that is told the level, where it is not known which levels it was trained for, and where the contrast would be changed too much.
 *
 * Measured with weights of the preset `laptop` after 6,000 steps, trained for sigma 25, on the first seven images of Set12, PSNR in dB
 * without and with it: sigma 10 30.57 and 32.00, 15 30.43 and 31.35, 40 21.95 and 26.71, 50 18.66 and 25.43.
 */
export function contrastFor(
  { takesLevel }: Pick<Network, 'takesLevel'>,
  { sigma, trained }: { readonly sigma: number; readonly trained: TrainedNoise | undefined },
): number {
  if (takesLevel || !trained) return 1;
  const factor = Math.min(trained.high, Math.max(trained.low, sigma)) / sigma;
  return factor > 0 && factor <= MOST_STRETCH ? factor : 1;
}

/** The grey that stays when contrast is changed: that of a usual picture. */
const MIDDLE = 0.45;

/** An image whose contrast is changed by a factor around middle grey, as `contrastFor` has it, so that its noise has another level. */
export function stretched(image: Image, factor: number): Image {
  return factor === 1 ? image : mapPixels(image, (value) => MIDDLE + factor * (value - MIDDLE));
}
