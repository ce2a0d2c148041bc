import { signed } from '../lib/numbers.ts';
import type { Results, Row } from '../lib/results.ts';

/** The rows of a table or figure but the full model's, by what the interval of their difference to it says. */
export interface Findings {
  /** The 95 % interval lies below zero, or above it */
  readonly lower: readonly Row[];
  readonly higher: readonly Row[];
  /** It holds zero: the difference may be chance */
  readonly chance: readonly Row[];
  /** There is no interval: one seed */
  readonly single: readonly Row[];
  readonly missing: readonly Row[];
}

type Finding = keyof Findings;

export function findingsOf({ rows, fullModel }: Results): Findings {
  const others = rows.filter(({ variant }) => variant !== fullModel);
  const having = (finding: Finding) => others.filter((row) => findingOf(row) === finding);
  return {
    lower: having('lower'),
    higher: having('higher'),
    chance: having('chance'),
    single: having('single'),
    missing: having('missing'),
  };
}

function findingOf({ difference }: Row): Finding {
  if (difference === null) return 'missing';
  if (difference.low === null || difference.high === null) return 'single';
  if (difference.low > 0) return 'higher';
  return difference.high < 0 ? 'lower' : 'chance';
}

/** What `findingsOf` goes by, as the page says it. */
export const FINDINGS_RULE =
  'A row is lower or higher than the full model where the 95 % interval of its difference lies below or above zero; ' +
  'where the interval holds zero, the difference may be chance; with one seed there is no interval.';

/** A kind of finding in words, and its rows: `Dot product (−0.30), Gaussian (−0.20)`. */
export interface FindingInWords {
  readonly finding: string;
  readonly rows: string;
}

/** What a table or figure shows, in plain words; kinds of finding that no row has are left out. */
export function findingsInWords(results: Results): FindingInWords[] {
  const { lower, higher, chance, single, missing } = findingsOf(results);
  return [
    { finding: 'Lower', rows: inWords(lower) },
    { finding: 'Higher', rows: inWords(higher) },
    { finding: 'May be chance', rows: inWords(chance) },
    { finding: 'One seed, chance unknown', rows: inWords(single) },
    { finding: 'Missing', rows: inWords(missing) },
  ].filter(({ rows }) => rows !== '');
}

/** What the rows are compared with. */
export function fullModelSentence({ rows, fullModel }: Results): string {
  const full = rows.find(({ variant }) => variant === fullModel);
  if (full?.psnr == null) return 'The full model has not been run, so that nothing can be compared with it.';
  const spread = full.psnrSd === null ? '' : ` ± ${full.psnrSd.toFixed(2)}`;
  return `The full model has ${full.psnr.toFixed(2)}${spread} dB, the noisy images ${full.noisyPsnr!.toFixed(2)} dB.`;
}

/** The largest difference first. */
function inWords(rows: readonly Row[]): string {
  const size = ({ difference }: Row) => Math.abs(difference?.mean ?? 0);
  return rows
    .toSorted((a, b) => size(b) - size(a))
    .map(({ label, difference }) => `${label}${difference ? ` (${signed(difference.mean)})` : ''}`)
    .join(', ');
}
