import { basename, dirname } from 'node:path';
import { type Command, checkOutput, namesFrom, text, UserError, userPath } from '@nlrn/cli';
import { makeFolder, replaceFile } from '@nlrn/files';
import { readProgress } from '@nlrn/nn';
import * as Plot from '@observablehq/plot';
import type { InferredOptionTypes, Options } from 'yargs';
import { csvOf, fixed } from './lib/csv.ts';
import { drawSvg, OURS, PAPERS, WIDE } from './lib/svg.ts';

const trainingCurveOptions = {
  lines: text('What to compare with, such as BM3D=29.99,DnCNN=30.66: dashed lines at so many dB'),
  out: {
    ...text('The picture to write: an .svg file; its numbers go into a .csv beside it'),
    demandOption: true,
  },
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof trainingCurveOptions> & { readonly checkpoint: string };

export const trainingCurveCommand: Command<Arguments> = {
  command: 'training-curve <checkpoint>',
  describe: 'Draw the PSNR of a training that had --validate, against steps and core-hours',
  options: trainingCurveOptions,
  builder: (yargs) =>
    yargs
      .positional('checkpoint', {
        type: 'string',
        describe: 'A .checkpoint.safetensors file of train',
        demandOption: true,
      })
      .example('$0 training-curve runs/s25.checkpoint.safetensors --out curve.svg', '')
      .example('$0 training-curve runs/s25.checkpoint.safetensors --lines BM3D=29.97 --out curve.svg', ''),
  handler: drawTraining,
};

/** A test on the way, and what the training had cost by then, the steps having cost alike. */
interface Point {
  readonly step: number;
  readonly hours: number;
  readonly psnr: number;
}

/** A figure to compare with, in dB. */
interface Line {
  readonly name: string;
  readonly psnr: number;
}

function drawTraining({ checkpoint, lines: given, out: name }: Arguments): void {
  const lines = given === undefined ? [] : namesFrom('--lines', given).map(lineFrom);
  const out = userPath(name);
  checkOutput('--out', out, '.svg');
  const points = pointsOf(userPath(checkpoint));
  makeFolder(dirname(out));
  const csv = out.replace(/\.svg$/i, '.csv');
  replaceFile(csv, [Buffer.from(csvOf(COLUMNS, points))]);
  replaceFile(out, [Buffer.from(drawCurve(points, lines, basename(checkpoint)))]);
  const last = points.at(-1)!;
  console.log(
    `${last.psnr.toFixed(2)} dB after ${last.step} steps, ${last.hours.toFixed(2)} core-hours\nwrote ${out}, ${csv}`,
  );
}

/** Of the file beside the picture. */
const COLUMNS = {
  step: ({ step }: Point) => step,
  core_hours: ({ hours }: Point) => fixed(hours, 3),
  psnr: ({ psnr }: Point) => fixed(psnr, 3),
};

/** `BM3D=29.97`. Throws UserError for what is not a name and a number. */
function lineFrom(given: string): Line {
  const [, name, psnr] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(given) ?? [];
  if (name !== undefined) return { name, psnr: Number(psnr) };
  throw new UserError(`--lines ${given}: a name and a PSNR in dB are wanted, such as BM3D=29.97`);
}

/** Throws UserError for a training without tests, and what `readProgress` throws. */
function pointsOf(path: string): Point[] {
  const { losses, validation, coreSeconds } = readProgress(path);
  if (validation.length === 0)
    throw new UserError(`${path}: nothing was tested on the way; train with --validate DIR`);
  return validation.map(({ step, psnr }) => ({
    step,
    psnr,
    hours: (coreSeconds * step) / losses.length / 3600,
  }));
}

/** What is further below the best, in dB, is beyond the axis: single tests in mid-cycle say little. */
const SPAN = 4;

function drawCurve(points: readonly Point[], lines: readonly Line[], title: string): string {
  const psnrs = [...points, ...lines].map(({ psnr }) => psnr);
  const best = Math.max(...psnrs);
  const least = Math.max(best - SPAN, Math.min(...psnrs));
  const isBelow = ({ psnr }: Point | Line) => psnr < least;
  const shown = points.map((point) => (isBelow(point) ? { ...point, psnr: Number.NaN } : point));
  const below = points.filter(isBelow);
  const [lower, drawn] = [lines.filter(isBelow), lines.filter((line) => !isBelow(line))];
  const at = { x: 'hours', y: 'psnr', stroke: OURS, fill: OURS };
  return drawSvg({
    ariaLabel: `PSNR on the way against core-hours: ${title}`,
    width: WIDE,
    height: 320,
    marginLeft: 48,
    marginRight: 70,
    marginTop: 30,
    marginBottom: 40,
    heading: [
      `PSNR against core-hours`,
      `${title}; ${points.length} tests, the last after ${points.at(-1)!.step} steps`,
      ...(below.length > 0
        ? [
            `▾: a test more than ${SPAN} dB below the best; ${below.length} of them, the least ${leastOf(below)} dB`,
          ]
        : []),
      ...(lower.length > 0
        ? [`Further below: ${lower.map(({ name, psnr }) => `${name} ${psnr} dB`).join(', ')}`]
        : []),
    ],
    x: { domain: [0, points.at(-1)!.hours] },
    y: { domain: [least, best], insetTop: 6, insetBottom: 12 },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisX({ label: 'core-hours', labelAnchor: 'center', labelArrow: 'none', ticks: 6 }),
      // Without a number of digits there are as many as the ticks' step has.
      Plot.axisY({ label: null, ticks: 5, tickFormat: 'f' }),
      Plot.text(['PSNR (dB)'], { frameAnchor: 'top-left', textAnchor: 'start', dx: -40, dy: -18 }),
      Plot.ruleY(drawn, { y: 'psnr', stroke: PAPERS, strokeDasharray: '4 4' }),
      Plot.text(drawn, { y: 'psnr', frameAnchor: 'right', textAnchor: 'start', dx: 6, text: 'name' }),
      Plot.line(shown, { ...at, fill: 'none', strokeWidth: 1.5 }),
      Plot.dot(shown, { ...at, r: 2.5 }),
      Plot.text(below, { x: 'hours', frameAnchor: 'bottom', dy: -3, text: () => '▾', fill: OURS }),
    ],
  });
}

function leastOf(points: readonly Point[]): string {
  return Math.min(...points.map(({ psnr }) => psnr)).toFixed(1);
}
