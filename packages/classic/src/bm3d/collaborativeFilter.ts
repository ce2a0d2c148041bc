import type { Groups } from '../groups.ts';
import type { Plane } from '../plane.ts';
import { BlockSpectra } from '../transforms/blockSpectra.ts';
import { haar, inverseHaar } from '../transforms/haar.ts';
import { inverseOfBlock, type LineTransform } from '../transforms/lines.ts';
import { hardThreshold, wienerFilter } from './shrinkage.ts';

/** A channel, and what a step knows of it. */
export interface Channel {
  readonly noisy: Plane;
  /** Deviation of its noise, 0-255 scale */
  readonly sigma: number;
  /** Step 1: coefficients up to λ3D · sigma are noise. */
  readonly lambda: number;
  /** Step 2: what step 1 has made of it. */
  readonly basic?: Plane;
}

/**
 * Phi of a group (see `step.ts`): the transform along the group, a shrinkage, and the transform back.
 *
 * Step 1 thresholds the coefficients; step 2 takes Wiener's filter, which the basic estimate's coefficients give.
 */
export class CollaborativeFilter {
  /** `[size, n²]`: the group, before and after. */
  readonly group: Float64Array;
  readonly #channel: Channel;
  readonly #noisy: BlockSpectra;
  readonly #basic: BlockSpectra | undefined;
  readonly #estimate: Float64Array;
  readonly #transform: LineTransform;
  readonly #area: number;

  constructor(channel: Channel, transform: LineTransform, { search, size }: Pick<Groups, 'search' | 'size'>) {
    this.#area = transform.n * transform.n;
    const spectra = (plane: Plane) => new BlockSpectra(plane, transform, 2 * search + 1);
    this.#channel = channel;
    this.#transform = transform;
    this.#noisy = spectra(channel.noisy);
    this.#basic = channel.basic && spectra(channel.basic);
    this.group = new Float64Array(size * this.#area);
    this.#estimate = new Float64Array(this.#basic ? size * this.#area : 0);
  }

  /** Prepares for groups whose blocks begin in rows from, …, to - 1. */
  need(from: number, to: number): void {
    this.#noisy.need(from, to);
    this.#basic?.need(from, to);
  }

  /** Filters the group of the blocks at places[first], …, places[first + M - 1]; its weight in delta is returned. */
  apply(places: Int32Array, first: number, M: number): number {
    const { sigma, lambda } = this.#channel;
    const length = M * this.#area;
    // No zero, which Wiener's filter would divide by where the estimate is none, either.
    const variance = sigma * sigma || Number.MIN_VALUE;
    gather(this.#noisy, places, first, M, this.#area, this.group);
    haar(this.group, M, this.#area);
    let remaining: number;
    if (this.#basic) {
      gather(this.#basic, places, first, M, this.#area, this.#estimate);
      haar(this.#estimate, M, this.#area);
      remaining = wienerFilter(this.group, this.#estimate, length, variance);
    } else {
      remaining = hardThreshold(this.group, length, lambda * sigma);
    }
    for (let m = 0; m < M; m++) inverseOfBlock(this.#transform, this.group, m * this.#area);
    inverseHaar(this.group, M, this.#area);
    return weightOf(remaining, variance);
  }
}

/** Weights are no farther from 1: the sums of blocks, products with pixels and window's values, stay within float32. */
const FARTHEST = 1e25;

/** The weight of a group: Dabov et al.'s Eq. (10) and (11), 1 / (variance · remaining), or 1 if nothing remains, all times the variance. */
function weightOf(remaining: number, variance: number): number {
  const weight = remaining > 0 ? 1 / remaining : variance;
  return Math.max(1 / FARTHEST, Math.min(weight, FARTHEST));
}

/** G: the spectra of the blocks at places[first], … to group [M, area]. */
function gather(
  spectra: BlockSpectra,
  places: Int32Array,
  first: number,
  M: number,
  area: number,
  group: Float64Array,
): void {
  const { data } = spectra;
  let out = 0;
  for (let m = 0; m < M; m++) {
    const offset = spectra.offset(places[first + m]!);
    for (let i = offset; i < offset + area; i++) group[out++] = data[i]!;
  }
}
