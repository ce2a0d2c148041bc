// What attention reads: images with their circular border written out, so that a window is a block of rows and columns.
//
// An image of H x W becomes `rows` x `columns`: the pixels (-r … H - 1 + r, -r … W - 1 + r), circular, then zeros.
// Channels are rounded up to whole tiles with zeros, so that tiles need no special cases.

import { COLUMNS } from '../constants';
import { floats } from '../lib/floats';
import { addRun, copyRun, fillRun } from '../lib/runs';
import { TILE_ROW, wholeTiles } from '../lib/tile';
import { firstItem } from '../lib/work';

/** The place along an axis of n that stands at `position` of a packed axis with a border of r, or -1 behind the last one. */
function placeOf(position: i32, n: i32, r: i32): i32 {
  if (position >= n + 2 * r) return -1;
  const place = (position - r) % n;
  return place < 0 ? place + n : place;
}

/** Address of the image row of x [B, H, W, C] that packed row `row`, counted over all images, shows; 0 if it shows none. */
function rowOf(x: usize, row: i32, rows: i32, H: i32, W: i32, C: i32, r: i32): usize {
  const y = placeOf(row % rows, H, r);
  return y < 0 ? 0 : x + floats(<usize>((row / rows) * H + y) * <usize>W * <usize>C);
}

/**
 * Where channels c … c + 15 of a packed row's first column lie: pixels are packed in panels, [rows, Cp / 16, columns, 16],
 * so that a tile reads and writes one run of memory. Cp is C rounded up to whole tiles.
 */
export function pixelPanel(packed: usize, row: i32, columns: i32, Cp: i32, c: i32): usize {
  return packed + floats(<usize>(row * Cp + c) * <usize>columns);
}

/**
 * x [B, H, W, C]  ->  to [B, rows, Cp / 16, columns, 16], Cp = C rounded up to whole tiles: panels of pixels; items: packed
 * rows.
 */
export function packPixels(
  x: usize,
  to: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  r: i32,
  rows: i32,
  columns: i32,
  thread: i32,
  threads: i32,
): void {
  const Cp = wholeTiles(C);
  const last = firstItem(B * rows, thread + 1, threads);
  for (let row = firstItem(B * rows, thread, threads); row < last; row++) {
    const from = rowOf(x, row, rows, H, W, C, r);
    if (from === 0) {
      fillRun(pixelPanel(to, row, columns, Cp, 0), columns * Cp, 0);
      continue;
    }
    for (let c = 0; c < Cp; c += COLUMNS) {
      let at = pixelPanel(to, row, columns, Cp, c);
      let X = placeOf(0, W, r);
      for (let column = 0; column < W + 2 * r; column++, at += TILE_ROW) {
        copyPixel(at, from + floats(X * C + c), C - c);
        if (++X === W) X = 0;
      }
      fillRun(at, (columns - W - 2 * r) * COLUMNS, 0);
    }
  }
}

/** Up to 16 channels of a pixel, and zeros behind the last one. */
@inline
export function copyPixel(to: usize, from: usize, count: i32): void {
  if (count >= COLUMNS) {
    const v0 = v128.load(from);
    const v1 = v128.load(from, 16);
    const v2 = v128.load(from, 32);
    const v3 = v128.load(from, 48);
    v128.store(to, v1, 16);
    v128.store(to, v0);
    v128.store(to, v3, 48);
    v128.store(to, v2, 32);
  } else {
    copyRun(to, from, count);
    fillRun(to + floats(count), COLUMNS - count, 0);
  }
}

/**
 * x [B, H, W, C]  ->  to [B, rows, panels, C, width]: channel by channel, in panels of `width` columns; items: panels of
 * packed rows.
 */
export function packChannels(
  x: usize,
  to: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  r: i32,
  rows: i32,
  columns: i32,
  width: i32,
  thread: i32,
  threads: i32,
): void {
  // Rows are cut into panels, so that the single row of a dense product is shared by all threads, too.
  const panels = columns / width;
  const last = firstItem(B * rows * panels, thread + 1, threads);
  for (let item = firstItem(B * rows * panels, thread, threads); item < last; item++) {
    const from = rowOf(x, item / panels, rows, H, W, C, r);
    const panel = item % panels;
    const own = to + floats(<usize>item * <usize>(C * width));
    if (from === 0) {
      fillRun(own, C * width, 0);
      continue;
    }
    // Four columns at a time, whose vectors of four channels are transposed.
    for (let i = 0; i < width; i += 4) {
      const first = panel * width + i;
      const x0 = placeOf(first, W, r);
      const x1 = placeOf(first + 1, W, r);
      const x2 = placeOf(first + 2, W, r);
      const x3 = placeOf(first + 3, W, r);
      for (let c = 0; c < C; c += 4) {
        const p0 = channelsOf(from, x0, C, c);
        const p1 = channelsOf(from, x1, C, c);
        const p2 = channelsOf(from, x2, C, c);
        const p3 = channelsOf(from, x3, C, c);
        const low01 = v128.shuffle<i32>(p0, p1, 0, 4, 1, 5);
        const low23 = v128.shuffle<i32>(p2, p3, 0, 4, 1, 5);
        const high01 = v128.shuffle<i32>(p0, p1, 2, 6, 3, 7);
        const high23 = v128.shuffle<i32>(p2, p3, 2, 6, 3, 7);
        const at = own + floats(c * width + i);
        const next = floats(width);
        v128.store(at, v128.shuffle<i64>(low01, low23, 0, 2));
        if (c + 4 <= C) {
          v128.store(at + next, v128.shuffle<i64>(low01, low23, 1, 3));
          v128.store(at + 2 * next, v128.shuffle<i64>(high01, high23, 0, 2));
          v128.store(at + 3 * next, v128.shuffle<i64>(high01, high23, 1, 3));
        } else {
          if (c + 1 < C) v128.store(at + next, v128.shuffle<i64>(low01, low23, 1, 3));
          if (c + 2 < C) v128.store(at + 2 * next, v128.shuffle<i64>(high01, high23, 0, 2));
        }
      }
    }
  }
}

/** Channels c … c + 3 of pixel X of a row, zeros where there is none. Beyond the last channel anything may be read. */
@inline
function channelsOf(row: usize, X: i32, C: i32, c: i32): v128 {
  return X < 0 ? f32x4.splat(0) : v128.load(row + floats(X * C + c));
}

/**
 * The inverse of `packPixels` for sums: y [B, H, W, C], each pixel the sum of all places that show it; items: rows of y.
 *
 * The sums, [groups, B, rows, Cp / 16, columns, 16], lie in sets, of which set k holds the packed columns k * step …
 * k * step + columns - 1.
 */
export function foldPixels(
  from: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  r: i32,
  rows: i32,
  columns: i32,
  groups: i32,
  step: i32,
  thread: i32,
  threads: i32,
): void {
  const Cp = wholeTiles(C);
  const last = firstItem(B * H, thread + 1, threads);
  for (let line = firstItem(B * H, thread, threads); line < last; line++) {
    const image = line / H;
    const to = y + floats(<usize>line * <usize>(W * C));
    fillRun(to, W * C, 0);
    for (let group = 0; group < groups; group++) {
      const first = group * step;
      const end = min(first + columns, W + 2 * r);
      for (let row = ((line % H) + r) % H; row < H + 2 * r; row += H) {
        for (let c = 0; c < Cp; c += COLUMNS) {
          let at = pixelPanel(from, (group * B + image) * rows + row, columns, Cp, c);
          let X = placeOf(first, W, r);
          for (let column = first; column < end; column++, at += TILE_ROW) {
            addPixel(to + floats(X * C + c), at, C - c);
            if (++X === W) X = 0;
          }
        }
      }
    }
  }
}

/** to += from, up to 16 channels of a pixel. */
@inline
function addPixel(to: usize, from: usize, count: i32): void {
  if (count >= COLUMNS) {
    const v0 = f32x4.add(v128.load(to), v128.load(from));
    const v1 = f32x4.add(v128.load(to, 16), v128.load(from, 16));
    const v2 = f32x4.add(v128.load(to, 32), v128.load(from, 32));
    const v3 = f32x4.add(v128.load(to, 48), v128.load(from, 48));
    v128.store(to, v1, 16);
    v128.store(to, v0);
    v128.store(to, v3, 48);
    v128.store(to, v2, 32);
  } else {
    addRun(to, from, count);
  }
}
