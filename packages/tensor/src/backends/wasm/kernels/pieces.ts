// Square pieces of images that may reach beyond them: what is not there is zero.

import { floats } from './floats';
import { copyRun, fillRun } from './runs';

/** Whether the side x side pixels from (row, column) on are all there in an image of rows x columns pixels. */
@inline
export function liesWithin(row: i32, column: i32, side: i32, rows: i32, columns: i32): bool {
  return row >= 0 && column >= 0 && row + side <= rows && column + side <= columns;
}

/**
 * Copies the side x side pixels from (row, column) on of an image of rows x columns pixels, C channels each, which lie xRow
 * and xPixel numbers apart; in the copy [side, side, width] zeros are behind the channels.
 */
export function copyPiece(
  x: usize,
  row: i32,
  column: i32,
  side: i32,
  rows: i32,
  columns: i32,
  xRow: i32,
  xPixel: i32,
  C: i32,
  to: usize,
  width: i32,
): void {
  const pixel = floats(width);
  // Of each row the columns that are there.
  const before = min(side, max(0, -column));
  const end = max(before, min(side, columns - column));
  const isOneRun = C === width && C === xPixel;
  for (let i = row; i < row + side; i++, to += <usize>side * pixel) {
    if (i < 0 || i >= rows) {
      fillRun(to, side * width, 0);
      continue;
    }
    const from = x + floats(i * xRow + column * xPixel);
    fillRun(to, before * width, 0);
    if (isOneRun) {
      copyRun(to + <usize>before * pixel, from + <usize>before * pixel, (end - before) * C);
    } else {
      for (let j = before; j < end; j++) {
        const own = to + <usize>j * pixel;
        copyRun(own, from + floats(j * xPixel), C);
        fillRun(own + floats(C), width - C, 0);
      }
    }
    fillRun(to + <usize>end * pixel, (side - end) * width, 0);
  }
}
