import type { Experiment } from './experiment.ts';
import type { Row } from './statistics.ts';

/** The paper's PSNR above that of its full model, in dB. */
export function paperDifference(experiment: Experiment, { variant }: Row): number | null {
  const full = experiment.variants.find(({ name }) => name === experiment.fullModel)?.paper ?? null;
  return variant.paper === null || full === null ? null : variant.paper - full;
}

/** The rows as text in columns, with the noisy input on top. */
export function formatTable(rows: readonly Row[]): string {
  const noisy = rows[0]?.noisyPsnr ?? 0;
  const lines = [
    ['', 'PSNR (dB)', 'SSIM', 'to full model', 'parameters', 'seeds', 'paper, Set12 (dB)'],
    ['noisy input', noisy.toFixed(2), '', '', '', '', ''],
    ...rows.map((row) => [
      row.variant.label,
      row.psnr.toFixed(2) + (row.psnrSd === null ? '' : ` ± ${row.psnrSd.toFixed(2)}`),
      row.ssim.toFixed(4),
      signed(row.difference),
      String(row.parameters),
      String(row.seeds),
      row.variant.paper?.toFixed(2) ?? '-',
    ]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

function signed(difference: number | null): string {
  return difference === null ? '-' : `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)}`;
}

/** A row a variant, ours beside the paper's; RFC 4180, empty cells for what is not known. */
export function formatCsv(experiment: Experiment, rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.variant.name,
    row.variant.label,
    row.seeds,
    row.parameters,
    row.noisyPsnr.toFixed(4),
    row.psnr.toFixed(4),
    row.psnrSd?.toFixed(4) ?? '',
    row.ssim.toFixed(5),
    row.difference?.toFixed(4) ?? '',
    row.variant.paper?.toFixed(2) ?? '',
    paperDifference(experiment, row)?.toFixed(2) ?? '',
  ]);
  return `${[CSV_COLUMNS, ...lines].map((line) => line.map(cell).join(',')).join('\n')}\n`;
}

const CSV_COLUMNS = [
  'variant',
  'label',
  'seeds',
  'parameters',
  'noisy_psnr_db',
  'psnr_db',
  'psnr_sd_db',
  'ssim',
  'difference_to_full_model_db',
  'paper_psnr_db',
  'paper_difference_to_full_model_db',
];

function cell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
