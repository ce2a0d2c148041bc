import { signed } from '../lib/numbers.ts';
import type { Results, Row } from '../lib/results.ts';

/** What the interval of a row's difference to the full model says, as the page calls it. */
const FINDINGS = {
  lower: 'Lower',
  higher: 'Higher',
  chance: 'May be chance',
  single: 'One seed, chance unknown',
  missing: 'Missing',
} as const;

export type Finding = keyof typeof FINDINGS;

/** By `FINDINGS_RULE`. */
export function findingOf({ difference }: Row): Finding {
  if (difference === null) return 'missing';
  if (difference.low === null || difference.high === null) return 'single';
  if (difference.low > 0) return 'higher';
  return difference.high < 0 ? 'lower' : 'chance';
}

/** As the page says it. */
export const FINDINGS_RULE =
  'A row is lower or higher than the full model where the 95 % interval of its difference lies below or above zero; ' +
  'where the interval holds zero, the difference may be chance; with one seed there is no interval.';

/** A kind of finding in words, and its rows: `Dot product (−0.30), Gaussian (−0.20)`. */
export interface FindingInWords {
  readonly finding: string;
  readonly rows: string;
}

/** What a table or figure shows, in plain words; kinds of finding that no row has are left out. */
export function findingsInWords({ rows, fullModel }: Results): FindingInWords[] {
  const others = rows.filter(({ variant }) => variant !== fullModel);
  return Object.entries(FINDINGS)
    .map(([kind, finding]) => ({ finding, rows: inWords(others.filter((row) => findingOf(row) === kind)) }))
    .filter(({ rows }) => rows !== '');
}

/** What the rows are compared with. */
export function fullModelSentence({ rows, fullModel }: Results): string {
  const full = rows.find(({ variant }) => variant === fullModel);
  if (full?.psnr == null) return 'The full model has not been run, so that nothing can be compared with it.';
  return `The full model has ${full.psnr.toFixed(2)} dB, the noisy images ${full.noisyPsnr!.toFixed(2)} dB.`;
}

/** The largest difference first. */
function inWords(rows: readonly Row[]): string {
  const size = ({ difference }: Row) => Math.abs(difference?.mean ?? 0);
  return rows
    .toSorted((a, b) => size(b) - size(a))
    .map(({ label, difference }) => `${label}${difference ? ` (${signed(difference.mean)})` : ''}`)
    .join(', ');
}
