import { cropImage, type Dataset, type NamedImage, noisyVersion, toGrey } from '@nlrn/data';
import type { Pixel } from '@nlrn/nlrn';
import { contrastFor, type Network, stretched, type TrainedNoise } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { NOISE_SEED } from '../lib/noise.ts';
import { lookInside, type StateCorrelation } from './correlations.ts';
import type { Likeness } from './likeness.ts';

/** The middle of an image, at most so many pixels wide and high, is looked at: S has q² numbers for each of them. */
export const MOST_SIDE = 160;

/** What is looked at of an image, grey. */
export interface Part extends NamedImage {
  /** Its first pixel, in the image */
  readonly corner: Pixel;
}

/** A pixel of an image, in its part. */
export const inPart = ({ x, y }: Pixel, { corner }: Part): Pixel => ({ x: x - corner.x, y: y - corner.y });

/** A pixel of a part, in its image. */
export const inImage = ({ x, y }: Pixel, { corner }: Part): Pixel => ({ x: x + corner.x, y: y + corner.y });

/** One network on one image. */
export interface Look {
  readonly part: Part;
  /** In the part */
  readonly pixel: Pixel;
  readonly noisy: NamedImage['image'];
  readonly states: readonly StateCorrelation[];
}

/** The part of each image that is looked at. */
export function partsOf({ images }: Dataset): Part[] {
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
    const { x, y } = rectangle;
    return { name, image: toGrey(cropImage(image, rectangle)), corner: { x, y } };
  });
}

/** A network, and at which noise it is looked at. */
export interface Looking {
  readonly network: Network;
  /** What it was trained to remove, if that is known */
  readonly trained?: TrainedNoise | undefined;
  readonly likeness: Likeness;
  readonly sigma: number;
  readonly backend: Backend;
}

/**
 * Looks at what a network does with a part of an image, in the window around a pixel of the part and on average; of other noise
 * than it was trained for it is given, as when it restores, a picture of another contrast (`restoreImage`).
 */
export async function look(
  part: Part,
  pixel: Pixel,
  { network, trained, likeness, sigma, backend }: Looking,
): Promise<Look> {
  const noisy = noisyVersion(part, sigma, NOISE_SEED);
  const seen = stretched(noisy, contrastFor(network, { sigma, trained }));
  const states = await lookInside(network, backend, { noisy: seen, sigma, likeness, pixel });
  return { part, pixel, noisy, states };
}

/** The mean share of each state over images, in the order of the states. */
export function meanShares(looks: readonly Look[]): { state: number; share: number }[] {
  return looks[0]!.states.map(({ state }, i) => ({
    state,
    share: looks.reduce((sum, { states }) => sum + states[i]!.share, 0) / looks.length,
  }));
}
