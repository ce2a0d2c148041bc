import * as Plot from '@observablehq/plot';
import { levelsBeside } from './levels.ts';
import { isReference, type PaperFacts, type Results, type Row } from './results.ts';
import { hasInterval } from './statistics.ts';
import { OURS, PAPERS, type SvgOptions, spanOf } from './svg.ts';

const CLAIM_MARKS = { lower: '▼', equal: '=', higher: '▲' } as const;

/**
 * A dot a row along the figure's axis, which is logarithmic: the full model's PSNR in dB and the difference to it, with its 95 %
 * interval. Both are of the seeds that both have, so that a row that lacks some is not drawn with the luck of others.
 *
 * The line through them breaks where a row is missing, and leaves out a row that has no place on the axis, the whole image, which
 * stands at its right.
 */
export function axisPlot(results: Results, isWide: boolean): SvgOptions {
  const { title, rows, axis, fullModel } = results;
  const places = placesAlong(rows);
  const x = (row: Row) => places.get(row)!;
  const full = rows.find(({ variant }) => variant === fullModel);
  const y = (row: Row) => placeOf(row, full);
  const measured = rows.filter(isMeasured);
  const { shown } = levelsOf(results);
  return {
    ariaLabel: `Points along ${axis}: ${title}. The table has the numbers.`,
    height: isWide ? 360 : 300,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 30,
    marginBottom: 58,
    x: { type: 'log', domain: extentOf([...places.values()]), insetLeft: 24, insetRight: 24 },
    y: {
      domain: spanOf([...rows.flatMap((row) => placesOf(row, full)), ...shown.map(({ psnr }) => psnr)]),
      nice: true,
      insetTop: 16,
      insetBottom: 30,
    },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisX(rows, {
        x,
        text: (row: Row) => (row.x === null ? row.label : String(row.x)),
        label: axis,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 46,
        lineWidth: 4,
      }),
      Plot.axisY({ label: null, ticks: 5, tickFormat: '.2f' }),
      Plot.text(['PSNR (dB)'], { frameAnchor: 'top-left', textAnchor: 'start', dx: -40, dy: -18 }),
      Plot.ruleY(shown, { y: 'psnr', stroke: PAPERS }),
      Plot.text(shown, {
        y: 'psnr',
        frameAnchor: 'right',
        textAnchor: 'end',
        dy: -8,
        text: ({ method, psnr }) => `${method} ${psnr.toFixed(2)}`,
      }),
      Plot.ruleX(full ? [full] : [], { x, strokeOpacity: 0.5, strokeDasharray: '4 4' }),
      Plot.line(
        rows.filter((row) => row.x !== null),
        { x, y: (row: Row) => (isMeasured(row) ? y(row) : Number.NaN), stroke: OURS, strokeWidth: 1.5 },
      ),
      Plot.ruleX(measured.filter(hasInterval), {
        x,
        y1: (row: Row) => y(row) + lowOf(row),
        y2: (row: Row) => y(row) + highOf(row),
        strokeWidth: 2,
      }),
      Plot.dot(measured, { x, y, r: 4.5, fill: OURS }),
      Plot.text(rows, {
        x,
        frameAnchor: 'bottom',
        dy: -8,
        text: (row: Row) => (isReference(row) ? '' : markOf(row.paper.claim)),
        fill: PAPERS,
        fontSize: 13,
      }),
      Plot.text(
        rows.filter((row) => !isMeasured(row)),
        { x, frameAnchor: 'middle', text: () => 'missing', rotate: -90 },
      ),
    ],
  };
}

/** What the marks mean that are drawn. */
export function axisMarks(results: Results): string[] {
  const { rows, axis } = results;
  const others = rows.filter((row) => !isReference(row));
  const claims = new Set(others.map(({ paper }) => paper.claim));
  const interval = rows.some(hasInterval) ? ', with the 95 % interval of the difference to it' : '';
  return [
    `${rows.some(isMeasured) ? `Dots: ours, beside the full model on common seeds${interval}. ` : ''}Dashed: the full model. ${axis} has a logarithmic scale.`,
    `The paper finds, beside the full model: ${claimsInWords(claims)}.`,
    ...levelsOf(results).words,
  ];
}

const CLAIMS = { lower: 'less', equal: 'as much', higher: 'more' } as const;

type Claim = PaperFacts['claim'];

function markOf(claim: Claim): string {
  return claim === null ? '' : CLAIM_MARKS[claim];
}

/** `▼ less, ▲ more` */
function claimsInWords(claims: ReadonlySet<Claim>): string {
  const known = [...claims].filter((claim) => claim !== null);
  return known.map((claim) => `${CLAIM_MARKS[claim]} ${CLAIMS[claim]}`).join(', ');
}

function levelsOf({ rows, levels, fullModel }: Results) {
  const full = rows.find(({ variant }) => variant === fullModel);
  return levelsBeside(
    rows.flatMap((row) => placesOf(row, full)),
    levels,
  );
}

/** What is left between the last point on the axis and one that has no place there, as a factor. */
const BESIDE = 1.5;

/** Where rows stand on the axis; the one that has no place there stands beside the last. */
function placesAlong(rows: readonly Row[]): Map<Row, number> {
  const last = Math.max(1, ...rows.map(({ x }) => x ?? 0));
  return new Map(rows.map((row) => [row, row.x ?? last * BESIDE]));
}

function extentOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function isMeasured({ psnr }: Row): boolean {
  return psnr !== null && Number.isFinite(psnr);
}

/** The full model's PSNR and the difference to it, or a row's own PSNR where nothing can be compared. */
function placeOf({ psnr, difference }: Row, full: Row | undefined): number {
  if (difference === null || full === undefined || !isMeasured(full)) return psnr!;
  return full.psnr! + difference.mean;
}

function lowOf({ difference }: Row): number {
  return difference!.low! - difference!.mean;
}

function highOf({ difference }: Row): number {
  return difference!.high! - difference!.mean;
}

/** Everything of a row that stands at a place on the axis of PSNR. */
function placesOf(row: Row, full: Row | undefined): number[] {
  if (!isMeasured(row)) return [];
  const place = placeOf(row, full);
  return hasInterval(row) ? [place, place + lowOf(row), place + highOf(row)] : [place];
}
