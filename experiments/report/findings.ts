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

/** What `findingsSentences` goes by, as the page says it. */
export const FINDINGS_RULE =
  'A row is lower or higher than the full model where the 95 % interval of its difference lies below or above zero; ' +
  'where the interval holds zero, the difference may be chance; with one seed there is no interval.';

/** What a table or figure shows, in plain words: a sentence a kind of finding. */
export function findingsSentences(results: Results): string[] {
  const { lower, higher, chance, single, missing } = findingsOf(results);
  return [
    sentence('Lower', lower),
    sentence('Higher', higher),
    sentence('May be chance', chance),
    sentence('One seed alone, so that chance cannot be told', single),
    sentence('Missing', missing),
  ].filter((text) => text !== '');
}

/** What the rows are compared with. */
export function fullModelSentence({ rows, fullModel }: Results): string {
  const full = rows.find(({ variant }) => variant === fullModel);
  if (full?.psnr == null) return 'The full model has not been run, so that nothing can be compared with it.';
  const spread = full.psnrSd === null ? '' : ` ± ${full.psnrSd.toFixed(2)}`;
  return `The full model has ${full.psnr.toFixed(2)}${spread} dB, the noisy images ${full.noisyPsnr!.toFixed(2)} dB.`;
}

/** `Lower: Dot product (−0.30), Gaussian (−0.20).`, the largest difference first; empty for no rows. */
function sentence(finding: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const size = ({ difference }: Row) => Math.abs(difference?.mean ?? 0);
  const names = rows
    .toSorted((a, b) => size(b) - size(a))
    .map(({ label, difference }) => `${label}${difference ? ` (${signed(difference.mean)})` : ''}`);
  return `${finding}: ${names.join(', ')}.`;
}
