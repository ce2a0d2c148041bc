import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Widths in pixels: of a file and of a page's plots on wide screens; of those of which two stand side by side there; and on narrow ones. */
export const WIDE = 720;
export const HALF = 560;
export const NARROW = 340;

/**
 * Two colours that shapes tell apart as well, each with a contrast of 3 or more to white and to `DARK`
 * (WCAG 2.2, 1.4.11).
 */
export const OURS = '#2f7fc1';
export const PAPERS = '#d9480f';

/** How the paper's numbers are drawn. */
export const DIAMOND = { symbol: 'diamond', r: 5, stroke: PAPERS, strokeWidth: 2 } as const;

/** What an axis spans at least, in dB: less would make much of nothing. */
const LEAST_SPAN = 0.2;

/** Line distance of a heading, in pixels. */
const LINE = 18;

export interface SvgOptions extends Omit<Plot.PlotOptions, 'ariaLabel'> {
  /** What the plot shows, for who cannot see it */
  readonly ariaLabel: string;
  /** Lines above the plot, the first one in bold: for a file that stands alone */
  readonly heading?: readonly string[];
}

/** Draws a plot as an SVG document whose text has the colour of the page; one with a heading is black on white. */
export function drawSvg({ heading = [], ariaLabel, ...options }: SvgOptions): string {
  const { document } = parseHTML('<html></html>');
  const { marginLeft = 40, marginTop = 30, height = 400 } = options;
  const offset = heading.length * LINE;
  const lines = heading.map((line, i) =>
    Plot.text([line], {
      frameAnchor: 'top-left',
      dx: 8 - marginLeft,
      dy: 10 + LINE * i - offset - marginTop,
      fontSize: i === 0 ? 15 : 12,
      fontWeight: i === 0 ? 'bold' : 'normal',
      textAnchor: 'start',
    }),
  );
  const svg = Plot.plot({
    ...options,
    document,
    height: height + offset,
    marginTop: marginTop + offset,
    marks: [...(options.marks ?? []), ...lines],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  // linkedom writes attributes as they are.
  svg.setAttribute('aria-label', ariaLabel.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
  svg.setAttribute('font-size', '12');
  if (heading.length > 0) svg.setAttribute('style', 'background: white; color: black');
  return svg.outerHTML;
}

/** From the least to the largest of the values; wider where they are close together or none. */
export function spanOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, LEAST_SPAN];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const widening = Math.max(0, LEAST_SPAN - (high - low)) / 2;
  return [low - widening, high + widening];
}
