import { mean, sampleStandardDeviation } from 'simple-statistics';
import { type Experiment, networkId, type Scale, type Variant, variantsAt } from './experiment.ts';
import { holm } from './holm.ts';
import { CONFIDENCE, pairedDifference } from './pairedDifference.ts';
import type { Row, Run, Verdict } from './results.ts';

/** The rows of an experiment in its order; those without runs are there, with nulls. */
export function rowsOf(experiment: Experiment, scale: Scale, runs: readonly Run[]): Row[] {
  const variants = variantsAt(scale, experiment);
  const runsOf = (variant: Variant) => runs.filter(({ id }) => id === networkId(scale, variant));
  return variants.map((variant) => {
    const against = variant.against ?? experiment.fullModel;
    const full = variants.find(({ name }) => name === against)!;
    return rowOf(variant, networkId(scale, variant), runsOf(variant), full, runsOf(full));
  });
}

function rowOf(
  variant: Variant,
  id: string,
  runs: readonly Run[],
  full: Variant,
  fullRuns: readonly Run[],
): Row {
  const psnrs = runs.map((run) => run.mean.restored.psnr);
  const average = (of: (run: Run) => number) => (runs.length > 0 ? mean(runs.map(of)) : null);
  const { paper } = variant;
  const difference = differenceOf(runs, fullRuns);
  const facts = {
    variant: variant.name,
    label: variant.label,
    x: variant.x ?? null,
    id,
    against: full.name,
    seeds: runs.map(({ seed }) => seed).sort((a, b) => a - b),
    parameters: runs[0]?.parameters ?? null,
    ...costOf(runs),
    noisyPsnr: average((run) => run.mean.noisy.psnr),
    psnr: average((run) => run.mean.restored.psnr),
    psnrSd: runs.length > 1 ? sampleStandardDeviation(psnrs) : null,
    ssim: average((run) => run.mean.restored.ssim),
    difference: variant === full && difference ? { ...difference, p: null, seedsNeeded: null } : difference,
    paper: {
      ...paper,
      difference: paper.psnr === null || full.paper.psnr === null ? null : paper.psnr - full.paper.psnr,
    },
  };
  const verdict = variant === full && runs.length > 0 ? 'full model' : verdictOf(facts);
  return { ...facts, verdict, holmVerdict: verdict };
}

/**
 * What a run of a variant takes, the least over seeds: processes that share a core make each other's core-seconds more, never less.
 * null where it is not known of all runs.
 */
function costOf(runs: readonly Run[]): Pick<Row, 'trainingCoreSeconds' | 'coreSecondsPerMegapixel'> {
  const known = runs.flatMap(({ coreSeconds, testing }) =>
    testing ? [{ ...testing, all: coreSeconds }] : [],
  );
  if (known.length === 0 || known.length < runs.length)
    return { trainingCoreSeconds: null, coreSecondsPerMegapixel: null };
  return {
    trainingCoreSeconds: Math.min(...known.map(({ all, coreSeconds }) => all - coreSeconds)),
    coreSecondsPerMegapixel: Math.min(
      ...known.map(({ coreSeconds, megapixels }) => coreSeconds / megapixels),
    ),
  };
}

/**
 * Rows with fewer common seeds are not tested side by side. Holm's correction looks at p values of 0.002, and Satterthwaite's degrees
 * of freedom do not bear them out where the seeds' variance is known from two or three: with 24 rows without any difference,
 * and the variances of those of the preset laptop, it finds one in 30 % of all cases with two seeds, 12 % with three, 7 % with four,
 * 5 % with six or eight. One row alone is outside its interval in 7, 5, 5 and 5 %.
 */
export const FEWEST_SEEDS = 4;

/**
 * Tables whose rows are tested side by side: with Holm's p values, and the verdicts that these give.
 *
 * The full models' own rows are no tests, and the same two networks in two tables are one test. Rows with an interval and
 * fewer than `FEWEST_SEEDS` are none either.
 */
export function sideBySide(tables: readonly (readonly Row[])[]): Row[][] {
  const isTested = (row: Row) => hasInterval(row) && row.difference!.seeds.length >= FEWEST_SEEDS;
  const tests = new Map(
    tables.flatMap((rows) => rows.filter(isTested).map((row) => [testOf(row, rows), row.difference!.p!])),
  );
  const adjusted = holm([...tests.values()]);
  const holmOf = new Map([...tests.keys()].map((test, i) => [test, adjusted[i]!]));
  const correct = (row: Row, rows: readonly Row[]): Row => {
    const difference = { ...row.difference!, holm: holmOf.get(testOf(row, rows))! };
    return { ...row, difference, holmVerdict: verdictOf({ ...row, difference }, mayBeChanceByHolm) };
  };
  return tables.map((rows) =>
    rows.map((row) => {
      if (isTested(row)) return correct(row, rows);
      const isOfFew = hasInterval(row) && row.verdict !== 'not in the paper';
      return isOfFew ? { ...row, holmVerdict: 'not tested' } : row;
    }),
  );
}

/** Which two networks a row compares. */
export function testOf({ id, against }: Row, rows: readonly Row[]): string {
  return `${id} against ${rows.find(({ variant }) => variant === against)?.id}`;
}

/** The variant's PSNR above the full model's, image by image, of the seeds that both have; null if there are none. */
function differenceOf(runs: readonly Run[], fullRuns: readonly Run[]): Row['difference'] {
  const pairs = runs.flatMap((run) => {
    const full = fullRuns.find(({ seed }) => seed === run.seed);
    return full ? [{ run, full }] : [];
  });
  if (pairs.length === 0) return null;
  const found = pairedDifference(
    pairs.map(({ run, full }) =>
      run.images.map(({ restored }, i) => restored.psnr - full.images[i]!.restored.psnr),
    ),
  );
  const seeds = pairs.map(({ run }) => run.seed).toSorted((a, b) => a - b);
  return { ...found, seeds, holm: null };
}

/** Whether a row's difference has an interval. */
export function hasInterval({ verdict, difference }: Row): boolean {
  return verdict !== 'full model' && difference !== null && difference.low !== null;
}

/** Whether a difference's interval holds zero, or there is none. */
export function mayBeChance({ low, high }: NonNullable<Row['difference']>): boolean {
  return low === null || high === null || (low <= 0 && high >= 0);
}

/** The same where rows are tested side by side. */
export function mayBeChanceByHolm({ holm }: NonNullable<Row['difference']>): boolean {
  return holm === null || holm > 1 - CONFIDENCE;
}

/**
 * Whether a row finds what the paper finds: the sign of its difference to the full model, and outside the noise.
 *
 * Where the paper finds none, a difference that its interval alone leaves outside the noise does not become an agreement by a
 * stricter `isChance`.
 */
export function verdictOf(
  { difference, paper }: Pick<Row, 'difference' | 'paper'>,
  isChance: typeof mayBeChance = mayBeChance,
): Verdict {
  if (difference === null) return 'missing';
  if (difference.low === null || difference.high === null) return 'not tested';
  if (paper.claim === null) return 'not in the paper';
  const isNoise = isChance(difference);
  if (paper.claim === 'equal' && mayBeChance(difference)) return 'agrees';
  if (isNoise) return 'inside the noise';
  return paper.claim === (difference.mean > 0 ? 'higher' : 'lower') ? 'agrees' : 'opposite';
}
