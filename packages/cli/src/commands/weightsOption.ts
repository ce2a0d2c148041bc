import { defaultWeights } from '../defaultWeights.ts';
import { text, userPath } from '../options.ts';

/** The option `--weights` of commands that use a trained network. */
export const weightsOption = text(
  'Weights of `train`, or a published DnCNN: a .safetensors file; by default those of this package',
);

/** The path of the weights that are meant. Throws UserError if none are given and the package has none. */
export function weightsFrom(given: string | undefined): string {
  return given === undefined ? defaultWeights() : userPath(given);
}
