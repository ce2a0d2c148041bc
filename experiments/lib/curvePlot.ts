import * as Plot from '@observablehq/plot';
import type { Run } from './results.ts';
import { drawSvg, OURS } from './svg.ts';

interface Point {
  readonly step: number;
  readonly value: number;
}

/** What is far from the end is beyond the axis, so that the end can be seen; a mark at the edge says that it is there. */
const CURVES = {
  loss: {
    label: 'Loss',
    points: ({ lossCurve }: Run): Point[] => lossCurve.map(({ step, loss }) => ({ step, value: loss })),
    isNear: (value: number, { least }: { least: number }) => value <= 10 * least,
    text: (tick: number) => tick.toExponential(0),
    beyond: { rotate: 0, frameAnchor: 'top' },
  },
  psnr: {
    label: 'PSNR (dB)',
    points: ({ validationCurve }: Run): Point[] =>
      validationCurve.map(({ step, psnr }) => ({ step, value: psnr })),
    isNear: (value: number, { most }: { most: number }) => value >= most - 6,
    text: (tick: number) => tick.toFixed(0),
    beyond: { rotate: 180, frameAnchor: 'bottom' },
  },
} as const;

export type Curve = keyof typeof CURVES;

/** 1, 2 and 5 times powers of ten; every 2 dB. */
const LOSS_TICKS = [-5, -4, -3, -2, -1, 0].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
const PSNR_TICKS = Array.from({ length: 31 }, (_, i) => 2 * i);

/** What is beyond the axes, as the page says it. */
export const CURVES_RULE =
  'Losses above ten times the least (▴), and PSNR more than 6 dB below the best (▾), are beyond the axes: the line breaks there.';

/**
 * A small plot of how a network trained: a line a seed; the full model's in grey below them.
 *
 *   loss    mean training loss, on a logarithmic axis
 *   psnr    PSNR in dB on generated images, on the way
 *
 * A line breaks where it is beyond the axis, and a mark at the edge, of the network's own seeds, says so.
 *
 * Plots that share `all` have the same axes.
 */
export function drawCurves(
  curve: Curve,
  {
    runs,
    full,
    all,
    label,
  }: { runs: readonly Run[]; full: readonly Run[]; all: readonly Run[]; label: string },
): string {
  const { points, isNear, label: y, text, beyond } = CURVES[curve];
  const everything = all.flatMap(points).filter(({ value }) => Number.isFinite(value));
  const values = everything.map(({ value }) => value);
  const bounds = { least: Math.min(...values), most: Math.max(...values) };
  const shown = values.filter((value) => isNear(value, bounds));
  const isFar = ({ value }: Point) => !Number.isNaN(value) && !isNear(value, bounds);
  const line = (run: Run, options: Plot.LineYOptions) =>
    Plot.line(points(run), {
      x: 'step',
      y: ({ value }: Point) => (Number.isFinite(value) && isNear(value, bounds) ? value : Number.NaN),
      strokeWidth: 1.25,
      ...options,
    });
  const domain = [Math.min(...shown), Math.max(...shown)] as const;
  const ticks = (curve === 'loss' ? LOSS_TICKS : PSNR_TICKS).filter(
    (tick) => tick >= domain[0] && tick <= domain[1],
  );
  return drawSvg({
    ariaLabel: `${y} against steps: ${label}`,
    width: 220,
    height: 150,
    marginLeft: 50,
    marginRight: 12,
    marginTop: 20,
    marginBottom: 34,
    x: { domain: [0, Math.max(...everything.map(({ step }) => step))] },
    y: { type: curve === 'loss' ? 'log' : 'linear', domain },
    marks: [
      Plot.gridY(ticks),
      Plot.axisX({ ticks: 3, tickFormat: 's', label: 'Steps', labelAnchor: 'center', labelArrow: 'none' }),
      // As text: a format leaves out labels of logarithmic axes.
      Plot.axisY(ticks, { text, label: y, labelArrow: 'none' }),
      ...full.map((run) => line(run, { stroke: 'currentColor', strokeOpacity: 0.35 })),
      ...runs.map((run) => line(run, { stroke: OURS })),
      Plot.dot(runs.flatMap(points).filter(isFar), {
        x: 'step',
        ...beyond,
        symbol: 'triangle',
        r: 2.5,
        fill: OURS,
      }),
    ],
  });
}
