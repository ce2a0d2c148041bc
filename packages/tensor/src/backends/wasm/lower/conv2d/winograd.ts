import type { PerAxis, Phase } from '../../../../primitives/slidingWindow.ts';
import { CACHE_LINE, PLACES } from '../../kernels/constants.ts';
import { type Call, call, type Place, perThread, roundUp, type Scratch } from '../call.ts';
import { wholeTiles } from '../wholeTiles.ts';
import { from, outputDistances, type PixelGrid, wholeGrid } from './images.ts';

/** Tiles that are transformed, multiplied and transformed back together: a multiple of the 6 rows of a product's tile. */
const BLOCK = 36;

/** Float32 numbers of 36 pairs of vectors, in which a thread keeps the halves of a transform. */
const HALVES = PLACES * 8;

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
  const U = scratch.floats(places(C, wholeTiles(K)));
  const halves = perThread(3 * HALVES, scratch);
  const C8 = roundUp(C, 8);
  const room = perThread(HALVES + PLACES * C8 + places(BLOCK, C8) + places(BLOCK, wholeTiles(K)), scratch);
  const distances = outputDistances({ ...y, row: dilation[0] * y.row, pixel: dilation[1] * y.pixel });
  const convolved = everyNth(dilation).map(([row, column]) => {
    const H = Math.ceil((y.rows - row) / dilation[0]);
    const W = Math.ceil((y.columns - column) / dilation[1]);
    const seen = seenFrom(x, [origin[0] + row, origin[1] + column], dilation);
    const sizes = { B, H, W, C, K, ...tiles, block: BLOCK, ...asX(seen), ...distances };
    return call('winogradConv2d', {
      x: seen.address,
      U,
      bias,
      y: from(y, row, column),
      ...sizes,
      scratch: room,
    });
  });
  return [call('winogradFilters', { w, U, C, K, scratch: halves }), ...convolved];
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
  const count = B * tiles.rows * tiles.columns;
  const run = Math.min(count, RUN);
  const [C8, Kp] = [roundUp(C, 8), wholeTiles(K)];
  const V = scratch.floats(places(run, C8));
  const T = scratch.floats(places(run, Kp));
  const M = scratch.floats(places(C, Kp));
  const room = perThread(HALVES + Math.max(PLACES * C8, 16 * Kp), scratch);
  const halves = perThread(3 * HALVES, scratch);
  const sums = everyNth(dilation).flatMap(([row, column], part) => {
    const seen = seenFrom(x, [origin[0] + row, origin[1] + column], dilation);
    const given = seenFrom(g, [row, column], dilation);
    return Array.from({ length: Math.ceil(count / run) }, (_, i) => i * run).flatMap((start) => {
      const own = Math.min(run, count - start);
      const sizes = { C, K, ...tiles, start, tiles: own, ...asX(seen), ...asG(given) };
      return [
        call('winogradTransforms', { x: seen.address, g: given.address, V, T, ...sizes, scratch: room }),
        call('winogradSums', { V, T, M, C, K, tiles: own, isFirst: part === 0 && start === 0 }),
      ];
    });
  });
  return [...sums, call('winogradFilterGrad', { M, w, C, K, scratch: halves })];
}

function perAxis([rows, columns]: PerAxis<Phase>) {
  return {
    origin: [rows.origin, columns.origin] as const,
    dilation: [rows.dilation, columns.dilation] as const,
  };
}

/** Float32 numbers of [36, rows, columns], with a line between two places. */
function places(rows: number, columns: number): number {
  return PLACES * (rows * columns + CACHE_LINE);
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

/** The first row and column of each image that a dilation leaves. */
function everyNth([rows, columns]: PerAxis<number>): PerAxis<number>[] {
  return Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);
}

/** Images as a convolution sees them: the pixels that are there, and the zeros before them. */
interface Seen extends PixelGrid {
  readonly above: number;
  readonly left: number;
}

/** Every d-th row and column of images [B, H, W, C], from an origin on that may be outside. */
function seenFrom(x: Place, [row, column]: PerAxis<number>, dilation: PerAxis<number>): Seen {
  const whole = wholeGrid(x);
  const rows = placesFrom(row, dilation[0], whole.rows);
  const columns = placesFrom(column, dilation[1], whole.columns);
  return {
    ...from(whole, rows.first, columns.first),
    rows: rows.count,
    columns: columns.count,
    above: rows.before,
    left: columns.before,
    row: dilation[0] * whole.row,
    pixel: dilation[1] * whole.pixel,
  };
}

/** Of the places origin, origin + step, … those of an axis of n: the first, how many they are, and how many come before. */
function placesFrom(origin: number, step: number, n: number) {
  const before = Math.max(0, Math.ceil(-origin / step));
  const first = origin + before * step;
  const count = Math.max(0, Math.ceil((n - first) / step));
  return { first: count > 0 ? first : 0, count, before };
}

function asX({ rows, columns, above, left, image, row, pixel }: Seen) {
  return { xRows: rows, xColumns: columns, above, left, xImage: image, xRow: row, xPixel: pixel };
}

function asG({ rows, columns, image, row, pixel }: Seen) {
  return { gRows: rows, gColumns: columns, gImage: image, gRow: row, gPixel: pixel };
}
