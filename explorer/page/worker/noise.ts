import { type Image, noisyVersion } from '@nlrn/data';
import { type Quality, quality } from '@nlrn/nn';
import { largePicture } from './large.ts';

/** A picture, and the noise that it gets. */
export interface NoiseGiven {
  /** On this and the seed the noise depends */
  readonly name: string;
  readonly image: Image;
  /** Deviation, 0-255 scale; 0 is none */
  readonly sigma: number;
  readonly seed: number;
}

/** A picture that is to be restored, and what is said of it before. */
export interface Noisy {
  readonly noisy: Image;
  /** How close it is to the picture without the noise; unknown where none was added */
  readonly quality: Quality | undefined;
  /** What a large picture takes, in words */
  readonly warning: string | undefined;
}

/** Adds noise as `pnpm nlrn denoise --add-noise` does. Throws DataError for a picture that is too small. */
export function addNoise({ name, image, sigma, seed }: NoiseGiven): Noisy {
  const noisy = noisyVersion({ name, image }, sigma, seed);
  return {
    noisy,
    quality: sigma === 0 ? undefined : quality({ name, image }, noisy),
    warning: largePicture(image),
  };
}
