// The geometry of windowed attention, and the work on one block of logits.
//
// A block is up to P neighbouring pixels of an image row. Its logits are a matrix of P rows: one chunk of `width`
// columns for each row of the window, in which the windows of all the block's pixels lie side by side. Pixel p's own
// window is the band of columns p … p + q - 1 of every chunk; what lies outside is masked.
//
// Where q is the image's side, every pixel sees all pixels ("dense"): the image is then taken as one row of W = H W
// pixels, the chunks cut its columns into runs, and every pixel's band is the whole of each chunk.

import { expInRange, max4, sum4 } from './math';
import { addRun, copyRun, fillRun } from './runs';
import { COLUMNS, strip, zeros } from './tile';
import { integer } from './work';

// Every thread has its own instance of this module, so these belong to one thread.

/** Rows and columns of an image; side of the window and its half. */
export let H: i32 = 0, W: i32 = 0, q: i32 = 0, r: i32 = 0;
export let dense: bool = false, softmax: bool = false;
/** Pixels of a block; chunks of a row of logits, and columns of each. */
export let P: i32 = 0, chunks: i32 = 0, width: i32 = 0;
/** Columns of a packed image row, and of a panel of channel-major data. */
export let columns: i32 = 0, panel: i32 = 0;
/** Channels of theta and psi, and of g. */
export let l: i32 = 0, m: i32 = 0;
/** Logits of a pixel; numbers from one row of a block to the next, and in a row. */
export let size: i32 = 0, rowLength: i32 = 0, used: i32 = 0;
/** The block at hand: its image, row, first column and number of pixels. */
export let b: i32 = 0, y: i32 = 0, x0: i32 = 0, rows: i32 = 0;

/** Number of arguments of `readGeometry`. */
export const GEOMETRY: i32 = 12;

/** args: H, W, q, dense, softmax, P, chunks, width, columns, panel, l, m */
export function readGeometry(args: usize): void {
  H = integer(args, 0); W = integer(args, 1); q = integer(args, 2); r = (q - 1) / 2;
  dense = integer(args, 3) != 0; softmax = integer(args, 4) != 0;
  P = integer(args, 5); chunks = integer(args, 6); width = integer(args, 7);
  columns = integer(args, 8); panel = integer(args, 9);
  l = integer(args, 10); m = integer(args, 11);
  size = dense ? W : q * q;
  used = chunks * width;
  // A cache line more than the chunks, in which a row's factor is kept: rows that lie a power of two apart would all compete for the same lines of L1.
  rowLength = used + 16;
}

export function blocksPerRow(): i32 {
  return (W + P - 1) / P;
}

/** Makes block number `item`, counted over all images, the block at hand. */
export function enterBlock(item: i32): void {
  const perRow = blocksPerRow();
  const row = item / perRow;
  b = row / H;
  y = row % H;
  x0 = (item % perRow) * P;
  rows = min(P, W - x0);
}

/** Flat index of the block's first pixel. */
export function firstPixel(): i32 {
  return (b * H + y) * W + x0;
}

function modulo(i: i32, n: i32): i32 {
  const rest = i % n;
  return rest < 0 ? rest + n : rest;
}

/** The packed image row that a chunk shows, and its first column there. */
function chunkRow(chunk: i32): i32 {
  return b * H + (dense ? 0 : modulo(y - r + chunk, H));
}

function chunkColumn(chunk: i32): i32 {
  return dense ? chunk * width : x0;
}

/** block[p, j] = a_p . column j of channel-major `packed`, both with C channels. */
export function dotBlock(block: usize, a: usize, packed: usize, C: i32): void {
  const aRow = <usize>C << 2;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const from = packed + (<usize>(chunkRow(chunk) * columns * C) << 2);
    for (let j = 0; j < width; j += COLUMNS) {
      const column = chunkColumn(chunk) + j;
      const at = from + (<usize>((column / panel) * panel * C + column % panel) << 2);
      strip(
        rows, COLUMNS,
        a, aRow, 4, 0,
        at, <usize>panel << 2, 0, C, 1, zeros, 0,
        block + (<usize>(chunk * width + j) << 2), <usize>rowLength << 2,
      );
    }
  }
}

/** to [rows, Cp], Cp = C rounded up to whole tiles, = block times the pixels of its columns; `packed` is [image rows, columns, Cp]. */
export function applyBlock(block: usize, packed: usize, to: usize, Cp: i32): void {
  const pixel = <usize>Cp << 2;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const from = packed + <usize>(chunkRow(chunk) * columns + chunkColumn(chunk)) * pixel;
    for (let c = 0; c < Cp; c += COLUMNS) {
      strip(
        rows, COLUMNS,
        block + (<usize>(chunk * width) << 2), <usize>rowLength << 2, 4, 0,
        from + (<usize>c << 2), pixel, 0, width, 1,
        chunk == 0 ? zeros : to + (<usize>c << 2), chunk == 0 ? 0 : pixel, to + (<usize>c << 2), pixel,
      );
    }
  }
}

/** to [image rows, columns, Cp] += blockᵀ times `pixels` [rows, Cp]: what each column sends back to its pixel. */
export function spreadBlock(block: usize, pixels: usize, to: usize, Cp: i32): void {
  const pixel = <usize>Cp << 2;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const target = to + <usize>(chunkRow(chunk) * columns + chunkColumn(chunk)) * pixel;
    for (let c = 0; c < Cp; c += COLUMNS) {
      strip(
        width, COLUMNS,
        block + (<usize>(chunk * width) << 2), 4, <usize>rowLength << 2, 0,
        pixels + (<usize>c << 2), pixel, 0, rows, 1,
        target + (<usize>c << 2), pixel, target + (<usize>c << 2), pixel,
      );
    }
  }
}

/** What `moveBands` does with a run of a block and the same run of stored logits. */
export const TO_LOGITS: i32 = 0;
export const FROM_LOGITS: i32 = 1;
export const ADD_LOGITS: i32 = 2;

/** Moves the bands of the block from or to the logits [B, H, W, size] of its pixels. */
export function moveBands(mode: i32, block: usize, logits: usize): void {
  for (let p = 0; p < rows; p++) {
    const own = logits + (<usize>(firstPixel() + p) * <usize>size << 2);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const row = block + (<usize>(p * rowLength + chunk * width) << 2);
      if (dense) {
        moveRun(mode, row, own + (<usize>(chunk * width) << 2), bandLength(chunk));
        continue;
      }
      // Column p + i of the chunk has the place (x0 + p - r + i) mod q: two runs.
      const band = row + (<usize>p << 2);
      const place = own + (<usize>(modulo(y - r + chunk, q) * q) << 2);
      const v = modulo(x0 + p - r, q);
      moveRun(mode, band, place + (<usize>v << 2), q - v);
      moveRun(mode, band + (<usize>(q - v) << 2), place, v);
    }
  }
}

function moveRun(mode: i32, block: usize, logits: usize, count: i32): void {
  if (mode == TO_LOGITS) copyRun(logits, block, count);
  else if (mode == FROM_LOGITS) copyRun(block, logits, count);
  else addRun(block, logits, count);
}

function bandLength(chunk: i32): i32 {
  return dense ? min(width, W - chunk * width) : q;
}

/** Sets what lies outside the bands. */
export function maskBlock(block: usize, value: f32): void {
  for (let p = 0; p < rows; p++) {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const row = block + (<usize>(p * rowLength + chunk * width) << 2);
      const first = dense ? 0 : p;
      fillRun(row, first, value);
      const end = first + bandLength(chunk);
      fillRun(row + (<usize>end << 2), width - end, value);
    }
  }
}

/**
 * Weights below exp(-40) = 4e-18 of the largest one are zero: far below what rounding leaves of them in any sum, and
 * their products would be denormal numbers, which are a hundred times slower.
 */
const LEAST_EXPONENT: f32 = -40;

/** exp(row - max(row)) in place; returns the sum. */
export function exponentials(row: usize): f32 {
  const end = row + (<usize>used << 2);
  let largest = v128.load(row);
  for (let at = row + 16; at < end; at += 16) largest = f32x4.max(largest, v128.load(at));
  const top = f32x4.splat(max4(largest));
  const least = f32x4.splat(LEAST_EXPONENT), floor = f32x4.add(least, least);
  let total = f32x4.splat(0);
  for (let at = row; at < end; at += 16) {
    const x = f32x4.sub(v128.load(at), top);
    const e = v128.and(expInRange(f32x4.max(x, floor)), f32x4.ge(x, least));
    v128.store(at, e);
    total = f32x4.add(total, e);
  }
  return sum4(total);
}
