import { inColumns, type TextColumn } from '../lib/columns.ts';
import { csvOf, fixed } from '../lib/csv.ts';
import { AXES, type Axis, levelOf } from './axis.ts';
import type { ComparedRow, Comparison } from './comparison.ts';
import { definitionOf } from './definition.ts';
import { inAllViews } from './method.ts';
import { setLabel } from './sets.ts';

/** The rows of a table by set, and in it by method: a line of each method, with its levels. */
export interface Lines {
  readonly set: string;
  /** With the part of the set, if it is the same in all cells */
  readonly label: string;
  readonly axis: Axis;
  readonly levels: readonly number[];
  readonly methods: readonly { readonly label: string; readonly at: ReadonlyMap<number, ComparedRow> }[];
  /** What stands in a row's cell, with its part of the set where the cells have several; nothing without a row */
  readonly psnr: (row: ComparedRow | undefined) => string;
}

/** As the table is shown: a part for each set, in it the methods in the table's order. */
export function linesOf(comparison: Comparison): Lines[] {
  const { methods, axis } = definitionOf(comparison);
  const rank = ({ method }: ComparedRow) =>
    methods.findIndex((known) => [known.name, inAllViews(known).name].includes(method));
  return [...Map.groupBy(comparison.rows, ({ set }) => set)].map(([set, own]) => {
    const parts = new Set(own.filter(({ psnr }) => psnr !== null).map(partInWords));
    const [part = ''] = parts.size === 1 ? parts : [];
    return {
      set,
      label: setLabel(set) + part,
      axis,
      levels: [...new Set(own.map(levelOf))],
      methods: [
        ...Map.groupBy(
          own.toSorted((a, b) => rank(a) - rank(b)),
          ({ label }) => label,
        ),
      ].map(([label, group]) => ({ label, at: new Map(group.map((row) => [levelOf(row), row])) })),
      psnr: (row) => (row ? psnrInWords(row) + (parts.size > 1 ? partInWords(row) : '') : ''),
    };
  });
}

/** `, 5 of 12` of a row that is of a part of the images; else nothing. */
function partInWords({ images, of }: ComparedRow): string {
  return images === of ? '' : `, ${images} of ${of}`;
}

/** `32.51 (32.50)`: ours, and in brackets the paper's. */
function psnrInWords({ psnr, paper }: ComparedRow): string {
  const printed = paper?.psnr == null ? '' : `(${paper.psnr.toFixed(2)})`;
  return [psnr?.toFixed(2) ?? '', printed].filter((text) => text !== '').join(' ');
}

export function ssimInWords(row: ComparedRow | undefined): string {
  if (!row) return '';
  const printed = row.paper?.ssim == null ? '' : `(${row.paper.ssim.toFixed(4)})`;
  return [row.ssim?.toFixed(4) ?? '', printed].filter((text) => text !== '').join(' ');
}

/** The parameters of a method's network; `11,000 to 12,000` where they are not the same at all levels. */
export function parametersInWords(at: ReadonlyMap<number, ComparedRow>): string {
  return rangeInWords(
    at,
    ({ parameters }) => parameters,
    (count) => count.toLocaleString('en'),
  );
}

/** Core-seconds a megapixel; `0.4 to 1.5` over the levels that have been run. */
export function secondsInWords(at: ReadonlyMap<number, ComparedRow>): string {
  return rangeInWords(at, secondsOf, (seconds) => seconds.toFixed(1));
}

function rangeInWords(
  at: ReadonlyMap<number, ComparedRow>,
  of: (row: ComparedRow) => number | null,
  inWords: (value: number) => string,
): string {
  const values = [...at.values()].flatMap((row) => of(row) ?? []);
  if (values.length === 0) return '';
  return [...new Set([Math.min(...values), Math.max(...values)].map(inWords))].join(' to ');
}

/** As the table is shown on a terminal of so many columns. */
export function formatComparison(comparison: Comparison, width = Number.POSITIVE_INFINITY): string {
  return linesOf(comparison)
    .map(({ label, axis, levels, methods, psnr }) => {
      const { words } = AXES[axis];
      const column = (title: string, rank: number, cell: (line: (typeof methods)[number]) => string) =>
        ({ cells: [title, ...methods.map(cell)], rank }) satisfies TextColumn;
      const columns: TextColumn[] = [
        { cells: [label, ...methods.map(({ label }) => label)], rank: 0, isText: true },
        ...levels.map((level) => column(words(level), 0, ({ at }) => psnr(at.get(level)))),
        ...levels.map((level) => column(`SSIM ${words(level)}`, 2, ({ at }) => ssimInWords(at.get(level)))),
        column('s/megapixel', 1, ({ at }) => secondsInWords(at)),
        column('parameters', 1, ({ at }) => parametersInWords(at)),
      ];
      return inColumns(columns, width);
    })
    .join('\n\n');
}

export const secondsOf = ({ coreSecondsPerMegapixel }: ComparedRow) => coreSecondsPerMegapixel;

type CsvColumns = Readonly<Record<string, (row: ComparedRow) => string | number>>;

const columnsOn = (axis: Axis): CsvColumns => ({
  method: ({ method }) => method,
  label: ({ label }) => label,
  set: ({ set }) => set,
  [axis]: levelOf,
  images: ({ images }) => images ?? '',
  of: ({ of }) => of ?? '',
  ...(axis === 'sigma' && { noisy_psnr_db: ({ noisyPsnr }: ComparedRow) => fixed(noisyPsnr, 4) }),
  psnr_db: ({ psnr }) => fixed(psnr, 4),
  ssim: ({ ssim }) => fixed(ssim, 5),
  parameters: ({ parameters }) => parameters ?? '',
  core_seconds_per_megapixel: (row) => fixed(secondsOf(row), 2),
  paper_psnr_db: ({ paper }) => fixed(paper?.psnr, 2),
  paper_ssim: ({ paper }) => fixed(paper?.ssim, 4),
  why: ({ why }) => why ?? '',
});

export function formatComparisonCsv({ comparison, rows }: Pick<Comparison, 'comparison' | 'rows'>): string {
  return csvOf(columnsOn(definitionOf({ comparison }).axis), rows);
}
