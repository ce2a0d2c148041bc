// Square pieces of images that may reach beyond them: what is not there is zero.

import { floats } from '../lib/floats';
import { copyRun, fillRun } from '../lib/runs';

// Every thread has its own instance of this module, so these belong to one thread.

/** Bytes from one row, and from one pixel, to the next of the piece that was found last. */
export let rowBytes: usize = 0;
export let pixelBytes: usize = 0;

/**
 * Where the side x side pixels from (row, column) on of an image of rows x columns pixels lie, C channels each, xRow and
 * xPixel numbers apart: in the image, or copied to `room` [side, side, width], where zeros are behind the channels.
 */
export function findPiece(
  x: usize,
  row: i32,
  column: i32,
  side: i32,
  rows: i32,
  columns: i32,
  xRow: i32,
  xPixel: i32,
  C: i32,
  width: i32,
  room: usize,
): usize {
  const isWithin = row >= 0 && column >= 0 && row + side <= rows && column + side <= columns;
  // With fewer channels than `width`, what is read behind the last pixel would be no memory of the image.
  if (isWithin && C === width) {
    rowBytes = floats(xRow);
    pixelBytes = floats(xPixel);
    return x + floats(row * xRow + column * xPixel);
  }
  rowBytes = floats(side * width);
  pixelBytes = floats(width);
  copyPiece(x, row, column, side, rows, columns, xRow, xPixel, C, width, room);
  return room;
}

/** The copy of a piece: what is not there is zero. */
function copyPiece(
  x: usize,
  row: i32,
  column: i32,
  side: i32,
  rows: i32,
  columns: i32,
  xRow: i32,
  xPixel: i32,
  C: i32,
  width: i32,
  to: usize,
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
