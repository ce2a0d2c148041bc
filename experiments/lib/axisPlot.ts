import * as Plot from '@observablehq/plot';
import { levelsBeside } from './levels.ts';
import { isReference, type PaperFacts, type Results, type Row } from './results.ts';
import { hasInterval } from './statistics.ts';
import { OURS, PAPERS, type SvgOptions, spanOf } from './svg.ts';

const CLAIM_MARKS = { lower: '▼', equal: '=', higher: '▲' } as const;

/**
 * A dot a row along the figure's axis, at its PSNR in dB, with the 95 % interval of its difference to the full model.
 *
 * The line through them breaks where a row is missing, and leaves out a row that has no place on the axis: the whole image.
 */
export function axisPlot(results: Results, isWide: boolean): SvgOptions {
  const { title, rows, axis, fullModel } = results;
  const x = (row: Row) => (row.x === null ? row.label : String(row.x));
  const measured = rows.filter(isMeasured);
  const full = rows.find(({ variant }) => variant === fullModel);
  const { shown } = levelsOf(results);
  return {
    ariaLabel: `Points along ${axis}: ${title}. The table has the numbers.`,
    height: isWide ? 360 : 300,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 30,
    marginBottom: 58,
    x: { type: 'point', domain: rows.map(x), padding: 0.5 },
    y: {
      domain: spanOf([...rows.flatMap(placesOf), ...shown.map(({ psnr }) => psnr)]),
      nice: true,
      insetTop: 16,
      insetBottom: 30,
    },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisX({ label: axis, labelAnchor: 'center', labelArrow: 'none', labelOffset: 46, lineWidth: 4 }),
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
        { x, y: (row: Row) => (isMeasured(row) ? row.psnr : Number.NaN), stroke: OURS, strokeWidth: 1.5 },
      ),
      Plot.ruleX(measured.filter(hasInterval), { x, y1: lowOf, y2: highOf, strokeWidth: 2 }),
      Plot.dot(measured, { x, y: 'psnr', r: 4.5, fill: OURS }),
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
  const { rows } = results;
  const others = rows.filter((row) => !isReference(row));
  const claims = new Set(others.map(({ paper }) => paper.claim));
  const interval = rows.some(hasInterval)
    ? ', with the 95 % interval of the difference to the full model'
    : '';
  return [
    `${rows.some(isMeasured) ? `Dots: ours${interval}. ` : ''}Dashed: the full model.`,
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

function levelsOf({ rows, levels }: Results) {
  return levelsBeside(rows.flatMap(placesOf), levels);
}

function isMeasured({ psnr }: Row): boolean {
  return psnr !== null && Number.isFinite(psnr);
}

function lowOf({ psnr, difference }: Row): number {
  return psnr! - difference!.mean + difference!.low!;
}

function highOf({ psnr, difference }: Row): number {
  return psnr! - difference!.mean + difference!.high!;
}

/** Everything of a row that stands at a place on the axis of PSNR. */
function placesOf(row: Row): number[] {
  if (!isMeasured(row)) return [];
  return hasInterval(row) ? [row.psnr!, lowOf(row), highOf(row)] : [row.psnr!];
}
