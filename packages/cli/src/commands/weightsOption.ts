import { defaultWeights } from '../models/installed.ts';
import { text, userPath } from '../options.ts';

/** The option `--weights` of commands that use a trained network. */
export const weightsOption = text(
  'Weights of `train`, or a published network’s: a .safetensors file; by default those of this package',
);

/** The option `--multi-view`, likewise. */
export const multiViewOption = {
  type: 'boolean',
  default: false,
  describe: 'With a network: the mean over the eight flips and rotations of a picture, eight times the work',
} as const;

/** The path of the weights that are meant for noise of a level. Throws UserError if none are given and the packages have none. */
export function weightsFrom(given: string | undefined, sigma: number): string {
  return given === undefined ? defaultWeights(sigma) : userPath(given);
}
