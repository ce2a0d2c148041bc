import { signed } from './numbers.ts';
import type { Results, Row } from './results.ts';

/** The rows as text in columns, with the noisy input on top. */
export function formatTable({ rows }: Pick<Results, 'rows'>): string {
  const noisy = rows.find(({ noisyPsnr }) => noisyPsnr !== null)?.noisyPsnr ?? null;
  const lines = [
    [
      '',
      'PSNR (dB)',
      'SSIM',
      'to full model',
      '95 % interval',
      'parameters',
      'seeds',
      'paper, Set12 (dB)',
      'verdict',
    ],
    ['noisy input', decibels(noisy), '', '', '', '', '', '', ''],
    ...rows.map((row) => [
      row.label,
      decibels(row.psnr) + (row.psnrSd === null ? '' : ` ± ${row.psnrSd.toFixed(2)}`),
      row.ssim?.toFixed(4) ?? '-',
      row.difference ? signed(row.difference.mean) : '-',
      interval(row),
      String(row.parameters ?? '-'),
      String(row.seeds.length),
      decibels(row.paper.psnr),
      row.verdict,
    ]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (cell: string, column: number) =>
    column === 0 || column === widths.length - 1
      ? cell.padEnd(widths[column]!)
      : cell.padStart(widths[column]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

function decibels(value: number | null): string {
  return value?.toFixed(2) ?? '-';
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
  paper_psnr_db: ({ paper }) => fixed(paper.psnr, 2),
  paper_difference_to_full_model_db: ({ paper }) => fixed(paper.difference, 2),
  paper_claim: ({ paper }) => paper.claim ?? '',
  verdict: ({ verdict }) => verdict,
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
