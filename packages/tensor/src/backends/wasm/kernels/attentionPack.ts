// What attention.ts reads: images with their circular border written out, so that a window is a run of columns.
//
// An image row becomes `columns` columns: the pixels X = -r … W - 1 + r (circular), then zeros. Channels are rounded
// up to whole tiles with zeros, so that tiles need no special cases.

import { copyRun, fillRun } from './runs';
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
  const x = pointer(args, 0), to = pointer(args, 1);
  const rows = integer(args, 2), W = integer(args, 3), C = integer(args, 4), r = integer(args, 5);
  const columns = integer(args, 6), width = integer(args, 7);
  // Rows are cut into panels, so that the single row of a dense product is shared by all threads, too.
  const panels = columns / width;
  const last = firstItem(rows * panels, thread + 1, threads);
  for (let item = firstItem(rows * panels, thread, threads); item < last; item++) {
    const row = item / panels, panel = item % panels;
    for (let i = 0; i < width; i++) {
      const X = pixelOf(panel * width + i, W, r);
      let at = to + (<usize>(item * C * width + i) << 2);
      const from = x + (<usize>((row * W + X) * C) << 2);
      for (let c = 0; c < C; c++) {
        f32.store(at, X < 0 ? 0 : f32.load(from + (<usize>c << 2)));
        at += <usize>width << 2;
      }
    }
  }
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
    const row = item / W, X = item % W;
    for (let c = 0; c < C; c++) {
      const lane = c % COLUMNS;
      let total: f32 = 0;
      for (let group = 0; group < groups; group++) {
        for (let column = (X + r) % W; column < W + 2 * r; column += W) {
          total += f32.load(pixelPanel(from, group * rows + row, columns, Cp, c - lane) + <usize>column * TILE_ROW + (<usize>lane << 2));
        }
      }
      f32.store(y + (<usize>(item * C + c) << 2), total);
    }
  }
}
