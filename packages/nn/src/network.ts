import type { Tensor, Variable } from '@nlrn/tensor';
import type { Mode, StatisticUpdates } from './batchNorm.ts';

/** A network that maps noisy images [B, H, W, 1] to restored ones of the same shape, pixels in [0, 1]. */
export interface Network {
  /** All parameters, as papers count them. */
  readonly params: readonly Variable[];
  /** Those of them that training changes by gradients: see `Parameters`. */
  readonly trained: readonly Variable[];
  /** Running means and variances of the batch normalisations. */
  readonly statistics: readonly Variable[];
  /** The largest piece of an image that it can be given, and the part of it at the border that is not to be kept */
  readonly piece?: { readonly side: number; readonly margin: number } | undefined;
  /** The restored images, and in `train` mode the new running statistics. */
  forward(x: Tensor, mode: Mode): { output: Tensor; updates: StatisticUpdates };
}

/** Number of parameters. */
export function parameterCount({ params }: Network): number {
  return params.reduce((n, { initial }) => n + initial.length, 0);
}
