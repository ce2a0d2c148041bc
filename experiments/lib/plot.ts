import { axisMarks, axisPlot } from './axisPlot.ts';
import { describeDataset } from './data.ts';
import { differenceMarks, differencePlot } from './differencePlot.ts';
import type { Results } from './results.ts';
import { drawSvg, WIDE } from './svg.ts';

/** What the marks of `drawRows` mean, of those that are drawn; a line each. */
export function marksOf(results: Results): string[] {
  const marks = results.axis === null ? differenceMarks(results) : axisMarks(results);
  return results.remark === null ? marks : [...marks, results.remark];
}

/** A table or figure as a file: title, scale, plot, and what its marks mean. An SVG document. */
export function plotResults(results: Results): string {
  const { title, preset, train, test } = results;
  const images =
    train && test
      ? `trained on ${describeDataset(train)}, tested on ${describeDataset(test)}`
      : 'nothing has been run yet';
  const heading = [title, `Preset ${preset}: ${images}`, ...marksOf(results)];
  return `${drawRows(results, WIDE, heading)}\n`;
}

/** The rows of a table as bars of their differences to the full model, those of a figure as points along its axis. */
export function drawRows(results: Results, width: number, heading: readonly string[] = []): string {
  const draw = results.axis === null ? differencePlot : axisPlot;
  return drawSvg({ ...draw(results, width >= WIDE), width, heading });
}
