import { wrapped } from '@nlrn/cli';
import { probability, signed } from './numbers.ts';
import type { Results, Row } from './results.ts';

/** A column of the table as text. */
interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Narrow terminals have the columns of the lowest ranks alone */
  readonly rank: number;
  /** Words begin at the left, numbers end at the right */
  readonly isText?: boolean;
}

const SHOWN: readonly Column[] = [
  { title: '', cell: ({ label }) => label, rank: 0, isText: true },
  { title: 'PSNR', cell: ({ psnr }) => decibels(psnr), rank: 0 },
  { title: 'SSIM', cell: ({ ssim }) => ssim?.toFixed(4) ?? '-', rank: 6 },
  { title: 'to full', cell: toFullModel, rank: 1 },
  { title: '95 % interval', cell: interval, rank: 3 },
  { title: 'Holm’s p', cell: ({ difference }) => probability(difference?.holm) || '-', rank: 5 },
  { title: 'parameters', cell: ({ parameters }) => String(parameters ?? '-'), rank: 7 },
  { title: 'seeds', cell: ({ seeds }) => String(seeds.length), rank: 8 },
  { title: 'paper', cell: papersInWords, rank: 4 },
  { title: 'verdict', cell: verdictInWords, rank: 2, isText: true },
];

const GAP = '  ';

/** What short headings leave out. */
const UNITS = 'in dB; "to full": above the full model; "paper": on Set12, its full model with q = 45, T = 12';

/**
 * The rows that have runs, as text in columns, with the noisy input on top; the others are named below.
 *
 * What is wider than the terminal, whose width is given, is left out column by column, and named below too.
 */
export function formatTable(results: Pick<Results, 'rows'>, width = Number.POSITIVE_INFINITY): string {
  const rows = results.rows.filter(hasRuns);
  const others = results.rows.filter((row) => !hasRuns(row)).map(({ label }) => label);
  const noisy = rows.find(({ noisyPsnr }) => noisyPsnr !== null)?.noisyPsnr ?? null;
  const columns = SHOWN.map((column, i) => {
    const cells = [column.title, ['noisy input', decibels(noisy)][i] ?? '', ...rows.map(column.cell)];
    const widest = Math.max(...cells.map(({ length }) => length));
    const pad = (cell: string) => (column.isText ? cell.padEnd(widest) : cell.padStart(widest));
    return { ...column, cells: cells.map(pad), widest };
  });
  const widthTo = (rank: number) =>
    columns
      .filter((column) => column.rank <= rank)
      .reduce((sum, { widest }) => sum + widest + GAP.length, -GAP.length);
  const isShown = ({ rank }: Column) => rank === 0 || widthTo(rank) <= width;
  const shown = columns.filter(isShown);
  const lines = shown[0]!.cells.map((_, line) =>
    shown
      .map(({ cells }) => cells[line])
      .join(GAP)
      .trimEnd(),
  );
  const left = SHOWN.filter((column) => !isShown(column)).map(({ title }) => title);
  lines.push(...wrapped(UNITS, width));
  if (others.length > 0) lines.push(...wrapped(`not run: ${others.join(', ')}`, width));
  if (left.length > 0) lines.push(...wrapped(`not shown, for want of columns: ${left.join(', ')}`, width));
  return lines.join('\n');
}

function hasRuns({ seeds }: Row): boolean {
  return seeds.length > 0;
}

/** A row with runs lacks only what it is compared with. */
function verdictInWords({ verdict }: Row): string {
  return verdict === 'missing' ? 'full model not run' : verdict;
}

function toFullModel({ difference }: Row): string {
  return difference ? signed(difference.mean) : '-';
}

function decibels(value: number | null): string {
  return value?.toFixed(2) ?? '-';
}

/** `30.65 (−0.15)`, or, where the paper has a curve, `lower` */
function papersInWords({ paper, verdict }: Row): string {
  if (verdict === 'full model') return decibels(paper.psnr);
  if (paper.psnr === null || paper.difference === null) return paper.claim;
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
  x: ({ x }) => x ?? '',
  seeds: ({ seeds }) => seeds.length,
  parameters: ({ parameters }) => parameters ?? '',
  noisy_psnr_db: ({ noisyPsnr }) => fixed(noisyPsnr, 4),
  psnr_db: ({ psnr }) => fixed(psnr, 4),
  psnr_sd_db: ({ psnrSd }) => fixed(psnrSd, 4),
  ssim: ({ ssim }) => fixed(ssim, 5),
  difference_to_full_model_db: ({ difference }) => fixed(difference?.mean, 4),
  difference_low_db: ({ difference }) => fixed(difference?.low, 4),
  difference_high_db: ({ difference }) => fixed(difference?.high, 4),
  p: ({ difference }) => fixed(difference?.p, 4),
  p_holm: ({ difference }) => fixed(difference?.holm, 4),
  paper_psnr_db: ({ paper }) => fixed(paper.psnr, 2),
  paper_difference_to_full_model_db: ({ paper }) => fixed(paper.difference, 2),
  paper_claim: ({ paper }) => paper.claim,
  verdict: ({ verdict }) => verdict,
  verdict_holm: ({ holmVerdict }) => holmVerdict,
};

function fixed(value: number | null | undefined, digits: number): string {
  return value?.toFixed(digits) ?? '';
}

/** A row a variant, ours beside the paper's; RFC 4180, empty cells for what is not known. */
export function formatCsv({ rows }: Pick<Results, 'rows'>): string {
  const lines = rows.map((row) => Object.values(COLUMNS).map((of) => of(row)));
  return `${[Object.keys(COLUMNS), ...lines].map((line) => line.map(cell).join(',')).join('\n')}\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
