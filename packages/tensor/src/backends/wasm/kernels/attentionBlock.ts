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
import { pixelPanel } from './attentionPack';
import { COLUMNS, TILE_ROW, spare, strip, zeros } from './tile';
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
/** Logits of a pixel; columns of all chunks. */
export let size: i32 = 0, used: i32 = 0;
/** Numbers from one row of what lies in memory to the next: of a whole block, or of one chunk at a time. */
export let rowLength: i32 = 0;
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
}

export function setRowLength(numbers: i32): void {
  rowLength = numbers;
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

/** chunk[p, j] = a_p . column j of channel-major `packed`, both with C channels. */
export function dotChunk(chunk: i32, at: usize, a: usize, packed: usize, C: i32): void {
  const aRow = <usize>C << 2;
  const from = packed + (<usize>(chunkRow(chunk) * columns * C) << 2);
  for (let j = 0; j < width; j += COLUMNS) {
    const column = chunkColumn(chunk) + j;
    const seen = from + (<usize>((column / panel) * panel * C + column % panel) << 2);
    strip(
      rows, COLUMNS,
      a, aRow, 4, 0,
      seen, <usize>panel << 2, 0, C, 1, zeros, 0,
      at + (<usize>j << 2), <usize>rowLength << 2,
    );
  }
}

/**
 * to [rows, Cp] = start + chunk times the pixels of its columns; start is `to` itself or a row of zeros (startRow 0).
 * `packed` holds pixels in panels, see attentionPack.ts; Cp is C rounded up to whole tiles.
 */
export function applyChunk(chunk: i32, at: usize, packed: usize, to: usize, Cp: i32): void {
  const pixel = <usize>Cp << 2;
  for (let c = 0; c < Cp; c += COLUMNS) {
    const sums = to + (<usize>c << 2);
    strip(
      rows, COLUMNS,
      at, <usize>rowLength << 2, 4, 0,
      chunkPixels(chunk, packed, Cp, c), TILE_ROW, 0, width, 1,
      chunk == 0 ? zeros : sums, chunk == 0 ? 0 : pixel, sums, pixel,
    );
  }
}

/** to, panels of pixels, += chunkᵀ times `pixels`, panels of the block's rows: what each column sends back to its pixel. */
export function spreadChunk(chunk: i32, at: usize, pixels: usize, to: usize, Cp: i32): void {
  for (let c = 0; c < Cp; c += COLUMNS) {
    const sums = chunkPixels(chunk, to, Cp, c);
    strip(
      width, COLUMNS,
      at, 4, <usize>rowLength << 2, 0,
      pixelPanel(pixels, b * H + y, W, Cp, c) + <usize>x0 * TILE_ROW, TILE_ROW, 0, rows, 1,
      sums, TILE_ROW, sums, TILE_ROW,
    );
  }
}

/** Where channels c … c + 15 of the chunk's first column lie. */
function chunkPixels(chunk: i32, packed: usize, Cp: i32, c: i32): usize {
  return pixelPanel(packed, chunkRow(chunk), columns, Cp, c) + <usize>chunkColumn(chunk) * TILE_ROW;
}

/** What `moveBands` does with a run of a chunk and the same run of stored logits. */
export const TO_LOGITS: i32 = 0;
export const FROM_LOGITS: i32 = 1;
export const ADD_LOGITS: i32 = 2;

/** Moves a chunk's bands from or to the logits [B, H, W, size] of the block's pixels. */
export function moveBands(mode: i32, chunk: i32, at: usize, logits: usize): void {
  const rowBytes = <usize>rowLength << 2, own = <usize>size << 2;
  let pixel = logits + <usize>firstPixel() * own;
  if (dense) {
    pixel += <usize>(chunk * width) << 2;
    for (let p = 0; p < rows; p++, at += rowBytes, pixel += own) moveRun(mode, at, pixel, bandLength(chunk));
    return;
  }
  // Column p + i of the chunk has the place (x0 + p - r + i) mod q: two runs, before and behind the first place.
  pixel += <usize>(modulo(y - r + chunk, q) * q) << 2;
  let v = modulo(x0 - r, q);
  for (let p = 0; p < rows; p++, at += rowBytes + 4, pixel += own) {
    moveRun(mode, at, pixel + (<usize>v << 2), q - v);
    moveRun(mode, at + (<usize>(q - v) << 2), pixel, v);
    if (++v == q) v = 0;
  }
}

@inline
function moveRun(mode: i32, chunk: usize, logits: usize, count: i32): void {
  if (mode == TO_LOGITS) copyRun(logits, chunk, count);
  else if (mode == FROM_LOGITS) copyRun(chunk, logits, count);
  else addRun(chunk, logits, count);
}

function bandLength(chunk: i32): i32 {
  return dense ? min(width, W - chunk * width) : q;
}

/** Sets what lies outside the chunk's bands. */
export function maskChunk(chunk: i32, at: usize, value: f32): void {
  const length = bandLength(chunk);
  if (length == width) return;
  for (let p = 0; p < rows; p++) {
    const row = at + (<usize>(p * rowLength) << 2);
    const first = dense ? 0 : p;
    fillRun(row, first, value);
    const end = first + length;
    fillRun(row + (<usize>end << 2), width - end, value);
  }
}

/**
 * Weights below exp(-40) = 4e-18 of the largest one are zero: far below what rounding leaves of them in any sum, and
 * their products would be denormal numbers, which are a hundred times slower.
 */
const LEAST_EXPONENT: f32 = -40;

/** The largest number of a row. NaN may be passed over: it shows in the sum of the exponentials. */
function largestOf(row: usize): f32 {
  const end = row + (<usize>used << 2);
  let m0 = v128.load(row), m1 = v128.load(row, 16), m2 = v128.load(row, 32), m3 = v128.load(row, 48);
  for (let at = row + 64; at < end; at += 64) {
    m0 = f32x4.relaxed_max(m0, v128.load(at)); m1 = f32x4.relaxed_max(m1, v128.load(at, 16));
    m2 = f32x4.relaxed_max(m2, v128.load(at, 32)); m3 = f32x4.relaxed_max(m3, v128.load(at, 48));
  }
  v128.store(spare, m0); v128.store(spare, m1, 16); v128.store(spare, m2, 32); v128.store(spare, m3, 48);
  return max4(f32x4.max(f32x4.max(v128.load(spare), v128.load(spare, 16)), f32x4.max(v128.load(spare, 32), v128.load(spare, 48))));
}

/** exp(x) for x of at most zero, zero where x is below LEAST_EXPONENT (what is computed there is thrown away). */
@inline
function weight(x: v128): v128 {
  return v128.andnot(expInRange(x), f32x4.lt(x, f32x4.splat(LEAST_EXPONENT)));
}

/** What is kept of a row, each number by itself: its largest logit, the sum of the weights, gZ . Z. */
export const LARGEST: usize = 0;
export const TOTAL: usize = 4;
export const EXPECTED: usize = 8;

/** exp(row - max(row)) in place, for a whole row of a block; keeps the statistics. */
export function exponentials(row: usize, statistics: usize): void {
  const end = row + (<usize>used << 2);
  const largest = largestOf(row);
  const top = f32x4.splat(largest);
  let total0 = f32x4.splat(0), total1 = f32x4.splat(0);
  for (let at = row; at < end; at += 32) {
    const e0 = weight(f32x4.sub(v128.load(at), top)), e1 = weight(f32x4.sub(v128.load(at, 16), top));
    v128.store(at, e0); v128.store(at, e1, 16);
    total0 = f32x4.add(total0, e0); total1 = f32x4.add(total1, e1);
  }
  v128.store(spare, total0); v128.store(spare, total1, 16);
  f32.store(statistics + LARGEST, largest);
  f32.store(statistics + TOTAL, sum4(f32x4.add(v128.load(spare), v128.load(spare, 16))));
}

/** A row of a chunk: logits to softmax w_ij; d: a_ij to w_ij (a_ij - gZ_i . Z_i). */
export function softmaxGrad(weights: usize, d: usize, statistics: usize): void {
  const end = weights + (<usize>width << 2);
  const top = f32x4.splat(f32.load(statistics + LARGEST)), scale = f32x4.splat(<f32>1 / f32.load(statistics + TOTAL));
  const expected = f32x4.splat(f32.load(statistics + EXPECTED));
  for (; weights < end; weights += 32, d += 32) {
    const w0 = f32x4.mul(weight(f32x4.sub(v128.load(weights), top)), scale);
    const w1 = f32x4.mul(weight(f32x4.sub(v128.load(weights, 16), top)), scale);
    const d0 = f32x4.mul(w0, f32x4.sub(v128.load(d), expected)), d1 = f32x4.mul(w1, f32x4.sub(v128.load(d, 16), expected));
    v128.store(weights, w0); v128.store(weights, w1, 16);
    v128.store(d, d0); v128.store(d, d1, 16);
  }
}
