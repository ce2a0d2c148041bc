// To images side by side (lanes.ts) and back.

import { CHUNK, LANES } from '../../constants';
import { copyRun, fillRun } from '../../lib/runs';
import { spare } from '../../lib/tile';
import { firstItem } from '../../lib/work';
import {
  CHUNK_BYTES,
  chunkOfRow,
  chunksOf,
  enterRow,
  gather,
  groups,
  scatter,
  usePieces,
  useRoom,
  useSlab,
  VECTOR,
  W,
} from './lanes';
import { addVectors } from './weights';

/**
 * `columns` columns of x [B, H, W, C]  ->  to [groups, height + 2 r, Cp / 8, columns + 2 r, 8, 8], with a circular border of
 * r pixels; items: packed rows.
 */
export function packLanes(
  B: i32,
  H: i32,
  W: i32,
  strips: i32,
  height: i32,
  x: usize,
  to: usize,
  C: i32,
  r: i32,
  firstColumn: i32,
  columns: i32,
  thread: i32,
  threads: i32,
): void {
  usePieces(B, H, W, strips, height);
  useSlab(firstColumn, columns);
  const rows = height + 2 * r;
  const chunks = chunksOf(C);
  const chunk = chunkOfRow(r);
  useRoom(spare, 0);
  const last = firstItem(groups * rows, thread + 1, threads);
  for (let item = firstItem(groups * rows, thread, threads); item < last; item++) {
    const row = to + <usize>(item * chunks) * chunk;
    const own = row + <usize>r * CHUNK_BYTES;
    enterRow(item / rows, (item % rows) - r, r > 0);
    if (C % CHUNK !== 0) clearTails(row + <usize>(chunks - 1) * chunk, C % CHUNK, columns + 2 * r);
    if (columns === W) {
      gather(own, CHUNK_BYTES, chunk, x, 0, C, W);
      for (let c = 0; c < chunks; c++) wrapRow(row + <usize>c * chunk, r);
    } else {
      gatherAround(row, chunk, x, C, firstColumn - r, columns + 2 * r);
    }
  }
}

/** `gather` of columns from X on, which may lie beside the image: circular. */
function gatherAround(to: usize, chunk: usize, x: usize, C: i32, X: i32, count: i32): void {
  for (let taken = 0; count > 0; count -= taken, X += taken, to += <usize>taken * CHUNK_BYTES) {
    const from = ((X % W) + W) % W;
    taken = min(count, W - from);
    gather(to, CHUNK_BYTES, chunk, x, from, C, taken);
  }
}

/** Zeros from channel c of a chunk on, in all pixels of a row. */
function clearTails(row: usize, c: i32, pixels: i32): void {
  for (let X = 0, at = row + <usize>c * VECTOR; X < pixels; X++, at += CHUNK_BYTES)
    fillRun(at, (CHUNK - c) * LANES, 0);
}

/** Copies the columns of a row's border from its other end. */
function wrapRow(row: usize, r: i32): void {
  const own = row + <usize>r * CHUNK_BYTES;
  const next = own + <usize>W * CHUNK_BYTES;
  const end = next + <usize>r * CHUNK_BYTES;
  for (let at = own; at > row; ) {
    at -= CHUNK_BYTES;
    copyRun(at, at + <usize>W * CHUNK_BYTES, CHUNK * LANES);
  }
  for (let at = next; at < end; at += CHUNK_BYTES) copyRun(at, at - <usize>W * CHUNK_BYTES, CHUNK * LANES);
}

/**
 * The inverse for sums of whole images: y [B, H, W, C], each pixel the sum of all rows that show it; items: rows of y.
 *
 * The sums, [groups, sets, setRows, Cp / 8, W, 8, 8], lie in sets: set k has the rows that lie up to r rows from rows
 * firstItem(H, k, sets) … of the images, circular, `setRows` at most. Scratch: a row.
 */
export function foldLanes(
  B: i32,
  H: i32,
  W: i32,
  strips: i32,
  height: i32,
  from: usize,
  y: usize,
  C: i32,
  r: i32,
  sets: i32,
  setRows: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  usePieces(B, H, W, strips, height);
  const chunk = chunkOfRow(0);
  const rowBytes = <usize>chunksOf(C) * chunk;
  useRoom(spare, scratch + rowBytes);
  const last = firstItem(groups * H, thread + 1, threads);
  for (let item = firstItem(groups * H, thread, threads); item < last; item++) {
    const group = item / H;
    const Y = item % H;
    let some = false;
    for (let set = 0; set < sets; set++) {
      const first = firstItem(H, set, sets) - r;
      const end = firstItem(H, set + 1, sets) + r;
      for (let row = first + ((((Y - first) % H) + H) % H); row < end; row += H) {
        const at = from + <usize>((group * sets + set) * setRows + row - first) * rowBytes;
        if (some) addVectors(scratch, at, <i32>(rowBytes / VECTOR));
        else memory.copy(scratch, at, rowBytes);
        some = true;
      }
    }
    enterRow(group, Y, false);
    scatter(scratch, CHUNK_BYTES, chunk, y, 0, C, W);
  }
}
