import { svgElement } from './elements.ts';

/** A curve over the steps of a training, from step 1 on. */
export interface Curve {
  /** What a screen reader calls it */
  readonly label: string;
  readonly points: readonly Point[];
  /** A second, thinner line: the points before they were smoothed */
  readonly rough?: readonly Point[];
  /** Whether the vertical axis is logarithmic */
  readonly isLogarithmic?: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const SIZE = { width: 480, height: 220 };
const MARGIN = { left: 56, right: 12, top: 10, bottom: 26 };

/** Points that are drawn; of more, each is the mean of its neighbours. */
const MOST_POINTS = 400;

/** Draws a curve with its axes; points that have no place on them, as those of an infinite loss, are left out. */
export function drawCurve({ label, points, rough = [], isLogarithmic = false }: Curve): SVGSVGElement {
  const height = isLogarithmic ? Math.log10 : (y: number) => y;
  const hasPlace = ({ y }: Point) => Number.isFinite(height(y));
  const lines = [rough, points].map((line) => thinned(line.filter(hasPlace)));
  const heights = lines.flat().map(({ y }) => height(y));
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const last = points.reduce((most, { x }) => Math.max(most, x), 1);
  const room = {
    x: SIZE.width - MARGIN.left - MARGIN.right,
    y: SIZE.height - MARGIN.top - MARGIN.bottom,
  };
  const left = (x: number) => MARGIN.left + (room.x * x) / last;
  const top = (y: number) => MARGIN.top + room.y * (1 - (height(y) - low) / (high - low || 1));
  const svg = svgElement('svg', { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: 'img', class: 'curve' });
  svg.setAttribute('aria-label', label);
  const horizontal = isLogarithmic ? logarithmicTicks(low, high) : evenTicks(low, high);
  for (const y of horizontal) {
    svg.append(
      svgElement('path', { class: 'grid', d: `M${MARGIN.left} ${top(y)}h${room.x}` }),
      svgElement(
        'text',
        { x: MARGIN.left - 6, y: top(y) + 4, 'text-anchor': 'end' },
        String(Number(y.toPrecision(4))),
      ),
    );
  }
  for (const x of evenTicks(0, last).filter(Number.isInteger))
    svg.append(svgElement('text', { x: left(x), y: SIZE.height - 6, 'text-anchor': 'middle' }, String(x)));
  for (const [i, line] of lines.entries()) {
    if (line.length === 0) continue;
    const d = `M${line.map(({ x, y }) => `${left(x).toFixed(1)} ${top(y).toFixed(1)}`).join('L')}`;
    svg.append(svgElement('path', { d, class: i === 0 ? 'line rough' : 'line' }));
  }
  return svg;
}

/** The means of as many runs of points as are drawn. */
function thinned(points: readonly Point[]): Point[] {
  const run = Math.ceil(points.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(points.length / (run || 1)) }, (_, i) => {
    const part = points.slice(i * run, (i + 1) * run);
    const mean = (of: (point: Point) => number) =>
      part.reduce((sum, point) => sum + of(point), 0) / part.length;
    return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
  });
}

/** Some three to six round numbers of a range. */
function evenTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const distance = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!;
  const first = Math.ceil(low / distance);
  return Array.from(
    { length: Math.max(0, Math.floor(high / distance) - first + 1) },
    (_, i) => (first + i) * distance,
  );
}

/** 1, 2 and 5 times the powers of ten in a range, whose ends are logarithms. */
function logarithmicTicks(low: number, high: number): number[] {
  const first = Math.floor(low);
  const powers = Array.from({ length: Math.ceil(high) - first + 1 }, (_, i) => 10 ** (first + i));
  const all = powers.flatMap((power) => [power, 2 * power, 5 * power]);
  return all.filter((y) => Math.log10(y) >= low && Math.log10(y) <= high);
}
