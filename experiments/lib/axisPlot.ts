import * as Plot from '@observablehq/plot';
import type { Results, Row } from './results.ts';
import { DIAMOND, OURS, PAPERS, type SvgOptions, spanOf } from './svg.ts';

const CLAIM_MARKS = { lower: '▼', equal: '=', higher: '▲' } as const;

/** A dot a row along the figure's axis, at its PSNR in dB, ± one standard deviation over seeds. */
export function axisPlot({ title, rows, axis, fullModel }: Results, isWide: boolean): SvgOptions {
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
