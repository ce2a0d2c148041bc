import * as Plot from '@observablehq/plot';
import type { Run } from './results.ts';
import { drawSvg, OURS } from './svg.ts';

const CURVES = {
  loss: {
    label: 'Loss',
    type: 'log',
    points: ({ lossCurve }: Run) => lossCurve.map(({ step, loss }) => ({ step, value: loss })),
  },
  psnr: {
    label: 'PSNR (dB)',
    type: 'linear',
    points: ({ validationCurve }: Run) => validationCurve.map(({ step, psnr }) => ({ step, value: psnr })),
  },
} as const;

export type Curve = keyof typeof CURVES;

/**
 * A small plot of how a variant trained: a line a seed; the full model's in grey below them.
 *
 *   loss    mean training loss, on a logarithmic axis
 *   psnr    PSNR in dB on generated images, on the way
 *
 * Plots that share `runs` as `all` have the same axes.
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
  const { points, type, label: y } = CURVES[curve];
  const shown = all.flatMap(points);
  const values = shown.map(({ value }) => value);
  const line = (run: Run, options: Plot.LineYOptions) =>
    Plot.line(points(run), { x: 'step', y: 'value', strokeWidth: 1.25, ...options });
  return drawSvg({
    ariaLabel: `${y} against steps: ${label}`,
    width: 220,
    height: 150,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 20,
    marginBottom: 34,
    x: { domain: [0, Math.max(...shown.map(({ step }) => step))] },
    y: { type, domain: [Math.min(...values), Math.max(...values)], clamp: true },
    marks: [
      Plot.gridY({ ticks: 3 }),
      Plot.axisX({ ticks: 3, tickFormat: 's', label: 'Steps', labelAnchor: 'center', labelArrow: 'none' }),
      Plot.axisY({ ticks: 3, tickFormat: type === 'log' ? '.0e' : undefined, label: y, labelArrow: 'none' }),
      ...full.map((run) => line(run, { stroke: 'currentColor', strokeOpacity: 0.35 })),
      ...runs.map((run) => line(run, { stroke: OURS })),
    ],
  });
}
