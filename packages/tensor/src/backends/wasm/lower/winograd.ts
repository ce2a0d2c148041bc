import type { PerAxis, Phase } from '../../../primitives/slidingWindow.ts';
import { type Call, call, elementAt, type Place, perThread, roundUp, type Scratch } from './call.ts';
import { from, outputDistances, type PixelGrid, placed } from './images.ts';
import { padChannels, wholeTiles } from './wholeTiles.ts';

/** Tiles that are transformed, multiplied and transformed back together: a multiple of the 6 rows of a product's tile. */
const BLOCK = 36;

/** Float32 numbers of each thread in which transforms keep their halves (three times 36 pairs of vectors). */
const HALVES = 3 * 36 * 8;

/** Float32 numbers of a cache line, which lies between two places: see kernels/winograd.ts. */
const LINE = 16;

/**
 * Tiles of a run in the filter gradient: transformed by all threads, then summed by all threads. With 32 channels both
 * transforms of a run are 0.6 MB and stay in L2; with 128, where the sums alone are 2.4 MB, 64 is as good as any.
 */
const RUN = 64;

/** With fewer channels than this, the transforms cost more than they save. */
const LEAST_CHANNELS = 16;

/** Where a dilation cuts images into smaller ones than this, most of their tiles hang over the edge. */
const LEAST_SIDE = 8;

/** Whether a phase of a convolution with filters [height, width, C / groups, K] is done by Winograd's method. */
export function suitsWinograd(
  [, , C, K]: readonly number[],
  groups: number,
  [rows, columns]: PerAxis<Phase>,
): boolean {
  return (
    groups === 1 && C! >= LEAST_CHANNELS && K! >= LEAST_CHANNELS && isThreeWide(rows) && isThreeWide(columns)
  );
}

function isThreeWide({ taps, stride, dilation, count }: Phase): boolean {
  return taps === 3 && stride === 1 && (dilation === 1 || Math.ceil(count / dilation) >= LEAST_SIDE);
}

/**
 * One phase of a convolution, with its own 3 x 3 taps. A dilation d leaves d x d images of every d-th pixel, each of which
 * is convolved by itself with neighbouring taps.
 */
export function winogradConv2d(
  x: Place,
  w: Place,
  bias: Place | undefined,
  y: PixelGrid,
  phase: PerAxis<Phase>,
  scratch: Scratch,
): Call[] {
  const [B, C, K] = [x.shape[0]!, x.shape[3]!, w.shape[3]!];
  const { origin, dilation } = perAxis(phase);
  const tiles = tilesOf(Math.ceil(y.rows / dilation[0]), Math.ceil(y.columns / dilation[1]));
  const parts = split(x, origin, dilation, inputsOf(tiles), scratch);
  const U = scratch.floats(places(C, wholeTiles(K)));
  const halves = perThread(HALVES, scratch);
  const room = perThread(HALVES + places(BLOCK, roundUp(C, 8)) + places(BLOCK, wholeTiles(K)), scratch);
  const distances = outputDistances({ ...y, row: dilation[0] * y.row, pixel: dilation[1] * y.pixel });
  const convolved = parts.each.map(({ address, row, column }) => {
    const H = Math.ceil((y.rows - row) / dilation[0]);
    const W = Math.ceil((y.columns - column) / dilation[1]);
    const to = from(y, row, column);
    const sizes = { B, H, W, C, K, ...tiles, block: BLOCK };
    return call('winogradConv2d', { x: address, U, bias, y: to, ...sizes, ...distances, scratch: room });
  });
  return [...parts.calls, call('winogradFilters', { w, U, C, K, scratch: halves }), ...convolved];
}

/** As `winogradConv2d`, where the images that a dilation leaves are summed like those of a larger batch. */
export function winogradFilterGrad(
  x: Place,
  g: Place,
  w: Place,
  phase: PerAxis<Phase>,
  scratch: Scratch,
): Call[] {
  const [B, H, W, K] = g.shape as [number, number, number, number];
  const C = x.shape[3]!;
  const { origin, dilation } = perAxis(phase);
  const tiles = tilesOf(Math.ceil(H / dilation[0]), Math.ceil(W / dilation[1]));
  const count = dilation[0] * dilation[1] * B * tiles.rows * tiles.columns;
  const parts = split(x, origin, dilation, inputsOf(tiles), scratch);
  const { wide, widen } = wideGradient(g, dilation, tiles, scratch);
  const run = Math.min(count, RUN);
  const V = scratch.floats(places(run, roundUp(C, 8)));
  const T = scratch.floats(places(run, wholeTiles(K)));
  const M = scratch.floats(places(C, wholeTiles(K)));
  const halves = perThread(HALVES, scratch);
  const runs = Array.from({ length: Math.ceil(count / run) }, (_, i) => i * run).flatMap((first) => {
    const own = Math.min(run, count - first);
    const sizes = { C, K, ...tiles, start: first, tiles: own };
    return [
      call('winogradTransforms', { x: parts, g: wide, V, T, ...sizes, scratch: halves }),
      call('winogradSums', { V, T, M, C, K, tiles: own, isFirst: first === 0 }),
    ];
  });
  return [...parts.calls, ...widen, ...runs, call('winogradFilterGrad', { M, w, C, K, scratch: halves })];
}

function perAxis([rows, columns]: PerAxis<Phase>) {
  return {
    origin: [rows.origin, columns.origin] as const,
    dilation: [rows.dilation, columns.dilation] as const,
  };
}

/** Float32 numbers of [36, rows, columns], with a line between two places. */
function places(rows: number, columns: number): number {
  return 36 * (rows * columns + LINE);
}

/** Rows and columns, of tiles or of pixels. */
interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Tiles of 4 x 4 that cover an image. */
function tilesOf(H: number, W: number): Size {
  return { rows: Math.ceil(H / 4), columns: Math.ceil(W / 4) };
}

/** The pixels that tiles see. */
function inputsOf({ rows, columns }: Size): Size {
  return { rows: 4 * rows + 2, columns: 4 * columns + 2 };
}

/**
 * Images [B, H, W, C] cut into images of every d-th row and column, all of one size, one batch behind the other: [d, d', B,
 * rows, columns, C], zeros where there is no pixel. The batch in `row` and `column` begins with pixel origin + [row, column].
 */
function split(
  x: Place,
  origin: PerAxis<number>,
  step: PerAxis<number>,
  { rows, columns }: Size,
  scratch: Scratch,
) {
  const batch = x.shape[0]! * rows * columns * x.shape[3]!;
  const address = scratch.floats(step[0] * step[1] * batch);
  const each = Array.from({ length: step[0] * step[1] }, (_, i) => ({
    address: elementAt(address, i * batch),
    row: Math.floor(i / step[1]),
    column: i % step[1],
  }));
  const calls = each.map((part) => {
    const first = [origin[0] + part.row, origin[1] + part.column] as const;
    return placed(x, part.address, { rows, columns, origin: first, step });
  });
  return { address, each, calls };
}

/** g with zeros behind its rows, columns and channels, split as the images are: [d, d', B, 4 rows, 4 columns, Kp]. */
function wideGradient(
  g: Place,
  dilation: PerAxis<number>,
  { rows, columns }: Size,
  scratch: Scratch,
): { wide: number; widen: readonly Call[] } {
  const [B, H, W, K] = g.shape as [number, number, number, number];
  const channels = padChannels(g, scratch);
  const size = { rows: 4 * rows, columns: 4 * columns };
  if (H === size.rows && W === size.columns) return { wide: channels.address, widen: channels.calls };
  const wide = { ...g, address: channels.address, shape: [B, H, W, wholeTiles(K)] };
  const parts = split(wide, [0, 0], dilation, size, scratch);
  return { wide: parts.address, widen: [...channels.calls, ...parts.calls] };
}
