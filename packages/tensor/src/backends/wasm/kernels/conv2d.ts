// Convolution as a matrix product that is never written out: a row of A is what one output pixel sees.
//
// The images are first copied with their border of zeros. In [B, H, W, C] the pixels of a filter's row and their
// channels then lie in one run of width · C numbers, so a pixel sees `height` runs, one image row apart: the
// segments of `tile`. The filters [height, width, C, K] are packed into panels of 16 outputs, each
// [height · width · C][16] in the order in which the tile reads them.

import { copyRun, fillRun } from './runs';
import { firstItem, integer, pointer } from './work';
import { COLUMNS, ROWS, TILE_ROW, strip, tile, wholeTiles, zeros } from './tile';

/**
 * Copies rows of images into rows with `left` and `right` extra elements of zeros, and `above` and `below` rows of zeros.
 *
 * args: x, padded, images, rows, row length, above, below, left, right (in elements); items: padded rows
 */
export function padRows(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), padded = pointer(args, 1);
  const images = integer(args, 2), rows = integer(args, 3), length = integer(args, 4);
  const above = integer(args, 5), below = integer(args, 6), left = integer(args, 7), right = integer(args, 8);
  const height = rows + above + below;
  const width = <usize>(length + left + right) << 2;
  const last = firstItem(images * height, thread + 1, threads);
  for (let item = firstItem(images * height, thread, threads); item < last; item++) {
    const to = padded + <usize>item * width;
    const image = item / height, row = item % height - above;
    if (row < 0 || row >= rows) {
      memory.fill(to, 0, width);
      continue;
    }
    fillRun(to, left, 0);
    copyRun(to + (<usize>left << 2), x + (<usize>((image * rows + row) * length) << 2), length);
    fillRun(to + (<usize>(left + length) << 2), right, 0);
  }
}

/** Tiles of pixels that are done against one panel of filters before the next panel: both stay in the caches. */
const PIXEL_BLOCK: i32 = 8;

/**
 * y [B, H, W, K] from padded images [B, H + height - 1, W + width - 1, C].
 *
 * args: padded, packed filters, bias or 0, y, B, H, W, C, K, height, width; items: tiles of 6 pixels
 */
export function conv2d(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), packed = pointer(args, 1), bias = pointer(args, 2), y = pointer(args, 3);
  const B = integer(args, 4), H = integer(args, 5), W = integer(args, 6), C = integer(args, 7), K = integer(args, 8);
  const height = integer(args, 9), width = integer(args, 10);
  const pixels = B * H * W;
  const tiles = (pixels + ROWS - 1) / ROWS;
  const last = firstItem(tiles, thread + 1, threads);
  const run = width * C;
  const rowBytes = <usize>((W + width - 1) * C) << 2;
  const pixelBytes = <usize>K << 2;
  const panelBytes = <usize>(height * run) * TILE_ROW;
  for (let block = firstItem(tiles, thread, threads); block < last; block += PIXEL_BLOCK) {
    const end = min(block + PIXEL_BLOCK, last);
    for (let k = 0; k < K; k += COLUMNS) {
      const panel = packed + <usize>(k / COLUMNS) * panelBytes;
      for (let t = block; t < end; t++) {
        const p = t * ROWS;
        const rows = min(ROWS, pixels - p);
        tile(
          rows, min(COLUMNS, K - k),
          seenBy(p, x, H, W, C, height, rowBytes),
          seenBy(p + min(1, rows - 1), x, H, W, C, height, rowBytes),
          seenBy(p + min(2, rows - 1), x, H, W, C, height, rowBytes),
          seenBy(p + min(3, rows - 1), x, H, W, C, height, rowBytes),
          seenBy(p + min(4, rows - 1), x, H, W, C, height, rowBytes),
          seenBy(p + min(5, rows - 1), x, H, W, C, height, rowBytes),
          4, rowBytes - (<usize>run << 2),
          panel, TILE_ROW, 0, run, height,
          bias == 0 ? zeros : bias + (<usize>k << 2), 0,
          y + <usize>p * pixelBytes + (<usize>k << 2), pixelBytes,
        );
      }
    }
  }
}

/** Where in the padded images output pixel p's first filter tap lies. */
function seenBy(p: i32, x: usize, H: i32, W: i32, C: i32, height: i32, rowBytes: usize): usize {
  const row = p / W, image = row / H;
  return x + <usize>(row + image * (height - 1)) * rowBytes + (<usize>((p - row * W) * C) << 2);
}

/** Image rows that are summed into all filters before going on: their pixels stay in L2. */
const ROW_BLOCK: i32 = 4;

/**
 * w [height, width, C, K] = sum over pixels of what the pixel sees, times g [B, H, W, Kp], Kp = K rounded up to whole tiles.
 *
 * Here a row of A is one element of a filter over all pixels: neighbouring rows are neighbouring numbers.
 * args: padded, g, w, B, H, W, C, K, height, width; items: tiles of 6 elements of a filter's row
 */
export function conv2dFilterGrad(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), g = pointer(args, 1), w = pointer(args, 2);
  const B = integer(args, 3), H = integer(args, 4), W = integer(args, 5), C = integer(args, 6), K = integer(args, 7);
  const height = integer(args, 8), width = integer(args, 9);
  const run = width * C;
  const rowBytes = <usize>((W + width - 1) * C) << 2;
  const wRow = <usize>K << 2;
  const gPixel = <usize>wholeTiles(K) << 2;
  const tiles = (run + ROWS - 1) / ROWS;
  const first = firstItem(height * tiles, thread, threads), last = firstItem(height * tiles, thread + 1, threads);
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < H; i += ROW_BLOCK) {
      const seen = x + <usize>(b * (H + height - 1) + i) * rowBytes;
      const from = g + <usize>((b * H + i) * W) * gPixel;
      for (let k = 0; k < K; k += COLUMNS) {
        for (let u = first / tiles; u * tiles < last; u++) {
          const begin = b == 0 && i == 0;
          const e = (max(first, u * tiles) - u * tiles) * ROWS, end = min((min(last, (u + 1) * tiles) - u * tiles) * ROWS, run);
          const at = w + <usize>(u * run + e) * wRow + (<usize>k << 2);
          strip(
            end - e, min(COLUMNS, K - k),
            seen + <usize>u * rowBytes + (<usize>e << 2), 4, <usize>C << 2, rowBytes - (<usize>(W * C) << 2),
            from + (<usize>k << 2), gPixel, 0,
            W, min(ROW_BLOCK, H - i),
            begin ? zeros : at, begin ? 0 : wRow, at, wRow,
          );
        }
      }
    }
  }
}
