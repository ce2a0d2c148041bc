import * as Plot from '@observablehq/plot';
import { signed } from './numbers.ts';
import type { Results, Row, Verdict } from './results.ts';
import { DIAMOND, OURS, type SvgOptions, spanOf } from './svg.ts';

/** Differences that may be chance. */
const UNCERTAIN: readonly Verdict[] = ['inside the noise', 'not tested'];

/** A bar a row from the full model's PSNR, in dB, with its 95 % interval, beside what the paper has. */
export function differencePlot({ title, rows, fullModel }: Results, isWide: boolean): SvgOptions {
  const others = rows.filter(({ variant }) => variant !== fullModel);
  const full = rows.find(({ variant }) => variant === fullModel);
  const measured = others.filter(({ difference }) => difference !== null);
  const y = 'label';
  return {
    ariaLabel: `Bars: ${title}. The table has the numbers.`,
    height: 76 + (isWide ? 40 : 50) * others.length,
    marginLeft: isWide ? 200 : 104,
    marginRight: isWide ? 130 : 100,
    marginTop: 30,
    marginBottom: 44,
    x: { domain: spanOf(others.flatMap(differencesOf)), nice: true, insetLeft: 8, insetRight: 8 },
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
        x2: ({ difference }: Row) => difference!.mean,
        y,
        fill: OURS,
        stroke: OURS,
        fillOpacity: ({ verdict }: Row) => (UNCERTAIN.includes(verdict) ? 0.35 : 1),
      }),
      Plot.ruleX([0]),
      Plot.ruleY(others.filter(hasInterval), {
        x1: ({ difference }: Row) => difference!.low,
        x2: ({ difference }: Row) => difference!.high,
        y,
        strokeWidth: 2,
      }),
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
