import { type LoadedWeights, parameterCount, type TrainedNoise } from '@nlrn/nn';
import type { NetworkConfig } from '../catalogue.ts';
import { type Figures, figuresIn, gainOverBicubic, gainOverBm3d } from './figures.ts';
import { levelsApart } from './training.ts';

/** What trained weights say of themselves. */
export interface TrainedModel {
  readonly name: string;
  readonly network: NetworkConfig['network'];
  readonly parameters: number;
  /** The noise that it was trained to remove, if the file says so */
  readonly noise: TrainedNoise | undefined;
  /** By how much it was trained to enlarge images, if it does not remove noise */
  readonly scales?: readonly number[] | undefined;
  readonly figures: Figures;
}

/** What the weights of a file say. */
export function trainedModel(
  name: string,
  { config, network, noise, scales, metadata }: LoadedWeights<NetworkConfig>,
): TrainedModel {
  return {
    name,
    network: config.network,
    parameters: parameterCount(network),
    noise,
    scales,
    figures: figuresIn(metadata),
  };
}

/**
 * Of the models that remove noise the best for a level by its figures beside BM3D's; without figures, the one that was trained
 * for the nearest level. Undefined where there are none.
 */
export function bestModel<M extends TrainedModel>(models: readonly M[], sigma: number): M | undefined {
  const better = (a: M, b: M) =>
    (gainAt(b, sigma) ?? -Infinity) - (gainAt(a, sigma) ?? -Infinity) ||
    levelsApart(a.noise, sigma) - levelsApart(b.noise, sigma);
  return models.filter(({ scales }) => scales === undefined).toSorted(better)[0];
}

/** The best model for noise of a level; undefined where none is better than BM3D. */
export function betterThanBm3d<M extends TrainedModel>(models: readonly M[], sigma: number): M | undefined {
  const best = bestModel(models, sigma);
  return best && (gainAt(best, sigma) ?? 0) > 0 ? best : undefined;
}

function gainAt({ figures, noise }: TrainedModel, sigma: number): number | undefined {
  return gainOverBm3d(figures, sigma, noise);
}

/** Of the models that enlarge by a scale the best by its figures beside those of bicubic interpolation; undefined where there are none. */
export function bestEnlarger<M extends TrainedModel>(models: readonly M[], scale: number): M | undefined {
  const gain = ({ figures }: M) => gainOverBicubic(figures, scale) ?? -Infinity;
  return models.filter(({ scales }) => scales?.includes(scale)).toSorted((a, b) => gain(b) - gain(a) || 0)[0];
}
