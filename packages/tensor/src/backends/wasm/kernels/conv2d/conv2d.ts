// Convolution as a matrix product that is never written out: a row of A is what one output pixel sees.
//
// The images are first copied with their border of zeros. What an output pixel then sees are runs of numbers: the
// channels of a group at one tap, or, where the taps of a filter's row are neighbours and there is one group, width · C
// numbers for the whole row. Runs a constant distance apart are the segments of `tile`, and a filter has one or several
// lines of such segments: one line where a segment is a row. A stride is the distance of two output pixels' runs, and
// outputs need not lie side by side either, so that those between which an input dilation puts others are done apart.
//
// The filters are packed into panels of 16 outputs, each [taps · C][16] in the order in which the tile reads them.

import { COLUMNS, ROWS } from '../constants';
import { floats } from '../lib/floats';
import { copyRun, fillRun } from '../lib/runs';
import { strip, TILE_ROW, tile, zeros } from '../lib/tile';
import { firstItem } from '../lib/work';

/** x [pixels, C] with zeros behind the channels of each pixel: [pixels, width]; items: pixels. */
export function padChannels(
  x: usize,
  padded: usize,
  pixels: i32,
  C: i32,
  width: i32,
  thread: i32,
  threads: i32,
): void {
  const last = firstItem(pixels, thread + 1, threads);
  for (let pixel = firstItem(pixels, thread, threads); pixel < last; pixel++) {
    const to = padded + floats(pixel * width);
    copyRun(to, x + floats(pixel * C), C);
    fillRun(to + floats(C), width - C, 0);
  }
}

/**
 * y [B, rows, columns, C]: pixel (i, j) is pixel (top + i rowStep, left + j columnStep) of x [B, H, W, C], or zero where there
 * is no such one; items: rows of y.
 */
export function placeImages(
  x: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  rows: i32,
  columns: i32,
  top: i32,
  left: i32,
  rowStep: i32,
  columnStep: i32,
  thread: i32,
  threads: i32,
): void {
  const pixel = floats(C);
  // The columns of y that lie in the image.
  const first = min(columns, left >= 0 ? 0 : (columnStep - 1 - left) / columnStep);
  const end = max(first, min(columns, left >= W ? 0 : (W - 1 - left) / columnStep + 1));
  const last = firstItem(B * rows, thread + 1, threads);
  for (let item = firstItem(B * rows, thread, threads); item < last; item++) {
    const image = item / rows;
    const row = top + (item - image * rows) * rowStep;
    const to = y + <usize>(item * columns) * pixel;
    if (row < 0 || row >= H) {
      memory.fill(to, 0, <usize>columns * pixel);
      continue;
    }
    const from = x + <usize>((image * H + row) * W + left + first * columnStep) * pixel;
    fillRun(to, first * C, 0);
    copyPixels(to + <usize>first * pixel, from, end - first, C, columnStep);
    fillRun(to + <usize>end * pixel, (columns - end) * C, 0);
  }
}

/** Copies pixels of C channels that lie `step` pixels apart. */
function copyPixels(to: usize, from: usize, count: i32, C: i32, step: i32): void {
  if (step === 1) {
    copyRun(to, from, count * C);
    return;
  }
  for (let j = 0; j < count; j++) {
    copyRun(to, from, C);
    to += floats(C);
    from += floats(C * step);
  }
}

/** Tiles of pixels that are done against one panel of filters before the next panel: both stay in the caches. */
const PIXEL_BLOCK: i32 = 8;

/**
 * y, K channels of H x W pixels of B images, from padded images x and packed filters; items: tiles of 6 pixels.
 *
 * `length` is that of a segment. Distances are in numbers. Of x: from what an output's first tap sees to what the next
 * image's, row's and pixel's does, and from one line and one segment of a filter to the next. Of y: from image to image, row
 * to row, pixel to pixel.
 */
export function conv2d(
  x: usize,
  packed: usize,
  bias: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  K: i32,
  lines: i32,
  segments: i32,
  length: i32,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  xLine: i32,
  xSegment: i32,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  thread: i32,
  threads: i32,
): void {
  // A tile's outputs lie a constant distance apart: in one run if all rows and images do, else in a run for each row.
  const areOneRun = yRow === W * yPixel && yImage === H * yRow;
  const runs = areOneRun ? 1 : B * H;
  const pixels = areOneRun ? B * H * W : W;
  const tilesOfRun = (pixels + ROWS - 1) / ROWS;
  const tiles = runs * tilesOfRun;
  const xPixelBytes = floats(xPixel);
  const yPixelBytes = floats(yPixel);
  const lineBytes = floats(xLine);
  const segmentBytes = floats(xSegment);
  const packedLine = <usize>(segments * length) * TILE_ROW;
  const last = firstItem(tiles, thread + 1, threads);
  for (let block = firstItem(tiles, thread, threads); block < last; block += PIXEL_BLOCK) {
    const end = min(block + PIXEL_BLOCK, last);
    for (let k = 0; k < K; k += COLUMNS) {
      const panel = packed + <usize>((k / COLUMNS) * lines) * packedLine;
      for (let t = block; t < end; t++) {
        const run = t / tilesOfRun;
        const inRun = (t - run * tilesOfRun) * ROWS;
        const p = run * pixels + inRun;
        const rows = min(ROWS, pixels - inRun);
        const to = y + floats((run / H) * yImage + (run % H) * yRow + k) + <usize>inRun * yPixelBytes;
        const a0 = seenBy(p, x, H, W, xImage, xRow, xPixel);
        let a1 = a0 + xPixelBytes;
        let a2 = a1 + xPixelBytes;
        let a3 = a2 + xPixelBytes;
        let a4 = a3 + xPixelBytes;
        let a5 = a4 + xPixelBytes;
        // Pixels of the next row lie elsewhere, those beyond the last one nowhere.
        if (rows < ROWS || p % W > W - ROWS) {
          a1 = seenBy(p + min(1, rows - 1), x, H, W, xImage, xRow, xPixel);
          a2 = seenBy(p + min(2, rows - 1), x, H, W, xImage, xRow, xPixel);
          a3 = seenBy(p + min(3, rows - 1), x, H, W, xImage, xRow, xPixel);
          a4 = seenBy(p + min(4, rows - 1), x, H, W, xImage, xRow, xPixel);
          a5 = seenBy(p + min(5, rows - 1), x, H, W, xImage, xRow, xPixel);
        }
        let from = bias === 0 ? zeros : bias + floats(k);
        let fromRow: usize = 0;
        for (let line = 0; line < lines; line++) {
          const at = <usize>line * lineBytes;
          // biome-ignore format: the two factors, the start and the product
          tile(
            rows, min(COLUMNS, K - k),
            a0 + at, a1 + at, a2 + at, a3 + at, a4 + at, a5 + at,
            4, segmentBytes - floats(length),
            panel + <usize>line * packedLine, TILE_ROW, 0, length, segments,
            from, fromRow, to, yPixelBytes,
          );
          from = to;
          fromRow = yPixelBytes;
        }
      }
    }
  }
}

/** Where in the padded images output pixel p's first filter tap lies. */
function seenBy(p: i32, x: usize, H: i32, W: i32, xImage: i32, xRow: i32, xPixel: i32): usize {
  const row = p / W;
  const image = row / H;
  return x + floats(image * xImage + (row - image * H) * xRow + (p - row * W) * xPixel);
}

/** Image rows that are summed into all filters before going on: their pixels stay in L2. */
const ROW_BLOCK: i32 = 4;

/**
 * w, `lines` runs of `length` elements of a filter, K numbers each, = sum over pixels of what the pixel sees there in padded
 * images x, times g [B, H, W, …]; items: tiles of 6 elements of a line.
 *
 * Here a row of A is one element of a filter over all pixels: neighbouring rows are neighbouring numbers. g is read whole
 * tiles wide. Distances are in numbers; line n lies n / lineColumns lines and n % lineColumns columns from the first.
 */
export function conv2dFilterGrad(
  x: usize,
  g: usize,
  w: usize,
  B: i32,
  H: i32,
  W: i32,
  K: i32,
  lines: i32,
  length: i32,
  lineColumns: i32,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  xLine: i32,
  xColumn: i32,
  gPixel: i32,
  wElement: i32,
  thread: i32,
  threads: i32,
): void {
  const pixel = floats(xPixel);
  const gBytes = floats(gPixel);
  const wRow = floats(wElement);
  const nextRow = floats(xRow) - <usize>W * pixel;
  const tiles = (length + ROWS - 1) / ROWS;
  const first = firstItem(lines * tiles, thread, threads);
  const last = firstItem(lines * tiles, thread + 1, threads);
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < H; i += ROW_BLOCK) {
      const seen = x + floats(b * xImage + i * xRow);
      const from = g + <usize>((b * H + i) * W) * gBytes;
      for (let k = 0; k < K; k += COLUMNS) {
        for (let u = first / tiles; u * tiles < last; u++) {
          const begin = b === 0 && i === 0;
          const e = (max(first, u * tiles) - u * tiles) * ROWS;
          const end = min((min(last, (u + 1) * tiles) - u * tiles) * ROWS, length);
          const at = w + <usize>(u * length + e) * wRow + floats(k);
          // biome-ignore format: the two factors, the start and the product
          strip(
            end - e, min(COLUMNS, K - k),
            seen + floats(u / lineColumns * xLine + u % lineColumns * xColumn + e), 4, pixel, nextRow,
            from + floats(k), gBytes, 0,
            W, min(ROW_BLOCK, H - i),
            begin ? zeros : at, begin ? 0 : wRow, at, wRow,
          );
        }
      }
    }
  }
}
