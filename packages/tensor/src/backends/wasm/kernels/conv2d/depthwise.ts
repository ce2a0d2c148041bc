// Convolutions in which every channel has a filter of its own. There is no sum over channels, so no matrix product:
// sixteen channels are done side by side, and what moves numbers is the images, not the filters. Taps that lie outside the
// image are left out, so that no border need be written.

import { floats } from '../lib/floats';
import { fillRun, store8 } from '../lib/runs';
import { zeros } from '../lib/tile';
import { firstItem } from '../lib/work';

/** Channels side by side. Images and filters are read so many wide; what belongs to others is not stored. */
const WIDE: i32 = 16;

/** The first tap (or output) n of which origin + n step is not negative; the first beyond those with which it is below size. */
@inline
function firstWithin(origin: i32, step: i32): i32 {
  return origin >= 0 ? 0 : (step - 1 - origin) / step;
}

@inline
function endWithin(origin: i32, step: i32, size: i32, count: i32): i32 {
  return origin >= size ? 0 : min(count, (size - 1 - origin) / step + 1);
}

/**
 * y, rows x columns pixels of B images, from images x [B, H, W, C]: output (i, j) sees by tap (u, v) pixel
 * (top + i rowStride + u rowDilation, left + j columnStride + v columnDilation); items: rows of y.
 *
 * Distances are in numbers: of w from a row and from a tap to the next, of y from an image, a row and a pixel.
 */
export function depthwiseConv2d(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  rows: i32,
  columns: i32,
  top: i32,
  rowStride: i32,
  rowDilation: i32,
  rowTaps: i32,
  left: i32,
  columnStride: i32,
  columnDilation: i32,
  columnTaps: i32,
  wRow: i32,
  wTap: i32,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  thread: i32,
  threads: i32,
): void {
  const wRowBytes = floats(wRow);
  const wTapBytes = floats(wTap);
  const xTap = floats(columnDilation * C);
  const xRow = floats(rowDilation * W * C);
  const last = firstItem(B * rows, thread + 1, threads);
  for (let item = firstItem(B * rows, thread, threads); item < last; item++) {
    const image = item / rows;
    const i = item - image * rows;
    const row = top + i * rowStride;
    const u = firstWithin(row, rowDilation);
    const tapRows = endWithin(row, rowDilation, H, rowTaps) - u;
    for (let j = 0; j < columns; j++) {
      const column = left + j * columnStride;
      const v = firstWithin(column, columnDilation);
      const taps = endWithin(column, columnDilation, W, columnTaps) - v;
      const seen = x + floats(((image * H + row + u * rowDilation) * W + column + v * columnDilation) * C);
      const filter = w + <usize>u * wRowBytes + <usize>v * wTapBytes;
      const to = y + floats(image * yImage + i * yRow + j * yPixel);
      for (let c = 0; c < C; c += WIDE) {
        const at = floats(c);
        sumProducts(
          seen + at,
          xRow,
          xTap,
          filter + at,
          wRowBytes,
          wTapBytes,
          tapRows,
          taps,
          bias === 0 ? zeros : bias + at,
          to,
          c,
          C,
        );
      }
    }
  }
}

/**
 * Channels c … c + 15 at `to`: their start, and the sums over `rows` runs of `count` pixels of a times b; pixels lie aStep
 * and bStep bytes apart, runs aRow and bRow.
 */
@inline
function sumProducts(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  bStep: usize,
  rows: i32,
  count: i32,
  start: usize,
  to: usize,
  c: i32,
  C: i32,
): void {
  let s0 = v128.load(start);
  let s1 = v128.load(start, 16);
  let s2 = v128.load(start, 32);
  let s3 = v128.load(start, 48);
  for (let row = 0; row < rows; row++) {
    let x = a;
    let y = b;
    for (let i = 0; i < count; i++) {
      s0 = f32x4.relaxed_madd(v128.load(x), v128.load(y), s0);
      s1 = f32x4.relaxed_madd(v128.load(x, 16), v128.load(y, 16), s1);
      s2 = f32x4.relaxed_madd(v128.load(x, 32), v128.load(y, 32), s2);
      s3 = f32x4.relaxed_madd(v128.load(x, 48), v128.load(y, 48), s3);
      x += aStep;
      y += bStep;
    }
    a += aRow;
    b += bRow;
  }
  store8(to, c, C, s0, s1);
  if (c + 8 < C) store8(to, c + 8, C, s2, s3);
}

/**
 * partial [chunks, rowTaps · columnTaps, C], the sums over a chunk of the output's rows of what they see, times g
 * [B, rows, columns, C]; which pixels they see is as in `depthwiseConv2d`. Items: chunks.
 */
export function depthwiseFilterGrad(
  x: usize,
  g: usize,
  partial: usize,
  chunks: i32,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  rows: i32,
  columns: i32,
  top: i32,
  rowStride: i32,
  rowDilation: i32,
  rowTaps: i32,
  left: i32,
  columnStride: i32,
  columnDilation: i32,
  columnTaps: i32,
  thread: i32,
  threads: i32,
): void {
  const xStep = floats(columnStride * C);
  const gStep = floats(C);
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const sums = partial + floats(chunk * rowTaps * columnTaps * C);
    fillRun(sums, rowTaps * columnTaps * C, 0);
    const end = firstItem(B * rows, chunk + 1, chunks);
    for (let r = firstItem(B * rows, chunk, chunks); r < end; r++) {
      const image = r / rows;
      const row = top + (r - image * rows) * rowStride;
      const uEnd = endWithin(row, rowDilation, H, rowTaps);
      for (let u = firstWithin(row, rowDilation); u < uEnd; u++) {
        for (let v = 0; v < columnTaps; v++) {
          const column = left + v * columnDilation;
          const j = firstWithin(column, columnStride);
          const count = endWithin(column, columnStride, W, columns) - j;
          const seen = x + floats(((image * H + row + u * rowDilation) * W + column + j * columnStride) * C);
          const from = g + <usize>(r * columns + j) * gStep;
          const to = sums + floats((u * columnTaps + v) * C);
          for (let c = 0; c < C; c += WIDE) {
            const at = floats(c);
            sumProducts(seen + at, 0, xStep, from + at, 0, gStep, 1, count, to + at, to, c, C);
          }
        }
      }
    }
  }
}
