import { csvOf, fixed, inColumns, type TextColumn } from '../lib/table.ts';
import type { ComparedRow, Comparison } from './restoration.ts';
import { SETS } from './sets.ts';

/** The rows of a table by set, and in it by method: a line of each method, with its levels. */
export interface Lines {
  readonly set: string;
  readonly label: string;
  readonly sigmas: readonly number[];
  readonly methods: readonly { readonly label: string; readonly at: ReadonlyMap<number, ComparedRow> }[];
}

/** As the table is shown: a part for each set. */
export function linesOf({ rows }: Comparison): Lines[] {
  return [...Map.groupBy(rows, ({ set }) => set)].map(([set, own]) => ({
    set,
    label: Object.values(SETS).find(({ name }) => name === set)?.label ?? set,
    sigmas: [...new Set(own.map(({ sigma }) => sigma))],
    methods: [...Map.groupBy(own, ({ label }) => label)].map(([label, group]) => ({
      label,
      at: new Map(group.map((row) => [row.sigma, row])),
    })),
  }));
}

/** `32.51 (32.50)`: ours, and in brackets the paper's; `30.49 (30.28), 5 of 12` of a part of the images. */
export function psnrInWords(row: ComparedRow | undefined): string {
  if (!row) return '';
  const { psnr, paper, images, of } = row;
  const printed = paper?.psnr == null ? '' : `(${paper.psnr.toFixed(2)})`;
  const part = images === of ? '' : `, ${images} of ${of}`;
  return `${[psnr?.toFixed(2) ?? '', printed].filter((text) => text !== '').join(' ')}${part}`;
}

export function ssimInWords(row: ComparedRow | undefined): string {
  if (!row) return '';
  const printed = row.paper?.ssim == null ? '' : `(${row.paper.ssim.toFixed(4)})`;
  return [row.ssim?.toFixed(4) ?? '', printed].filter((text) => text !== '').join(' ');
}

/** What is the same at all levels, or nearly: parameters, and the time at the first level that has been run. */
export function anyOf<T>(at: ReadonlyMap<number, ComparedRow>, of: (row: ComparedRow) => T | null): T | null {
  return (
    at
      .values()
      .map(of)
      .find((value) => value !== null) ?? null
  );
}

/** As the table is shown on a terminal of so many columns. */
export function formatComparison(comparison: Comparison, width = Number.POSITIVE_INFINITY): string {
  return linesOf(comparison)
    .map(({ label, sigmas, methods }) => {
      const column = (title: string, rank: number, cell: (line: (typeof methods)[number]) => string) =>
        ({ cells: [title, ...methods.map(cell)], rank }) satisfies TextColumn;
      const columns: TextColumn[] = [
        { cells: [label, ...methods.map(({ label }) => label)], rank: 0, isText: true },
        ...sigmas.map((sigma) => column(`sigma ${sigma}`, 0, ({ at }) => psnrInWords(at.get(sigma)))),
        ...sigmas.map((sigma) => column(`SSIM ${sigma}`, 2, ({ at }) => ssimInWords(at.get(sigma)))),
        column('s/megapixel', 1, ({ at }) => anyOf(at, secondsOf)?.toFixed(1) ?? ''),
        column('parameters', 1, ({ at }) => String(anyOf(at, ({ parameters }) => parameters) ?? '')),
      ];
      return inColumns(columns, width);
    })
    .join('\n\n');
}

export const secondsOf = ({ coreSecondsPerMegapixel }: ComparedRow) => coreSecondsPerMegapixel;

/** What the brackets mean. */
export const COMPARISON_UNITS =
  'PSNR in dB and SSIM of images clipped and rounded to 8 bits, the paper’s in brackets; s/megapixel: core-seconds';

const COLUMNS: Readonly<Record<string, (row: ComparedRow) => string | number>> = {
  method: ({ method }) => method,
  label: ({ label }) => label,
  set: ({ set }) => set,
  sigma: ({ sigma }) => sigma,
  images: ({ images }) => images ?? '',
  of: ({ of }) => of ?? '',
  noisy_psnr_db: ({ noisyPsnr }) => fixed(noisyPsnr, 4),
  psnr_db: ({ psnr }) => fixed(psnr, 4),
  ssim: ({ ssim }) => fixed(ssim, 5),
  parameters: ({ parameters }) => parameters ?? '',
  core_seconds_per_megapixel: (row) => fixed(secondsOf(row), 2),
  paper_psnr_db: ({ paper }) => fixed(paper?.psnr, 2),
  paper_ssim: ({ paper }) => fixed(paper?.ssim, 4),
  why: ({ why }) => why ?? '',
};

export function formatComparisonCsv({ rows }: Pick<Comparison, 'rows'>): string {
  return csvOf(COLUMNS, rows);
}
