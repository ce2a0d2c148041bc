import { type Call, call, type Place, perThread, roundUp, type Scratch } from './call.ts';
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

/** Whether a convolution with these filters [height, width, C, K] is done by Winograd's method. */
export function suitsWinograd([height, width, C, K]: readonly number[]): boolean {
  return height === 3 && width === 3 && C! >= LEAST_CHANNELS && K! >= LEAST_CHANNELS;
}

export function winogradConv2d(
  x: Place,
  w: Place,
  bias: Place | undefined,
  y: Place,
  padding: readonly [number, number],
  scratch: Scratch,
): Call[] {
  const [B, H, W, K] = y.shape as [number, number, number, number];
  const C = x.shape[3]!;
  const tiles = tilesOf(H, W);
  const { padded, pad } = paddedImages(x, padding, tiles, scratch);
  const U = scratch.floats(places(C, wholeTiles(K)));
  const halves = perThread(HALVES, scratch);
  const block = perThread(HALVES + places(BLOCK, roundUp(C, 8)) + places(BLOCK, wholeTiles(K)), scratch);
  const sizes = [B, H, W, C, K, tiles.rows, tiles.columns, BLOCK];
  return [
    pad,
    call('WINOGRAD_FILTERS', w.address, U, C, K, ...halves),
    call('WINOGRAD_CONV2D', padded, U, bias?.address ?? 0, y.address, ...sizes, ...block),
  ];
}

export function winogradFilterGrad(
  x: Place,
  g: Place,
  w: Place,
  padding: readonly [number, number],
  scratch: Scratch,
): Call[] {
  const [B, H, W, K] = g.shape as [number, number, number, number];
  const C = x.shape[3]!;
  const tiles = tilesOf(H, W);
  const count = B * tiles.rows * tiles.columns;
  const { padded, pad } = paddedImages(x, padding, tiles, scratch);
  const { wide, widen } = wideGradient(g, tiles, scratch);
  const run = Math.min(count, RUN);
  const V = scratch.floats(places(run, roundUp(C, 8)));
  const T = scratch.floats(places(run, wholeTiles(K)));
  const M = scratch.floats(places(C, wholeTiles(K)));
  const halves = perThread(HALVES, scratch);
  const runs = Array.from({ length: Math.ceil(count / run) }, (_, i) => i * run).flatMap((first) => {
    const own = Math.min(run, count - first);
    return [
      call('WINOGRAD_TRANSFORMS', padded, wide, V, T, C, K, tiles.rows, tiles.columns, first, own, ...halves),
      call('WINOGRAD_SUMS', V, T, M, C, K, own, first === 0),
    ];
  });
  return [pad, ...widen, ...runs, call('WINOGRAD_FILTER_GRAD', M, w.address, C, K, ...halves)];
}

/** Float32 numbers of [36, rows, columns], with a line between two places. */
function places(rows: number, columns: number): number {
  return 36 * (rows * columns + LINE);
}

interface Tiles {
  readonly rows: number;
  readonly columns: number;
}

/** Tiles of 4 x 4 that cover an image. */
function tilesOf(H: number, W: number): Tiles {
  return { rows: Math.ceil(H / 4), columns: Math.ceil(W / 4) };
}

/** The images with zeros around them, as large as the tiles' inputs: [B, 4 rows + 2, 4 columns + 2, C]. */
function paddedImages(
  x: Place,
  [py, px]: readonly [number, number],
  { rows, columns }: Tiles,
  scratch: Scratch,
) {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const [height, width] = [4 * rows + 2, 4 * columns + 2];
  const padded = scratch.floats(B * height * width * C);
  const sizes = [B, H, W * C, py, height - py - H, px * C, (width - px - W) * C];
  return { padded, pad: call('PAD_ROWS', x.address, padded, ...sizes) };
}

/** g with zeros behind its rows, columns and channels: [B, 4 rows, 4 columns, Kp]. */
function wideGradient(
  g: Place,
  { rows, columns }: Tiles,
  scratch: Scratch,
): { wide: number; widen: readonly Call[] } {
  const [B, H, W, K] = g.shape as [number, number, number, number];
  const Kp = wholeTiles(K);
  const channels = padChannels(g, scratch);
  if (H === 4 * rows && W === 4 * columns) return { wide: channels.address, widen: channels.calls };
  const wide = scratch.floats(B * 16 * rows * columns * Kp);
  const sizes = [B, H, W * Kp, 0, 4 * rows - H, 0, (4 * columns - W) * Kp];
  return {
    wide,
    widen: [...channels.calls, call('PAD_ROWS', channels.address, wide, ...sizes)],
  };
}
