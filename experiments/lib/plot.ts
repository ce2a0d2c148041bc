import { axisMarks, axisPlot } from './axisPlot.ts';
import { describeDataset } from './data.ts';
import { differenceMarks, differencePlot } from './differencePlot.ts';
import type { Results } from './results.ts';
import { drawSvg, WIDE } from './svg.ts';

/** What the marks of `drawRows` mean, of those that are drawn; a line each. */
export function marksOf(results: Results): string[] {
  const marks = results.axis === null ? differenceMarks(results) : axisMarks(results);
  return [...marks, ...remarksOf(results)];
}

/** What is to be known beside a plot: the experiment's remark, and which rows lack seeds, as after a training that failed. */
function remarksOf({ remark, rows }: Results): string[] {
  const short = rows.flatMap(({ label, against, difference }) => {
    const all = rows.find(({ variant }) => variant === against)!.seeds.length;
    const common = difference?.seeds.length ?? all;
    return common < all ? [`${label} (${common} of ${all})`] : [];
  });
  const lacking =
    short.length === 0 ? [] : [`Of fewer seeds than what they are compared with: ${short.join(', ')}.`];
  return [...(remark === null ? [] : [remark]), ...lacking];
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
