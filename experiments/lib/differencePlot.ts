import * as Plot from '@observablehq/plot';
import { median } from 'simple-statistics';
import { levelsBeside } from './levels.ts';
import { signed } from './numbers.ts';
import { isReference, type Level, type Results, type Row, referenceInWords } from './results.ts';
import { hasInterval, mayBeChance } from './statistics.ts';
import { DIAMOND, OURS, PAPERS, type SvgOptions, spanOf } from './svg.ts';

/** The axis reaches this many times as far as the middle row does: one row that failed does not hide the others. */
const REACH = 8;

/**
 * A bar a row from the full model's PSNR, in dB, with its 95 % interval, beside what the paper has.
 *
 * A bar or an interval that is much longer than those of other rows is cut, and an arrow says that it goes on.
 */
export function differencePlot(results: Results, isWide: boolean): SvgOptions {
  const { title, rows, fullModel } = results;
  const others = othersOf(results);
  const full = rows.find(({ variant }) => variant === fullModel);
  const measured = others.filter(isMeasured);
  const y = 'label';
  const limit = limitOf(others);
  const cut = (value: number) => Math.max(-limit, Math.min(limit, value));
  const { shown } = levelsOf(results);
  const levelPlace = ({ psnr }: Level) => psnr - full!.psnr!;
  return {
    ariaLabel: `Bars: ${title}. The table has the numbers.`,
    height: 76 + LEVEL_LINE * shown.length + (isWide ? 40 : 50) * others.length,
    marginLeft: isWide ? 200 : 104,
    marginRight: isWide ? 130 : 100,
    marginTop: 30 + LEVEL_LINE * shown.length,
    marginBottom: 44,
    x: {
      domain: spanOf([...others.flatMap(differencesOf).map(cut), ...shown.map(levelPlace)]),
      nice: true,
      insetLeft: 8,
      insetRight: 8,
    },
    y: { domain: others.map(({ label }) => label), padding: 0.5 },
    marks: [
      Plot.gridX({ ticks: isWide ? 5 : 3 }),
      Plot.axisX({
        ticks: isWide ? 5 : 3,
        label: `PSNR above ${referenceLabel(results)} (dB)`,
        labelAnchor: 'center',
        labelArrow: 'none',
      }),
      Plot.axisY({ label: null, tickSize: 0, lineWidth: isWide ? 14 : 7 }),
      ...shown.flatMap((level, i) => [
        Plot.ruleX([levelPlace(level)], { stroke: PAPERS, insetTop: -LEVEL_LINE * i }),
        Plot.text([level], {
          x: levelPlace,
          frameAnchor: 'top',
          textAnchor: 'end',
          dx: -3,
          dy: -6 - LEVEL_LINE * i,
          text: ({ method, psnr }: Level) => `${method} ${psnr.toFixed(2)}`,
        }),
      ]),
      Plot.barX(measured, {
        x1: 0,
        x2: ({ difference }: Row) => cut(difference!.mean),
        y,
        fill: OURS,
        stroke: OURS,
        fillOpacity: ({ difference }: Row) => (mayBeChance(difference!) ? 0.35 : 1),
      }),
      Plot.ruleX([0]),
      Plot.ruleY(others.filter(hasInterval), {
        x1: ({ difference }: Row) => cut(difference!.low!),
        x2: ({ difference }: Row) => cut(difference!.high!),
        y,
        strokeWidth: 2,
      }),
      ...SIDES.map((side) =>
        Plot.text(
          others.filter((row) => isCut(row, side, limit)),
          { x: side * limit, y, text: () => ARROWS[side], dx: 6 * side },
        ),
      ),
      Plot.dot(others, { x: ({ paper }: Row) => paper.difference, y, ...DIAMOND }),
      ...column(others, isWide ? 58 : 52, ['ours', oursInWords]),
      ...column(others, isWide ? 118 : 98, ['paper', papersInWords]),
    ],
  };
}

/** Line distance of the levels' names above the plot, in pixels. */
const LEVEL_LINE = 14;

const SIDES = [-1, 1] as const;
/** The label of the row that all others are compared with, if there is one such. */
function referenceLabel({ rows, fullModel }: Results): string {
  const words = referenceInWords({ rows });
  const full = rows.find(({ variant }) => variant === fullModel);
  return full && rows.every(({ against }) => against === fullModel) ? full.label : words;
}

const ARROWS = { '-1': '◂', '1': '▸' } as const;

/** What the marks mean that are drawn. */
export function differenceMarks(results: Results): string[] {
  const others = othersOf(results);
  const measured = others.filter(isMeasured);
  const limit = limitOf(others);
  const parts = [
    others.some(hasInterval) ? ', with the 95 % interval' : '',
    measured.some(({ difference }) => mayBeChance(difference!)) ? '; pale: may be chance' : '',
    ...SIDES.map((side) =>
      others.some((row) => isCut(row, side, limit)) ? `; ${ARROWS[side]}: further than the axis reaches` : '',
    ),
  ];
  const hasPapers = others.some(({ paper }) => paper.difference !== null);
  return [
    ...(measured.length > 0 ? [`Bars: ours${parts.join('')}.`] : []),
    ...(hasPapers ? ['Diamonds: the paper’s, at its scale.'] : []),
    ...levelsOf(results).words,
  ];
}

function othersOf({ rows }: Results): Row[] {
  return rows.filter((row) => !isReference(row));
}

/** The levels that can be drawn; none without the full model's PSNR. */
function levelsOf(results: Results) {
  const full = results.rows.find(({ variant }) => variant === results.fullModel);
  const others = othersOf(results);
  const limit = limitOf(others);
  const places = others.flatMap(differencesOf).map((value) => Math.max(-limit, Math.min(limit, value)));
  const psnr = full?.psnr ?? Number.NaN;
  if (!Number.isFinite(psnr)) return { shown: [], words: [] };
  return levelsBeside(
    places.map((place) => psnr + place),
    results.levels,
  );
}

function isMeasured({ difference }: Row): boolean {
  return difference !== null && Number.isFinite(difference.mean);
}

function isCut(row: Row, side: 1 | -1, limit: number): boolean {
  return differencesOf(row).some((value) => side * value > limit);
}

/** Everything that stands at a place on the axis of differences. */
function differencesOf({ difference, paper }: Row): number[] {
  return [0, difference?.mean, difference?.low, difference?.high, paper.difference].filter(
    (value) => value != null && Number.isFinite(value),
  ) as number[];
}

/** Where bars and intervals are cut, in dB from zero; the paper's differences always have their place. */
function limitOf(rows: readonly Row[]): number {
  const reach = (row: Row) => Math.max(...differencesOf(row).map(Math.abs));
  const papers = rows.map(({ paper }) => Math.abs(paper.difference ?? 0));
  const reaches = rows.filter(isMeasured).map(reach);
  return reaches.length === 0 ? Infinity : Math.max(REACH * median(reaches), ...papers);
}

/** A column of text that ends `dx` pixels right of the plot, below its heading. */
function column(
  rows: readonly Row[],
  dx: number,
  [heading, text]: readonly [string, (row: Row) => string],
): Plot.Markish[] {
  const place = { textAnchor: 'end', dx } as const;
  return [
    Plot.text(rows, { y: 'label', frameAnchor: 'right', text, ...place }),
    Plot.text([heading], { frameAnchor: 'top-right', dy: -18, fontWeight: 'bold', ...place }),
  ];
}

function oursInWords({ difference }: Row): string {
  return difference === null ? 'missing' : signed(difference.mean);
}

/** What the paper has, as short as can be. */
function papersInWords({ paper }: Row): string {
  return paper.difference === null ? (paper.claim ?? '') : signed(paper.difference);
}
