import { signed } from '../lib/numbers.ts';
import type { Results, Row } from '../lib/results.ts';
import { mayBeChanceByHolm } from '../lib/statistics.ts';
import { comparedRows } from './compared.ts';

/** What the interval of a row's difference says, as the page calls it. */
const FINDINGS = {
  lower: 'Lower',
  higher: 'Higher',
  chance: 'May be chance',
  single: 'One seed in common, chance unknown',
  image: 'One test image, chance unknown',
  infinite: 'Not finite, chance unknown',
  missing: 'Missing',
} as const;

export type Finding = keyof typeof FINDINGS;

/** By `FINDINGS_RULE`. */
export function findingOf({ difference }: Row, { test }: Pick<Results, 'test'>): Finding {
  if (difference === null) return 'missing';
  if (!Number.isFinite(difference.mean)) return 'infinite';
  if (difference.low === null || difference.high === null) return test!.images === 1 ? 'image' : 'single';
  if (difference.low > 0) return 'higher';
  return difference.high < 0 ? 'lower' : 'chance';
}

/** As the page says it. */
export const FINDINGS_RULE =
  'A row is lower or higher than what it is compared with where the 95 % interval of the difference lies below or above zero; ' +
  'where the interval holds zero, the difference may be chance; with one seed that both have, ' +
  'one test image or a PSNR that is not finite there is no interval.';

/** What testing rows side by side means, as the page says it. */
export const HOLM_RULE =
  'The rows are tested side by side, most of them with the same runs of the full model, so that one in twenty would be lower ' +
  'or higher by chance alone; Holm’s correction allows for that.';

/** A kind of finding in words, and its rows: `Dot product (−0.30), Gaussian (−0.20)`. */
export interface FindingInWords {
  readonly finding: string;
  readonly rows: string;
  readonly isBeyondChance: boolean;
}

/** Rows of one finding that are not beyond chance, as far as they are named. */
const MOST_BY_CHANCE = 8;

/** What tables and figures show, in plain words; kinds of finding that no row has are left out. */
export function findingsInWords(experiments: readonly Results[]): FindingInWords[] {
  const found = comparedRows(experiments).map(({ row, results }) => ({ row, kind: findingOf(row, results) }));
  return Object.entries(FINDINGS)
    .map(([kind, finding]) => {
      const isBeyondChance = kind === 'lower' || kind === 'higher';
      const rows = found.filter((other) => other.kind === kind).map(({ row }) => row);
      return { finding, rows: inWords(rows, isBeyondChance ? rows.length : MOST_BY_CHANCE), isBeyondChance };
    })
    .filter(({ rows }) => rows !== '');
}

/** The rows that are still lower or higher when all are tested side by side; null if none has been tested. */
export function remainingInWords(experiments: readonly Results[]): string | null {
  const others = comparedRows(experiments).map(({ row }) => row);
  if (!others.some(({ difference }) => difference?.holm != null)) return null;
  return inWords(others.filter(({ difference }) => difference && !mayBeChanceByHolm(difference))) || 'none';
}

/** What the rows are compared with, and other methods on the same images. */
export function fullModelSentence({ rows, fullModel, levels }: Results): string {
  const full = rows.find(({ variant }) => variant === fullModel);
  if (full?.psnr == null) return 'The full model has not been run, so that nothing can be compared with it.';
  const others = levels.map(({ method, psnr }) => `, ${method} ${psnr.toFixed(2)} dB`).join('');
  return `The full model has ${full.psnr.toFixed(2)} dB, the noisy images ${full.noisyPsnr!.toFixed(2)} dB${others}.`;
}

/** The largest difference first; of those after the first `most` it is said how many there are. */
function inWords(rows: readonly Row[], most = rows.length): string {
  const size = ({ difference }: Row) => Math.abs(difference?.mean ?? 0);
  const named = rows
    .toSorted((a, b) => size(b) - size(a))
    .slice(0, most)
    .map(
      ({ label, difference }) =>
        `${label.replaceAll(' = ', '\u00a0=\u00a0')}${difference ? ` (${signed(difference.mean)})` : ''}`,
    );
  const left = rows.length - named.length;
  return [...named, ...(left > 0 ? [`${left} more`] : [])].join(', ');
}
