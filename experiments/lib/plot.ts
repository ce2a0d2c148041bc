import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Experiment } from './experiment.ts';
import type { Row } from './statistics.ts';

/**
 * A dot a variant on a PSNR axis, with a bar of one standard deviation over seeds where there are several,
 * and the paper's numbers as hollow dots. An SVG document.
 */
export function plotRows(experiment: Experiment, rows: readonly Row[], subtitle: string): string {
  const { document } = parseHTML('<html></html>');
  const labels = rows.map(({ variant }) => variant.label);
  const printed = rows.filter(({ variant }) => variant.paper !== null);
  const figure = Plot.plot({
    document,
    width: 720,
    height: 120 + 34 * rows.length,
    marginLeft: 210,
    marginTop: 60,
    x: { label: 'PSNR (dB) →', nice: true, grid: true },
    y: { label: null, domain: labels },
    marks: [
      Plot.text([experiment.title], {
        frameAnchor: 'top-left',
        dy: -48,
        dx: -200,
        fontSize: 15,
        fontWeight: 'bold',
      }),
      Plot.text([subtitle], { frameAnchor: 'top-left', dy: -26, dx: -200, fontSize: 11, fill: '#555' }),
      Plot.ruleY(rows, {
        x1: (row: Row) => row.psnr - (row.psnrSd ?? 0),
        x2: (row: Row) => row.psnr + (row.psnrSd ?? 0),
        y: (row: Row) => row.variant.label,
        stroke: '#1f77b4',
      }),
      Plot.dot(rows, {
        x: 'psnr',
        y: (row: Row) => row.variant.label,
        r: 5,
        fill: '#1f77b4',
      }),
      Plot.text(rows, {
        x: 'psnr',
        y: (row: Row) => row.variant.label,
        text: (row: Row) => row.psnr.toFixed(2),
        dy: -12,
        fontSize: 10,
      }),
      Plot.dot(printed, {
        x: (row: Row) => row.variant.paper,
        y: (row: Row) => row.variant.label,
        r: 5,
        stroke: '#d62728',
      }),
      Plot.text(printed, {
        x: (row: Row) => row.variant.paper,
        y: (row: Row) => row.variant.label,
        text: (row: Row) => `paper ${row.variant.paper?.toFixed(2)} (Set12)`,
        dy: -12,
        fontSize: 10,
        fill: '#d62728',
      }),
    ],
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${figure.outerHTML}\n`;
}
