import type { PerAxis, Phase } from '../../../../primitives/slidingWindow.ts';
import { type Call, call, elementAt, type Place, type Scratch } from '../call.ts';

/** Pixels that lie in rows and columns somewhere in memory: the address of the first, and distances in numbers. */
export interface PixelGrid {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  readonly image: number;
  readonly row: number;
  readonly pixel: number;
}

/** The pixels of images [B, H, W, C] as they lie. */
export function wholeGrid({ address, shape }: Place): PixelGrid {
  const [, rows, columns, pixel] = shape as [number, number, number, number];
  return { address, rows, columns, image: rows * columns * pixel, row: columns * pixel, pixel };
}

/** Of images [B, H, W, C] the pixels that are the outputs of a phase. */
export function gridOf(y: Place, [rows, columns]: PerAxis<Phase>): PixelGrid {
  const whole = wholeGrid(y);
  return {
    address: elementAt(y, rows.first * whole.row + columns.first * whole.pixel),
    rows: rows.count,
    columns: columns.count,
    image: whole.image,
    row: rows.step * whole.row,
    pixel: columns.step * whole.pixel,
  };
}

/** The distances of what a kernel writes to a grid. */
export function outputDistances({ image, row, pixel }: PixelGrid) {
  return { yImage: image, yRow: row, yPixel: pixel };
}

/** The pixel (row, column) of a grid is its first one from now on. */
export function from(grid: PixelGrid, row: number, column: number): PixelGrid {
  return { ...grid, address: elementAt(grid, row * grid.row + column * grid.pixel) };
}

/** What lies where in a placement of images: see `placeImages` in kernels/conv2d.ts. */
export interface Placement {
  readonly rows: number;
  readonly columns: number;
  /** The pixel of the image that comes first: less than 0 where zeros do */
  readonly origin: PerAxis<number>;
  /** Pixels of the image between two that come side by side */
  readonly step: PerAxis<number>;
}

/** The call that writes images, or some of their pixels, with zeros around them to an address. */
export function placed(x: Place, to: number, { rows, columns, origin, step }: Placement): Call {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const [top, left] = origin;
  const [rowStep, columnStep] = step;
  return call('placeImages', { x, y: to, B, H, W, C, rows, columns, top, left, rowStep, columnStep });
}

/** Images [B, H, W, C] with as many zeros around them as some phases see; pixel (0, 0) is the first of the grid. */
export function withBorder(
  x: Place,
  phases: readonly PerAxis<Phase>[],
  scratch: Scratch,
): { seen: PixelGrid; calls: Call[] } {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const seeing = phases.filter(([rows, columns]) => rows.taps > 0 && columns.taps > 0);
  const [above, below] = border(
    H,
    seeing.map(([rows]) => rows),
  );
  const [left, right] = border(
    W,
    seeing.map(([, columns]) => columns),
  );
  if (Math.max(above, below, left, right) === 0) return { seen: wholeGrid(x), calls: [] };
  const [rows, columns] = [H + above + below, W + left + right];
  const address = scratch.floats(B * rows * columns * C);
  const seen = from(wholeGrid({ ...x, address, shape: [B, rows, columns, C] }), above, left);
  return { seen, calls: [placed(x, address, { rows, columns, origin: [-above, -left], step: [1, 1] })] };
}

/** Pixels before and after an axis of n that are seen. */
function border(n: number, phases: readonly Phase[]): [number, number] {
  const last = ({ origin, count, stride, taps, dilation }: Phase) =>
    origin + (count - 1) * stride + (taps - 1) * dilation;
  return [
    Math.max(0, ...phases.map(({ origin }) => -origin)),
    Math.max(0, ...phases.map((phase) => last(phase) - n + 1)),
  ];
}
