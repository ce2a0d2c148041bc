import * as Plot from '@observablehq/plot';
import { drawSvg, OURS, PAPERS, spanOf } from '../lib/svg.ts';
import { levelInWords, levelOf } from './axis.ts';
import { secondsOf } from './comparisonTable.ts';
import type { ComparedRow, Comparison } from './restoration.ts';
import { setLabel } from './sets.ts';

/** What PSNR is bought with. */
export const PRICES = {
  time: { of: secondsOf, axis: 'core-seconds a megapixel', words: 'time', ticks: '~r' },
  parameters: {
    of: ({ parameters }: ComparedRow) => parameters,
    axis: 'parameters',
    words: 'parameters',
    /** `100k` */
    ticks: '~s',
  },
} as const;

export type Price = keyof typeof PRICES;

/** Pixels beside the plot, and of a letter, about: names are seldom wider. */
const MARGINS = { left: 48, right: 24 };
const LETTER = 7;

/** The rows that are drawn: on the first set, at the middle level; of the others a plot would say the same. */
function drawn({ rows }: Comparison): ComparedRow[] {
  const set = rows[0]?.set;
  const levels = [...new Set(rows.map(levelOf))];
  const middle = levels[Math.floor((levels.length - 1) / 2)];
  return rows.filter((row) => row.set === set && levelOf(row) === middle);
}

/** PSNR against time, or against the number of parameters: a point a method. An SVG document. */
export function plotTrade(comparison: Comparison, price: Price, width: number, withHeading = false): string {
  const { of, axis, words, ticks } = PRICES[price];
  const all = drawn(comparison);
  const rows = all.filter((row) => row.psnr !== null && row.images === row.of);
  const points = rows.filter((row) => of(row) !== null);
  // What has no parameters is a line.
  const lines = rows.filter((row) => of(row) === null);
  const others = all.filter((row) => row.psnr === null && row.paper?.psnr != null && of(row) !== null);
  const placed = (row: ComparedRow) => of(row)!;
  const first = all[0];
  const where = first ? `${setLabel(first.set)}, ${levelInWords(first)}` : 'nothing has been run yet';
  const values = [...rows.map(({ psnr }) => psnr!), ...others.map(({ paper }) => paper!.psnr!)];
  const costs = [...points, ...others].map(placed);
  const domain: [number, number] =
    costs.length === 0 ? [1, 10] : [Math.min(...costs) / 1.6, Math.max(...costs) * 2.2];
  /** A name stands to the right of its mark, or to the left where there is no room. */
  const names = (rows: readonly ComparedRow[], y: (row: ComparedRow) => number) => {
    const [low, high] = domain.map(Math.log) as [number, number];
    const room = (row: ComparedRow) =>
      (width - MARGINS.left - MARGINS.right) * (1 - (Math.log(placed(row)) - low) / (high - low));
    const fits = (row: ComparedRow) => LETTER * row.label.length + 8 < room(row);
    return [
      Plot.text(rows.filter(fits), { x: placed, y, dx: 8, textAnchor: 'start', text: 'label' }),
      Plot.text(
        rows.filter((row) => !fits(row)),
        { x: placed, y, dx: -8, textAnchor: 'end', text: 'label' },
      ),
    ];
  };
  return drawSvg({
    ariaLabel: `PSNR against ${words}, a point a method: ${where}. The table has the numbers.`,
    width,
    height: 380,
    marginLeft: MARGINS.left,
    marginRight: MARGINS.right,
    marginTop: 30,
    marginBottom: 48,
    x: {
      type: 'log',
      label: axis,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain,
    },
    y: { domain: spanOf(values), nice: true, insetTop: 16, insetBottom: 12 },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisX({ label: axis, labelAnchor: 'center', labelArrow: 'none', ticks: 4, tickFormat: ticks }),
      Plot.axisY({ label: null, ticks: 5, tickFormat: '.1f' }),
      Plot.text(['PSNR (dB)'], { frameAnchor: 'top-left', textAnchor: 'start', dx: -40, dy: -18 }),
      Plot.ruleY(lines, { y: 'psnr', stroke: OURS, strokeDasharray: '4 4' }),
      Plot.text(lines, { y: 'psnr', frameAnchor: 'right', textAnchor: 'end', dy: -7, text: 'label' }),
      Plot.dot(others, { x: placed, y: paperPsnr, symbol: 'diamond', r: 5, stroke: PAPERS, strokeWidth: 2 }),
      ...names(others, paperPsnr),
      Plot.dot(points, { x: placed, y: 'psnr', r: 4.5, fill: OURS }),
      ...names(points, ({ psnr }) => psnr!),
    ],
    ...(withHeading && { heading: [`PSNR against ${words}`, where, tradeMarks(comparison, price)] }),
  });
}

const paperPsnr = ({ paper }: ComparedRow) => paper!.psnr!;

/** What the marks mean that are drawn. */
export function tradeMarks(comparison: Comparison, price: Price): string {
  const { of, words } = PRICES[price];
  const rows = drawn(comparison);
  const hasLines = rows.some((row) => row.psnr !== null && of(row) === null);
  const hasOthers = rows.some((row) => row.psnr === null && row.paper !== null && of(row) !== null);
  return [
    'Dots: measured here.',
    ...(hasLines ? [`Dashed: methods without ${words}.`] : []),
    ...(hasOthers ? ['Diamonds: the paper’s figures.'] : []),
  ].join(' ');
}
