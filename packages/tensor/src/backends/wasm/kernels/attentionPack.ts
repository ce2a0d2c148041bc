// What attention.ts reads: images with their circular border written out, so that a window is a run of columns.
//
// An image row becomes `columns` columns: the pixels X = -r … W - 1 + r (circular), then zeros. Channels are rounded
// up to whole tiles with zeros, so that tiles need no special cases.

import { copyRun, fillRun, storeLanes } from './runs';
import { COLUMNS, TILE_ROW, wholeTiles } from './tile';
import { firstItem, integer, pointer } from './work';

/** The pixel that stands in column `column` of a row of W pixels with a border of r, or -1 behind the last one. */
function pixelOf(column: i32, W: i32, r: i32): i32 {
  if (column >= W + 2 * r) return -1;
  const X = (column - r) % W;
  return X < 0 ? X + W : X;
}

/**
 * Where channels c … c + 15 of a packed row's first column lie: pixels are packed in panels, [rows, Cp / 16, columns, 16],
 * so that a tile reads and writes one run of memory. Cp is C rounded up to whole tiles.
 */
export function pixelPanel(packed: usize, row: i32, columns: i32, Cp: i32, c: i32): usize {
  return packed + <usize>((row * Cp + c) * columns) * 4;
}

/**
 * x [rows, W, C]  ->  to [rows, Cp / 16, columns, 16], Cp = C rounded up to whole tiles: panels of pixels.
 *
 * args: x, to, rows, W, C, r, columns; items: rows
 */
export function packPixels(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), to = pointer(args, 1);
  const rows = integer(args, 2), W = integer(args, 3), C = integer(args, 4), r = integer(args, 5), columns = integer(args, 6);
  const Cp = wholeTiles(C);
  const last = firstItem(rows, thread + 1, threads);
  for (let row = firstItem(rows, thread, threads); row < last; row++) {
    for (let c = 0; c < Cp; c += COLUMNS) {
      let at = pixelPanel(to, row, columns, Cp, c);
      for (let column = 0; column < columns; column++) {
        const X = pixelOf(column, W, r);
        const count = X < 0 ? 0 : min(COLUMNS, C - c);
        copyRun(at, x + (<usize>((row * W + X) * C + c) << 2), count);
        fillRun(at + (<usize>count << 2), COLUMNS - count, 0);
        at += TILE_ROW;
      }
    }
  }
}

/**
 * x [rows, W, C]  ->  to [rows, panels, C, width]: channel by channel, in panels of `width` columns.
 *
 * args: x, to, rows, W, C, r, columns, width; items: rows
 */
export function packChannels(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), packed = pointer(args, 1);
  const rows = integer(args, 2), W = integer(args, 3), C = integer(args, 4), r = integer(args, 5);
  const columns = integer(args, 6), width = integer(args, 7);
  // Rows are cut into panels, so that the single row of a dense product is shared by all threads, too.
  const panels = columns / width;
  const last = firstItem(rows * panels, thread + 1, threads);
  for (let item = firstItem(rows * panels, thread, threads); item < last; item++) {
    const row = item / panels, panel = item % panels;
    const from = x + (<usize>(row * W * C) << 2), to = item * C * width;
    // Four columns at a time, whose vectors of four channels are transposed.
    for (let i = 0; i < width; i += 4) {
      const first = panel * width + i;
      const x0 = pixelOf(first, W, r), x1 = pixelOf(first + 1, W, r), x2 = pixelOf(first + 2, W, r), x3 = pixelOf(first + 3, W, r);
      for (let c = 0; c < C; c += 4) {
        const p0 = channelsOf(from, x0, C, c), p1 = channelsOf(from, x1, C, c);
        const p2 = channelsOf(from, x2, C, c), p3 = channelsOf(from, x3, C, c);
        const low01 = v128.shuffle<i32>(p0, p1, 0, 4, 1, 5), low23 = v128.shuffle<i32>(p2, p3, 0, 4, 1, 5);
        const high01 = v128.shuffle<i32>(p0, p1, 2, 6, 3, 7), high23 = v128.shuffle<i32>(p2, p3, 2, 6, 3, 7);
        let at = packed + (<usize>(to + c * width + i) << 2);
        v128.store(at, v128.shuffle<i64>(low01, low23, 0, 2)); at += <usize>width << 2;
        if (c + 1 < C) v128.store(at, v128.shuffle<i64>(low01, low23, 1, 3)); at += <usize>width << 2;
        if (c + 2 < C) v128.store(at, v128.shuffle<i64>(high01, high23, 0, 2)); at += <usize>width << 2;
        if (c + 3 < C) v128.store(at, v128.shuffle<i64>(high01, high23, 1, 3));
      }
    }
  }
}

/** Channels c … c + 3 of pixel X of a row, zeros where there is none. Beyond the last channel anything may be read. */
@inline
function channelsOf(row: usize, X: i32, C: i32, c: i32): v128 {
  return X < 0 ? f32x4.splat(0) : v128.load(row + (<usize>(X * C + c) << 2));
}

/**
 * The inverse of `packPixels` for sums: y [rows, W, C], each pixel the sum of all columns that show it.
 *
 * args: from [groups, rows, Cp / 16, columns, 16], y, rows, W, C, r, columns, groups; items: pixels
 */
export function foldPixels(args: usize, thread: i32, threads: i32): void {
  const from = pointer(args, 0), y = pointer(args, 1);
  const rows = integer(args, 2), W = integer(args, 3), C = integer(args, 4), r = integer(args, 5);
  const columns = integer(args, 6), groups = integer(args, 7);
  const Cp = wholeTiles(C);
  const last = firstItem(rows * W, thread + 1, threads);
  for (let item = firstItem(rows * W, thread, threads); item < last; item++) {
    const row = item / W, X = item % W, first = (X + r) % W;
    for (let c = 0; c < C; c += 4) {
      const lane = c % COLUMNS;
      let total = f32x4.splat(0);
      for (let group = 0; group < groups; group++) {
        const panel = pixelPanel(from, group * rows + row, columns, Cp, c - lane) + (<usize>lane << 2);
        for (let column = first; column < W + 2 * r; column += W) {
          total = f32x4.add(total, v128.load(panel + <usize>column * TILE_ROW));
        }
      }
      const to = y + (<usize>(item * C + c) << 2);
      if (c + 4 <= C) v128.store(to, total);
      else storeLanes(to, total, C - c);
    }
  }
}
