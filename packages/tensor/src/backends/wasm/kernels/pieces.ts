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
  for (let i = row; i < row + side; i++) {
    for (let j = column; j < column + side; j++) {
      if (liesWithin(i, j, 1, rows, columns)) {
        copyRun(to, x + floats(i * xRow + j * xPixel), C);
        fillRun(to + floats(C), width - C, 0);
      } else {
        fillRun(to, width, 0);
      }
      to += pixel;
    }
  }
}
