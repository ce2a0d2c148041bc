import * as Plot from '@observablehq/plot';
import { BESIDE_DOT, boxAround, type Place, placeNames } from '../lib/placeNames.ts';
import { drawSvg, OURS, PAPERS, spanOf } from '../lib/svg.ts';
import { levelInWords, levelOf } from './axis.ts';
import type { ComparedRow, Comparison } from './comparison.ts';
import { secondsOf } from './comparisonTable.ts';
import { definitionOf } from './definition.ts';
import { inAllViews } from './method.ts';
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

/** Pixels around the plot, and within it above and below the marks. */
const MARGINS = { left: 48, right: 24, top: 30, bottom: 48 };
const INSETS = { top: 16, bottom: 12 };
const HEIGHT = 380;

/** How far a mark reaches from its middle, in pixels. */
const REACH = 5;

/** How many times as far as the outermost marks the axis of the price reaches, so that names have room. */
const ROOM = 2.5;

/** The rows that are drawn: on the first set, at the middle level; of the others a plot would say the same. */
function drawn({ rows }: Comparison): ComparedRow[] {
  const set = rows[0]?.set;
  const levels = [...new Set(rows.map(levelOf))];
  const middle = levels[Math.floor((levels.length - 1) / 2)];
  return rows.filter((row) => row.set === set && levelOf(row) === middle);
}

/**
 * PSNR against time, or against the number of parameters: a point a method. An SVG document.
 *
 * A name that has no room beside its mark is left to the table.
 */
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
    costs.length === 0 ? [1, 10] : [Math.min(...costs) / ROOM, Math.max(...costs) * ROOM];
  const [left, right] = [MARGINS.left, width - MARGINS.right];
  const [top, bottom] = [MARGINS.top, HEIGHT - MARGINS.bottom];
  const across = Plot.scale({ x: { type: 'log', domain, range: [left, right] } })!;
  const range = [bottom - INSETS.bottom, top + INSETS.top];
  const upwards = Plot.scale({ y: { domain: spanOf(values), nice: true, range } })!;
  const named = (row: ComparedRow, x: number, y: number, places: readonly Place[]) => ({
    mark: { x, y },
    text: nameOf(comparison, row),
    x: across.apply(x),
    y: upwards.apply(y),
    places,
  });
  const marks = [
    ...points.map((row) => named(row, placed(row), row.psnr!, BESIDE_DOT)),
    ...others.map((row) => named(row, placed(row), paperPsnr(row), BESIDE_DOT)),
  ];
  const names = [...marks, ...lines.map((row) => named(row, domain[1], row.psnr!, besideLine(right - left)))];
  const places = placeNames(names, {
    // The margin at the right is there for names.
    frame: { left, right: width, top, bottom },
    taken: marks.map(({ x, y }) => boxAround(x, y, REACH)),
  });
  return drawSvg({
    ariaLabel: `PSNR against ${words}, a point a method: ${where}. The table has the numbers.`,
    width,
    height: HEIGHT,
    marginLeft: MARGINS.left,
    marginRight: MARGINS.right,
    marginTop: MARGINS.top,
    marginBottom: MARGINS.bottom,
    x: {
      type: 'log',
      label: axis,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain,
    },
    y: { domain: upwards.domain, insetTop: INSETS.top, insetBottom: INSETS.bottom },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisX({ label: axis, labelAnchor: 'center', labelArrow: 'none', ticks: 4, tickFormat: ticks }),
      Plot.axisY({ label: null, ticks: 5, tickFormat: '.1f' }),
      Plot.text(['PSNR (dB)'], { frameAnchor: 'top-left', textAnchor: 'start', dx: -40, dy: -18 }),
      Plot.ruleY(lines, { y: 'psnr', stroke: OURS, strokeDasharray: '4 4' }),
      Plot.dot(others, { x: placed, y: paperPsnr, symbol: 'diamond', r: 5, stroke: PAPERS, strokeWidth: 2 }),
      Plot.dot(points, { x: placed, y: 'psnr', r: 4.5, fill: OURS }),
      ...names.flatMap(({ mark, text }, i) => {
        const place = places[i];
        return place ? [Plot.text([mark], { x: 'x', y: 'y', text: () => text, ...place })] : [];
      }),
    ],
    ...(withHeading && { heading: [`PSNR against ${words}`, where, tradeMarks(comparison, price)] }),
  });
}

const paperPsnr = ({ paper }: ComparedRow) => paper!.psnr!;

/** A method's name, short. */
function nameOf(comparison: Comparison, { method, label }: ComparedRow): string {
  const all = definitionOf(comparison).methods.flatMap((known) => [known, inAllViews(known)]);
  return all.find(({ name }) => name === method)?.short ?? label;
}

/** Where the name of a line that is so wide may stand: above it or below, at its right end or its left. */
function besideLine(width: number): Place[] {
  const above = { dx: 0, dy: -8, textAnchor: 'end' } as const;
  const ends = [above, { ...above, dx: -width, textAnchor: 'start' }] as const;
  return ends.flatMap((end) => [end, { ...end, dy: 9 }]);
}

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
