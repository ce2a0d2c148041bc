import { axisPlot } from './axisPlot.ts';
import { describeDataset } from './data.ts';
import { differencePlot } from './differencePlot.ts';
import type { Results } from './results.ts';
import { drawSvg, WIDE } from './svg.ts';

/** What the marks of `drawRows` mean, in lines. */
export const MARKS = {
  bars: [
    'Bars: ours, with the 95 % interval; pale: may be chance; ◂ ▸: further than the axis reaches.',
    'Diamonds: the paper’s, at its scale.',
  ],
  points: [
    'Dots: ours, ± one standard deviation over seeds. Dashed: the full model.',
    '▼ = ▲: the paper finds less, as much, or more than with the full model; diamonds: how much.',
  ],
} as const;

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
