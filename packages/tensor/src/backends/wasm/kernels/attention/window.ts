// Attention of every pixel over its own q x q window: the work on one block of pixels.
//
// A block is `across` x `down` pixels, one row after the other. The windows of a row's pixels lie side by side in
// `width` columns, those of the whole block in down + q - 1 rows of the image. A *band matrix* holds, for each of these
// rows, the matrix [pixels, width] of all the block's pixels against that row's columns:
//
//     [down + q - 1] rows of the image, [across * down] pixels, [width] columns (and a cache line behind each matrix)
//
// In it each pixel's window is a band: q rows from its own row on, q columns from its own column on. So logits, sums over
// windows and the gradients are products of matrices at the speed of the tile, and what is computed for nothing are the
// columns beside the bands alone: `across` is chosen so that across + q - 1 fills whole tiles (lower/attention/window.ts).
//
// What is done to one pixel's q² logits is done to its q rows of `width` columns, and what lies beside the band is masked.

import { CACHE_LINE, COLUMNS, ROWS } from '../constants';
import { floats } from '../lib/floats';
import { copyRun } from '../lib/runs';
import { strip, TILE_ROW, zeros } from '../lib/tile';
import { copyPixel, pixelPanel } from './pack';

// Every thread has its own instance of this module, so these belong to one thread.

/** Rows and columns of an image; side of the window. */
export let H: i32 = 0;
export let W: i32 = 0;
export let q: i32 = 0;
export let softmax: bool = false;
/** Pixels of a whole block, in a row and in a column. */
export let across: i32 = 0;
export let down: i32 = 0;
/** Columns of a band matrix; rows and columns of a packed image. */
export let width: i32 = 0;
let packedRows: i32 = 0;
let packedColumns: i32 = 0;
/** Channels of theta and psi, and of g. */
export let l: i32 = 0;
export let m: i32 = 0;
/** Logits of a pixel. */
export let size: i32 = 0;
/** Most pixels of a block; numbers from one row of a band matrix to the next, and of all. */
export let P: i32 = 0;
export let rowLength: i32 = 0;
export let bandLength: i32 = 0;
/** Blocks of an image, in a row and in a column. */
export let blocksAcross: i32 = 0;
export let blocksDown: i32 = 0;
/** The block at hand: its image, first row and column, rows, columns and pixels. */
let b: i32 = 0;
let y0: i32 = 0;
let x0: i32 = 0;
let pixels: i32 = 0;
export let rows: i32 = 0;
export let w: i32 = 0;

/** Sets these: the first ones to the arguments, what follows from them, and no block. */
export function useGeometry(
  imageRows: i32,
  imageColumns: i32,
  side: i32,
  isSoftmax: bool,
  blockColumns: i32,
  blockRows: i32,
  bandColumns: i32,
  rowsOfPacked: i32,
  columnsOfPacked: i32,
  thetaChannels: i32,
  gChannels: i32,
): void {
  H = imageRows;
  W = imageColumns;
  q = side;
  softmax = isSoftmax;
  across = blockColumns;
  down = blockRows;
  width = bandColumns;
  packedRows = rowsOfPacked;
  packedColumns = columnsOfPacked;
  l = thetaChannels;
  m = gChannels;
  size = q * q;
  P = across * down;
  rowLength = P * width + CACHE_LINE;
  bandLength = (down + q - 1) * rowLength;
  blocksAcross = (W + across - 1) / across;
  blocksDown = (H + down - 1) / down;
  w = 0;
}

/**
 * Makes the block in this row and column of an image's blocks the block at hand. Returns whether its bands lie elsewhere
 * than those of the block before.
 */
export function enterBlock(image: i32, row: i32, column: i32): bool {
  b = image;
  y0 = row * down;
  x0 = column * across;
  const before = w;
  w = min(across, W - x0);
  rows = min(down, H - y0);
  pixels = w * rows;
  return w !== before;
}

/** Flat index of the first pixel of a row of the block. */
export function pixelInRow(row: i32): usize {
  return <usize>((b * H + y0 + row) * W + x0);
}

/** Bytes from the block's first band to that of its pixel p, which is in this row. */
export function bandOf(row: i32, p: i32): usize {
  return floats(row * rowLength + p * width);
}

/** Copies the block's pixels of x [B, H, W, C] to [pixels, C]. */
export function copyPixels(to: usize, x: usize, C: i32): void {
  for (let row = 0; row < rows; row++, to += floats(w * C)) {
    copyRun(to, x + floats(pixelInRow(row) * <usize>C), w * C);
  }
}

/** x [pixels, C] to panels of pixels [Cp / 16, P, 16]. */
export function copyPanels(to: usize, x: usize, C: i32): void {
  for (let c = 0; c < C; c += COLUMNS) {
    let at = to + floats(c * P);
    let from = x + floats(c);
    for (let p = 0; p < pixels; p++, at += TILE_ROW, from += floats(C)) copyPixel(at, from, C - c);
  }
}

/** The first of the block's pixels in whose windows row `row` of the band matrix lies, and the one behind the last. */
@inline
function firstInRow(row: i32): i32 {
  return max(0, row - q + 1) * w;
}

@inline
function endInRow(row: i32): i32 {
  return min(pixels, (row + 1) * w);
}

/** Rows of the image that the block's windows reach. */
@inline
function rowsOfBlock(): i32 {
  return rows + q - 1;
}

/** bands[row, p, j] = a_p . column j of channel-major `packed`, both with C channels; a is [pixels, C]. */
export function dotBands(bands: usize, a: usize, packed: usize, C: i32): void {
  const aRow = floats(C);
  const pixel = floats(width);
  let seen = packed + floats((b * packedRows + y0) * C * packedColumns + x0);
  const end = rowsOfBlock();
  for (let row = 0; row < end; row++) {
    const first = firstInRow(row);
    const count = endInRow(row) - first;
    const to = bands + <usize>first * pixel;
    for (let j = 0; j < width; j += COLUMNS) {
      // biome-ignore format: the two factors, the start and the product
      strip(
        count, COLUMNS,
        a + <usize>first * aRow, aRow, 4, 0,
        seen + floats(j), floats(packedColumns), 0, C, 1, zeros, 0,
        to + floats(j), pixel,
      );
    }
    bands += floats(rowLength);
    seen += floats(C * packedColumns);
  }
}

/** to [pixels, Cp] = bands times the pixels of their columns, which `packed` holds in panels; Cp: C in whole tiles. */
export function applyBands(bands: usize, packed: usize, to: usize, Cp: i32): void {
  const pixel = floats(width);
  const sum = floats(Cp);
  for (let c = 0; c < Cp; c += COLUMNS) {
    for (let p = 0; p < pixels; p += ROWS) {
      const count = min(ROWS, pixels - p);
      const row = p / w;
      const last = (p + count - 1) / w;
      const seen = pixelPanel(packed, b * packedRows + y0 + row, packedColumns, Cp, c) + <usize>x0 * TILE_ROW;
      // biome-ignore format: the two factors, the start and the product
      strip(
        count, COLUMNS,
        bands + floats(row * rowLength + p * width), pixel, 4, floats(rowLength - width),
        seen, TILE_ROW, floats(Cp * packedColumns) - <usize>width * TILE_ROW, width, last - row + q,
        zeros, 0, to + <usize>p * sum + floats(c), sum,
      );
    }
  }
}

/**
 * Adds bandsᵀ times `x`, panels of the block's pixels: what each column sends back to its pixel. `to` are panels of a
 * packed image of `toColumns` columns, the first of which is column `first`, behind `images` others.
 */
export function spreadBands(
  bands: usize,
  x: usize,
  to: usize,
  Cp: i32,
  images: i32,
  first: i32,
  toColumns: i32,
): void {
  const pixel = floats(width);
  const end = rowsOfBlock();
  for (let row = 0; row < end; row++) {
    const p = firstInRow(row);
    const count = endInRow(row) - p;
    for (let c = 0; c < Cp; c += COLUMNS) {
      const sums =
        pixelPanel(to, (images + b) * packedRows + y0 + row, toColumns, Cp, c) +
        <usize>(x0 - first) * TILE_ROW;
      // biome-ignore format: the two factors, the start and the product
      strip(
        w + q - 1, COLUMNS,
        bands + <usize>p * pixel, 4, pixel, 0,
        x + floats(c * P + p * COLUMNS), TILE_ROW, 0, count, 1,
        sums, TILE_ROW, sums, TILE_ROW,
      );
    }
    bands += floats(rowLength);
  }
}
