import { wrapped } from '@nlrn/cli';
import { inColumns, type TextColumn } from './columns.ts';
import { csvOf, fixed } from './csv.ts';
import { probability, signed } from './numbers.ts';
import { type Results, type Row, referenceInWords } from './results.ts';

/** A column of the table as text. */
interface Column extends Omit<TextColumn, 'cells'> {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

const SHOWN: readonly Column[] = [
  { title: '', cell: ({ label }) => label, rank: 0, isText: true },
  { title: 'PSNR', cell: ({ psnr }) => decibels(psnr), rank: 0 },
  { title: 'SSIM', cell: ({ ssim }) => ssim?.toFixed(4) ?? '-', rank: 6 },
  { title: 'above', cell: differenceInWords, rank: 1 },
  { title: '95 % interval', cell: interval, rank: 3 },
  { title: 'Holm’s p', cell: ({ difference }) => probability(difference?.holm) || '-', rank: 5 },
  { title: 'params', cell: ({ parameters }) => String(parameters ?? '-'), rank: 7 },
  { title: 'seeds', cell: ({ seeds }) => String(seeds.length), rank: 8 },
  { title: 'paper', cell: papersInWords, rank: 4 },
  { title: 'verdict', cell: verdictInWords, rank: 2, isText: true },
];

/** What short headings leave out. */
function unitsOf(results: Pick<Results, 'rows'>): string {
  return `in dB; "above": ${referenceInWords(results)}; "paper": on Set12, its full model with q = 45, T = 12`;
}

/**
 * The rows that have runs, as text in columns, with the noisy input on top; the others are named below.
 *
 * The columns that matter less and for which the terminal, whose width is given, is too narrow follow in tables below.
 */
export function formatTable(results: Pick<Results, 'rows'>, width = Number.POSITIVE_INFINITY): string {
  const rows = results.rows.filter(hasRuns);
  const others = results.rows.filter((row) => !hasRuns(row)).map(({ label }) => label);
  const noisy = rows.find(({ noisyPsnr }) => noisyPsnr !== null)?.noisyPsnr ?? null;
  const columns = SHOWN.map(({ title, cell, ...column }, i) => {
    return { ...column, cells: [title, ['noisy input', decibels(noisy)][i] ?? '', ...rows.map(cell)] };
  });
  const notes = [unitsOf(results), ...(others.length > 0 ? [`not run: ${others.join(', ')}`] : [])];
  return [inColumns(columns, width), ...notes.flatMap((note) => wrapped(note, width))].join('\n');
}

function hasRuns({ seeds }: Row): boolean {
  return seeds.length > 0;
}

/** A row with runs lacks only what it is compared with. */
function verdictInWords({ verdict }: Row): string {
  return verdict === 'missing' ? 'full model not run' : verdict;
}

function differenceInWords({ difference }: Row): string {
  return difference ? signed(difference.mean) : '-';
}

function decibels(value: number | null): string {
  return value?.toFixed(2) ?? '-';
}

/** `30.65 (−0.15)`, or, where the paper has a curve, `lower` */
function papersInWords({ paper, verdict }: Row): string {
  if (verdict === 'full model') return decibels(paper.psnr);
  if (paper.psnr === null || paper.difference === null) return paper.claim ?? '-';
  return `${paper.psnr.toFixed(2)} (${signed(paper.difference)})`;
}

function interval({ difference, verdict }: Row): string {
  if (!difference || difference.low === null || difference.high === null || verdict === 'full model')
    return '-';
  return `${signed(difference.low)} to ${signed(difference.high)}`;
}

/** The columns of the CSV; empty is what is not known. */
const COLUMNS: Readonly<Record<string, (row: Row) => string | number>> = {
  variant: ({ variant }) => variant,
  label: ({ label }) => label,
  against: ({ against }) => against,
  x: ({ x }) => x ?? '',
  seeds: ({ seeds }) => seeds.length,
  parameters: ({ parameters }) => parameters ?? '',
  training_core_seconds: ({ trainingCoreSeconds }) => fixed(trainingCoreSeconds, 1),
  core_seconds_per_megapixel: ({ coreSecondsPerMegapixel }) => fixed(coreSecondsPerMegapixel, 2),
  noisy_psnr_db: ({ noisyPsnr }) => fixed(noisyPsnr, 4),
  psnr_db: ({ psnr }) => fixed(psnr, 4),
  psnr_sd_db: ({ psnrSd }) => fixed(psnrSd, 4),
  ssim: ({ ssim }) => fixed(ssim, 5),
  common_seeds: ({ difference }) => difference?.seeds.length ?? 0,
  difference_db: ({ difference }) => fixed(difference?.mean, 4),
  difference_low_db: ({ difference }) => fixed(difference?.low, 4),
  difference_high_db: ({ difference }) => fixed(difference?.high, 4),
  p: ({ difference }) => difference?.p?.toPrecision(3) ?? '',
  p_holm: ({ difference }) => difference?.holm?.toPrecision(3) ?? '',
  seeds_needed: ({ difference }) => difference?.seedsNeeded ?? '',
  paper_psnr_db: ({ paper }) => fixed(paper.psnr, 2),
  paper_difference_db: ({ paper }) => fixed(paper.difference, 2),
  paper_claim: ({ paper }) => paper.claim ?? '',
  verdict: ({ verdict }) => verdict,
  verdict_holm: ({ holmVerdict }) => holmVerdict,
};

/** A row a variant, ours beside the paper's; RFC 4180, empty cells for what is not known. */
export function formatCsv({ rows }: Pick<Results, 'rows'>): string {
  return csvOf(COLUMNS, rows);
}
