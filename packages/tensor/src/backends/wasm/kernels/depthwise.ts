// Convolutions in which every channel has a filter of its own. There is no sum over channels, so no matrix product:
// sixteen channels are done side by side, and what moves numbers is the images, not the filters. Taps that lie outside the
// image are left out, so that no border need be written.

import { fillRun, store8 } from './runs';
import { firstItem, integer, pointer } from './work';
import { zeros } from './tile';

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
 * (top + i rowStride + u rowDilation, left + j columnStride + v columnDilation).
 *
 * Distances are in numbers: of w from a row and from a tap to the next, of y from an image, a row and a pixel.
 * args: x, w, bias or 0, y, B, H, W, C, rows, columns, top, rowStride, rowDilation, rowTaps, left, columnStride,
 * columnDilation, columnTaps, distances of w: row, tap, of y: image, row, pixel; items: rows of y
 */
export function depthwiseConv2d(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), w = pointer(args, 1), bias = pointer(args, 2), y = pointer(args, 3);
  const B = integer(args, 4), H = integer(args, 5), W = integer(args, 6), C = integer(args, 7);
  const rows = integer(args, 8), columns = integer(args, 9);
  const top = integer(args, 10), rowStride = integer(args, 11), rowDilation = integer(args, 12), rowTaps = integer(args, 13);
  const left = integer(args, 14), columnStride = integer(args, 15), columnDilation = integer(args, 16), columnTaps = integer(args, 17);
  const wRow = <usize>integer(args, 18) << 2, wTap = <usize>integer(args, 19) << 2;
  const yImage = integer(args, 20), yRow = integer(args, 21), yPixel = integer(args, 22);
  const xTap = <usize>(columnDilation * C) << 2, xRow = <usize>(rowDilation * W * C) << 2;
  const last = firstItem(B * rows, thread + 1, threads);
  for (let item = firstItem(B * rows, thread, threads); item < last; item++) {
    const image = item / rows, i = item - image * rows;
    const row = top + i * rowStride;
    const u = firstWithin(row, rowDilation), tapRows = endWithin(row, rowDilation, H, rowTaps) - u;
    for (let j = 0; j < columns; j++) {
      const column = left + j * columnStride;
      const v = firstWithin(column, columnDilation), taps = endWithin(column, columnDilation, W, columnTaps) - v;
      const seen = x + (<usize>(((image * H + row + u * rowDilation) * W + column + v * columnDilation) * C) << 2);
      const filter = w + <usize>u * wRow + <usize>v * wTap;
      const to = y + (<usize>(image * yImage + i * yRow + j * yPixel) << 2);
      for (let c = 0; c < C; c += WIDE) {
        const at = <usize>c << 2;
        sumProducts(seen + at, xRow, xTap, filter + at, wRow, wTap, tapRows, taps, bias == 0 ? zeros : bias + at, to, c, C);
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
  a: usize, aRow: usize, aStep: usize, b: usize, bRow: usize, bStep: usize, rows: i32, count: i32, start: usize,
  to: usize, c: i32, C: i32,
): void {
  let s0 = v128.load(start), s1 = v128.load(start, 16), s2 = v128.load(start, 32), s3 = v128.load(start, 48);
  for (let row = 0; row < rows; row++) {
    let x = a, y = b;
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
 * [B, rows, columns, C]; which pixels they see is as in `depthwiseConv2d`.
 *
 * args: x, g, partial, chunks, B, H, W, C, rows, columns, top, rowStride, rowDilation, rowTaps, left, columnStride,
 * columnDilation, columnTaps; items: chunks
 */
export function depthwiseFilterGrad(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), g = pointer(args, 1), partial = pointer(args, 2), chunks = integer(args, 3);
  const B = integer(args, 4), H = integer(args, 5), W = integer(args, 6), C = integer(args, 7);
  const rows = integer(args, 8), columns = integer(args, 9);
  const top = integer(args, 10), rowStride = integer(args, 11), rowDilation = integer(args, 12), rowTaps = integer(args, 13);
  const left = integer(args, 14), columnStride = integer(args, 15), columnDilation = integer(args, 16), columnTaps = integer(args, 17);
  const xStep = <usize>(columnStride * C) << 2, gStep = <usize>C << 2;
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const sums = partial + (<usize>(chunk * rowTaps * columnTaps * C) << 2);
    fillRun(sums, rowTaps * columnTaps * C, 0);
    const end = firstItem(B * rows, chunk + 1, chunks);
    for (let r = firstItem(B * rows, chunk, chunks); r < end; r++) {
      const image = r / rows, row = top + (r - image * rows) * rowStride;
      const uEnd = endWithin(row, rowDilation, H, rowTaps);
      for (let u = firstWithin(row, rowDilation); u < uEnd; u++) {
        for (let v = 0; v < columnTaps; v++) {
          const column = left + v * columnDilation;
          const j = firstWithin(column, columnStride), count = endWithin(column, columnStride, W, columns) - j;
          const seen = x + (<usize>(((image * H + row + u * rowDilation) * W + column + j * columnStride) * C) << 2);
          const from = g + <usize>(r * columns + j) * gStep;
          const to = sums + (<usize>((u * columnTaps + v) * C) << 2);
          for (let c = 0; c < C; c += WIDE) {
            const at = <usize>c << 2;
            sumProducts(seen + at, 0, xStep, from + at, 0, gStep, 1, count, to + at, to, c, C);
          }
        }
      }
    }
  }
}
