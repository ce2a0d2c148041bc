import type { Tensor, Variable } from '@nlrn/tensor';
import type { Mode, StatisticUpdates } from './batchNorm.ts';

/** A network that maps noisy images [B, H, W, 1] to restored ones, pixels in [0, 1]: of the same shape, unless it enlarges them. */
export interface Network {
  /** All parameters, as papers count them. */
  readonly params: readonly Variable[];
  /** Those of them that training changes by gradients: see `Parameters`. */
  readonly trained: readonly Variable[];
  /** Running means and variances of the batch normalisations. */
  readonly statistics: readonly Variable[];
  /** The largest piece of an image that it can be given, and the part of it at the border that is not to be kept */
  readonly piece?: { readonly side: number; readonly margin: number } | undefined;
  /** Pieces of an image begin at multiples of this, 1 if undefined: the step of a grid that the network lays over what it is given */
  readonly align?: number | undefined;
  /** Pixels from one of the output to the farthest of the input that it depends on; not known if undefined */
  readonly reach?: number | undefined;
  /** Side of the smallest image that it can be given; 1 if undefined */
  readonly least?: number | undefined;
  /** How many times as long the sides of its output are, for one that takes small images; 1 if undefined */
  readonly enlarges?: number | undefined;
  /** Whether it must be told the level of the noise */
  readonly takesLevel?: boolean;
  /**
   * The restored images, and in `train` mode the new running statistics.
   *
   * `level` [B, 1, 1, 1] is the noise's standard deviation in each image, on the scale of the pixels (sigma / 255), for a
   * network that takes it; others do not look at it.
   */
  forward(x: Tensor, mode: Mode, level?: Tensor): { output: Tensor; updates: StatisticUpdates };
}

/** Number of parameters. */
export function parameterCount({ params }: Network): number {
  return params.reduce((n, { initial }) => n + initial.length, 0);
}
