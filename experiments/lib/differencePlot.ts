import * as Plot from '@observablehq/plot';
import { median } from 'simple-statistics';
import { signed } from './numbers.ts';
import type { Results, Row } from './results.ts';
import { mayBeChance } from './statistics.ts';
import { DIAMOND, OURS, type SvgOptions, spanOf } from './svg.ts';

/** The axis reaches this many times as far as the middle row does: one row that failed does not hide the others. */
const REACH = 8;

/**
 * A bar a row from the full model's PSNR, in dB, with its 95 % interval, beside what the paper has.
 *
 * A bar or an interval that is much longer than those of other rows is cut, and an arrow says that it goes on.
 */
export function differencePlot({ title, rows, fullModel }: Results, isWide: boolean): SvgOptions {
  const others = rows.filter(({ variant }) => variant !== fullModel);
  const full = rows.find(({ variant }) => variant === fullModel);
  const measured = others.filter(({ difference }) => difference !== null);
  const y = 'label';
  const limit = limitOf(others);
  const cut = (value: number) => Math.max(-limit, Math.min(limit, value));
  return {
    ariaLabel: `Bars: ${title}. The table has the numbers.`,
    height: 76 + (isWide ? 40 : 50) * others.length,
    marginLeft: isWide ? 200 : 104,
    marginRight: isWide ? 130 : 100,
    marginTop: 30,
    marginBottom: 44,
    x: { domain: spanOf(others.flatMap(differencesOf).map(cut)), nice: true, insetLeft: 8, insetRight: 8 },
    y: { domain: others.map(({ label }) => label), padding: 0.5 },
    marks: [
      Plot.gridX({ ticks: isWide ? 5 : 3 }),
      Plot.axisX({
        ticks: isWide ? 5 : 3,
        label: `PSNR above ${full?.label ?? 'the full model'} (dB)`,
        labelAnchor: 'center',
        labelArrow: 'none',
      }),
      Plot.axisY({ label: null, tickSize: 0, lineWidth: isWide ? 14 : 7 }),
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
      ...([-1, 1] as const).map((side) =>
        Plot.text(
          others.filter((row) => differencesOf(row).some((value) => side * value > limit)),
          { x: side * limit, y, text: () => (side < 0 ? '◂' : '▸'), dx: 6 * side },
        ),
      ),
      Plot.dot(others, { x: ({ paper }: Row) => paper.difference, y, ...DIAMOND }),
      ...column(others, isWide ? 58 : 52, ['ours', oursInWords]),
      ...column(others, isWide ? 118 : 98, ['paper', papersInWords]),
    ],
  };
}

/** Everything that stands at a place on the axis of differences. */
function differencesOf({ difference, paper }: Row): number[] {
  return [0, difference?.mean, difference?.low, difference?.high, paper.difference].filter(
    (value) => value != null,
  );
}

/** Where bars and intervals are cut, in dB from zero; the paper's differences always have their place. */
function limitOf(rows: readonly Row[]): number {
  const reach = (row: Row) => Math.max(...differencesOf(row).map(Math.abs));
  const papers = rows.map(({ paper }) => Math.abs(paper.difference ?? 0));
  const reaches = rows.filter(({ difference }) => difference !== null).map(reach);
  return reaches.length === 0 ? Infinity : Math.max(REACH * median(reaches), ...papers);
}

function hasInterval({ difference }: Row): boolean {
  return difference !== null && difference.low !== null && difference.high !== null;
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

/** What the paper has, as short as can be; empty if nothing is known. */
function papersInWords({ paper }: Row): string {
  return paper.difference === null ? (paper.claim ?? '') : signed(paper.difference);
}
