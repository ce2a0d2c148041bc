import type { TrainedNoise } from '@nlrn/nn';

/** `weights trained for sigma 25`, `… 0 to 55`, or that they do not say for which. */
export function describeTrainedNoise(trained: TrainedNoise | undefined): string {
  return trained === undefined
    ? 'weights that do not say for which sigma'
    : `weights trained for ${formatLevels(trained)}`;
}

/** `weights trained to enlarge by 2, 3, 4`, or that they do not say by how much. */
export function describeTrainedScales(trained: readonly number[] | undefined): string {
  return trained === undefined
    ? 'weights that do not say for which scale'
    : `weights trained to enlarge by ${trained.join(', ')}`;
}

/** `sigma 25`, or `sigma 0 to 55`. */
export function formatLevels({ low, high }: TrainedNoise): string {
  return low === high ? `sigma ${low}` : `sigma ${low} to ${high}`;
}

/** How far a level is from those that weights were trained for. */
export function levelsApart(noise: TrainedNoise | undefined, sigma: number): number {
  if (!noise) return Infinity;
  return Math.max(0, noise.low - sigma, sigma - noise.high);
}
