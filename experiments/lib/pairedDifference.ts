import jstat from 'jstat';
import { mean, sum } from 'simple-statistics';

/** Mean of paired differences, its interval, and the test whose interval that is. */
export interface PairedDifference {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
  /** With how many seeds the interval would leave zero out, if mean and spread stay; null if it does, or not with `MOST_SEEDS` */
  readonly seedsNeeded: number | null;
}

/** Two-sided confidence of the intervals. */
export const CONFIDENCE = 0.95;

/** More seeds than these are no advice. */
export const MOST_SEEDS = 100;

/**
 * Mean of paired differences and its 95 % interval, over images and seeds.
 *
 *   d[seed][image]  ->  mean, low, high      d is the variant's PSNR minus the full model's, same image, same seed
 *
 * All images of a seed share its training, and all seeds share the images, so the pairs are not independent: a
 * t-test over all of them would find differences that the next seed does not confirm. The model has both effects,
 *
 *   d_si = mean + seed_s + image_i + rest_si,
 *
 * seeds and images being samples of what could have been drawn. With the mean squares of the two-way analysis of
 * variance, the variance of the mean is (MS_seed + MS_image - MS_rest) / (S I), with Satterthwaite's degrees of
 * freedom; where MS_seed or MS_image is not above MS_rest, that effect is taken for none. (Satterthwaite 1946;
 * Clark 1973, "The language-as-fixed-effect fallacy", has the same test for subjects and words.)
 *
 * p is that of the test whose interval this is: two-sided, of no difference. A single seed does not tell how far seeds
 * differ: then low, high and p are null. So they are for a single image, and where a difference is not finite.
 *
 * How many seeds it would take follows from the same variance with the mean squares that are to be expected of S' seeds: of
 * these MS_image alone depends on S', as it has S' times the images' own variance in it. That of images stays, however many
 * seeds there are, so that no number of them may do.
 */
export function pairedDifference(d: readonly (readonly number[])[]): PairedDifference {
  const [S, I] = [d.length, d[0]!.length];
  const seeds = d.map((row) => mean([...row]));
  const images = d[0]!.map((_, i) => mean(d.map((row) => row[i]!)));
  const all = mean(seeds);
  if (S < 2 || I < 2 || !Number.isFinite(all)) {
    return { mean: all, low: null, high: null, p: null, seedsNeeded: null };
  }
  const squares = (values: readonly number[]) => sum(values.map((value) => value ** 2));
  const rest = squares(d.flatMap((row, s) => row.map((value, i) => value - seeds[s]! - images[i]! + all)));
  const meanSquares = {
    seed: (I * squares(seeds.map((value) => value - all))) / (S - 1),
    image: (S * squares(images.map((value) => value - all))) / (I - 1),
    rest: rest / ((S - 1) * (I - 1)),
  };
  const { error, freedom } = spreadOf(meanSquares, S, I);
  // All differences are the same.
  if (error === 0) return { mean: all, low: all, high: all, p: all === 0 ? 1 : 0, seedsNeeded: null };
  const half = halfWidth({ error, freedom });
  // cdf(0) is not one half to the last digit.
  const p = Math.min(1, 2 * jstat.jStat.studentt.cdf(-Math.abs(all) / error, freedom));
  const seedsNeeded = half < Math.abs(all) ? null : moreSeeds(all, meanSquares, S, I);
  return { mean: all, low: all - half, high: all + half, p, seedsNeeded };
}

/** Of the two-way analysis of variance, each a sum of squares divided by its degrees of freedom. */
interface MeanSquares {
  readonly seed: number;
  readonly image: number;
  readonly rest: number;
}

/** The standard error of the mean of S seeds and I images, and its degrees of freedom. */
interface Spread {
  readonly error: number;
  readonly freedom: number;
}

function spreadOf({ seed, image, rest }: MeanSquares, S: number, I: number): Spread {
  const effects = [
    { value: seed, freedom: S - 1 },
    { value: image, freedom: I - 1 },
  ].filter(({ value }) => value > rest);
  // Each effect's mean square has the rest in it; the rest is to be counted once.
  const terms = [...effects, { value: (1 - effects.length) * rest, freedom: (S - 1) * (I - 1) }];
  const variance = sum(terms.map(({ value }) => value));
  const freedom = variance ** 2 / sum(terms.map(({ value, freedom }) => value ** 2 / freedom));
  return { error: Math.sqrt(Math.max(0, variance) / (S * I)), freedom };
}

function halfWidth({ error, freedom }: Spread): number {
  return jstat.jStat.studentt.inv((1 + CONFIDENCE) / 2, freedom) * error;
}

/** The least number of seeds above S with which the interval leaves zero out; null if `MOST_SEEDS` are too few. */
function moreSeeds(all: number, { seed, image, rest }: MeanSquares, S: number, I: number): number | null {
  const imageVariance = Math.max(0, image - rest) / S;
  for (let more = S + 1; more <= MOST_SEEDS; more++) {
    const expected = { seed, image: rest + more * imageVariance, rest };
    if (halfWidth(spreadOf(expected, more, I)) < Math.abs(all)) return more;
  }
  return null;
}
