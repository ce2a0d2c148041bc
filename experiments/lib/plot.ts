import * as Plot from '@observablehq/plot';
import { describeDataset } from './data.ts';
import { signed } from './numbers.ts';
import type { Results, Row, Verdict } from './results.ts';
import { drawSvg, OURS, PAPERS, type SvgOptions, WIDE } from './svg.ts';

/** What the marks of `drawRows` mean, in lines. */
export const MARKS = {
  bars: ['Bars: ours, with the 95 % interval; pale: may be chance. Diamonds: the paper’s, at its scale.'],
  points: [
    'Dots: ours, ± one standard deviation over seeds. Dashed: the full model.',
    '▼ = ▲: the paper finds less, as much, or more than with the full model; diamonds: how much.',
  ],
} as const;

/** Differences that may be chance. */
const UNCERTAIN: readonly Verdict[] = ['inside the noise', 'not tested'];

const CLAIM_MARKS = { lower: '▼', equal: '=', higher: '▲' } as const;

/** What an axis spans at least, in dB: less would make much of nothing. */
const LEAST_SPAN = 0.2;

const DIAMOND = { symbol: 'diamond', r: 5, stroke: PAPERS, strokeWidth: 2 } as const;

/** A table or figure as a file: title, scale, plot, and what its marks mean. An SVG document. */
export function plotResults(results: Results): string {
  const { title, axis, preset, train, test } = results;
  const images =
    train && test
      ? `trained on ${describeDataset(train)}, tested on ${describeDataset(test)}`
      : 'nothing has been run yet';
  const heading = [title, `Preset ${preset}: ${images}`, ...(axis === null ? MARKS.bars : MARKS.points)];
  return `${drawRows(results, WIDE, heading)}\n`;
}

/** The rows of a table as bars of their differences to the full model, those of a figure as points along its axis. */
export function drawRows(results: Results, width: number, heading: readonly string[] = []): string {
  const draw = results.axis === null ? differencePlot : axisPlot;
  return drawSvg({ ...draw(results, width >= WIDE), width, heading });
}

/** A bar a row from the full model's PSNR, in dB, with its 95 % interval, beside what the paper has. */
function differencePlot({ title, rows, fullModel }: Results, isWide: boolean): SvgOptions {
  const others = rows.filter(({ variant }) => variant !== fullModel);
  const full = rows.find(({ variant }) => variant === fullModel);
  const measured = others.filter(({ difference }) => difference !== null);
  const y = 'label';
  return {
    ariaLabel: `Bars: ${title}. The table has the numbers.`,
    height: 76 + 40 * others.length,
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

/** From the least to the largest of the values; wider where they are close together or none. */
function spanOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return [0, LEAST_SPAN];
  const widening = Math.max(0, LEAST_SPAN - (high - low)) / 2;
  return [low - widening, high + widening];
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

/** A dot a row along the figure's axis, at its PSNR in dB, ± one standard deviation over seeds. */
function axisPlot({ title, rows, axis, fullModel }: Results, isWide: boolean): SvgOptions {
  const x = (row: Row) => (row.x === null ? row.label : String(row.x));
  const measured = rows.filter(({ psnr }) => psnr !== null);
  const spread = measured.filter(({ psnrSd }) => psnrSd !== null);
  const full = rows.find(({ variant }) => variant === fullModel);
  return {
    ariaLabel: `Points along ${axis}: ${title}. The table has the numbers.`,
    height: isWide ? 360 : 300,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 30,
    marginBottom: 58,
    x: { type: 'point', domain: rows.map(x), padding: 0.5 },
    y: {
      domain: spanOf(rows.flatMap((row) => placesOf(row, full))),
      nice: true,
      insetTop: 8,
      insetBottom: 30,
    },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisX({ label: axis, labelAnchor: 'center', labelArrow: 'none', labelOffset: 46, lineWidth: 4 }),
      Plot.axisY({ label: null, ticks: 5, tickFormat: '.2f' }),
      Plot.text(['PSNR (dB)'], { frameAnchor: 'top-left', textAnchor: 'start', dx: -40, dy: -18 }),
      Plot.ruleX(full ? [full] : [], { x, strokeOpacity: 0.5, strokeDasharray: '4 4' }),
      Plot.line(measured, { x, y: 'psnr', stroke: OURS, strokeWidth: 1.5 }),
      Plot.ruleX(spread, {
        x,
        y1: ({ psnr, psnrSd }: Row) => psnr! - psnrSd!,
        y2: ({ psnr, psnrSd }: Row) => psnr! + psnrSd!,
        strokeWidth: 2,
      }),
      Plot.dot(measured, { x, y: 'psnr', r: 4.5, fill: OURS }),
      Plot.dot(rows, { x, y: (row: Row) => papersPlace(row, full), ...DIAMOND }),
      Plot.text(rows, {
        x,
        frameAnchor: 'bottom',
        dy: -8,
        text: ({ paper, variant }: Row) =>
          paper.claim === null || variant === fullModel ? '' : CLAIM_MARKS[paper.claim],
        fill: PAPERS,
        fontSize: 13,
      }),
      Plot.text(
        rows.filter(({ psnr }) => psnr === null),
        { x, frameAnchor: 'middle', text: () => 'missing', rotate: -90 },
      ),
    ],
  };
}

/** Where the paper's difference to its full model lies above ours, in dB; null if that is unknown. */
function papersPlace({ variant, paper }: Row, full: Row | undefined): number | null {
  if (!full || full.psnr === null || variant === full.variant || paper.difference === null) return null;
  return full.psnr + paper.difference;
}

/** Everything of a row that stands at a place on the axis of PSNR. */
function placesOf(row: Row, full: Row | undefined): number[] {
  const spread = row.psnrSd ?? 0;
  const own = row.psnr === null ? [] : [row.psnr - spread, row.psnr + spread];
  const papers = papersPlace(row, full);
  return papers === null ? own : [...own, papers];
}
