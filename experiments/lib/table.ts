import { wrapped } from '@nlrn/cli';
import { probability, signed } from './numbers.ts';
import { type Results, type Row, referenceInWords } from './results.ts';

/** A column of the table as text. */
interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** On narrow terminals the columns of the lowest ranks come first */
  readonly rank: number;
  /** Words begin at the left, numbers end at the right */
  readonly isText?: boolean;
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

const GAP = '  ';

/** What short headings leave out. */
function unitsOf(results: Pick<Results, 'rows'>): string {
  return `in dB; "above": ${referenceInWords(results)}; "paper": on Set12, its full model with q = 45, T = 12`;
}

/** A column as text: its cells, the heading on top. */
export interface TextColumn {
  readonly cells: readonly string[];
  /** On narrow terminals the columns of the lowest ranks come first */
  readonly rank: number;
  /** Words begin at the left, numbers end at the right */
  readonly isText?: boolean | undefined;
}

/** The same, of one width */
interface Filled extends TextColumn {
  readonly width: number;
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

/**
 * Columns side by side, the first of them the names of the lines. Those for which a width has no room follow in tables below,
 * the names again beside them; a line in which a table has nothing is left out of it.
 */
export function inColumns(columns: readonly TextColumn[], width = Number.POSITIVE_INFINITY): string {
  const [labels, ...others] = columns.map(filled);
  const tables = blocksOf(others, width - labels!.width).map((block) => linesOf([labels!, ...block]));
  return tables.map((lines) => lines.join('\n')).join('\n\n');
}

function filled(column: TextColumn): Filled {
  const width = Math.max(...column.cells.map(({ length }) => length));
  const pad = (cell: string) => (column.isText ? cell.padEnd(width) : cell.padStart(width));
  return { ...column, cells: column.cells.map(pad), width };
}

/** The columns in blocks of at most a width, gaps before them and all, those of the lowest ranks first; at least one in each. */
function blocksOf(columns: readonly Filled[], width: number): Filled[][] {
  if (columns.length === 0) return [];
  let left = width;
  const byRank = [...columns].sort((a, b) => a.rank - b.rank);
  const misfit = byRank.findIndex((column, i) => {
    left -= GAP.length + column.width;
    return i > 0 && left < 0;
  });
  const block = misfit < 0 ? byRank : byRank.slice(0, misfit);
  const others = columns.filter((column) => !block.includes(column));
  return [columns.filter((column) => block.includes(column)), ...blocksOf(others, width)];
}

/** The lines of columns; but for the heading, those in which they have something. */
function linesOf([labels, ...columns]: readonly Filled[]): string[] {
  return labels!.cells.flatMap((label, line) => {
    const cells = columns.map(({ cells }) => cells[line]!);
    if (line > 0 && cells.every((cell) => cell.trim() === '')) return [];
    return [[label, ...cells].join(GAP).trimEnd()];
  });
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

/** With so many digits; empty where there is none. */
export function fixed(value: number | null | undefined, digits: number): string {
  return value?.toFixed(digits) ?? '';
}

/** A row a variant, ours beside the paper's; RFC 4180, empty cells for what is not known. */
export function formatCsv({ rows }: Pick<Results, 'rows'>): string {
  return csvOf(COLUMNS, rows);
}

/** Rows as CSV: what each column, by its name, says of a row. */
export function csvOf<R>(
  columns: Readonly<Record<string, (row: R) => string | number>>,
  rows: readonly R[],
): string {
  const lines = rows.map((row) => Object.values(columns).map((of) => of(row)));
  return `${[Object.keys(columns), ...lines].map((line) => line.map(cell).join(',')).join('\n')}\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
