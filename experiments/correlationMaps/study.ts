import { cropImage, type Dataset, type NamedImage, noisyVersion, toGrey } from '@nlrn/data';
import type { Pixel } from '@nlrn/nlrn';
import type { Network } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { lookInside, type StateCorrelation } from './correlations.ts';
import type { Likeness } from './likeness.ts';

/** The middle of an image, at most so many pixels wide and high, is looked at: S has q² numbers for each of them. */
export const MOST_SIDE = 160;

/** The noise is the same for all networks. */
const NOISE_SEED = 0;

/** One network on one image. */
export interface Look {
  readonly image: string;
  /** In the part that is looked at */
  readonly pixel: Pixel;
  readonly noisy: NamedImage['image'];
  readonly truth: NamedImage['image'];
  readonly states: readonly StateCorrelation[];
}

/** The part of each image that is looked at, grey. */
export function partsOf({ images }: Dataset): NamedImage[] {
  return images.map(({ name, image }) => {
    const [width, height] = [image.width, image.height].map((side) => Math.min(side, MOST_SIDE)) as [
      number,
      number,
    ];
    const rectangle = {
      x: Math.floor((image.width - width) / 2),
      y: Math.floor((image.height - height) / 2),
      width,
      height,
    };
    return { name, image: toGrey(cropImage(image, rectangle)) };
  });
}

/** Looks at what a network does with one image, in the window around a pixel and on average. */
export async function look(
  { name, image }: NamedImage,
  pixel: Pixel,
  {
    network,
    likeness,
    sigma,
    backend,
  }: { network: Network; likeness: Likeness; sigma: number; backend: Backend },
): Promise<Look> {
  const noisy = noisyVersion({ name, image }, sigma, NOISE_SEED);
  const states = await lookInside(network, backend, { noisy, sigma, likeness, pixel });
  return { image: name, pixel, noisy, truth: image, states };
}

/** The mean share of each state over images, in the order of the states. */
export function meanShares(looks: readonly Look[]): { state: number; share: number }[] {
  return looks[0]!.states.map(({ state }, i) => ({
    state,
    share: looks.reduce((sum, { states }) => sum + states[i]!.share, 0) / looks.length,
  }));
}
