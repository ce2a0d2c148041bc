// Sums over many elements, or the largest of them. The elements are cut into a number of chunks that depends on the shape
// alone; each chunk is reduced by one thread, and the partial results are joined in order: the result is the same for any
// number of threads.

import { IN_MEMORY, SUM, SUM_BYTES } from './constants';
import { run } from './expression';
import { floats } from './lib/floats';
import { max4, sum4 } from './lib/math';
import { storeLanes } from './lib/runs';
import { registers, sums } from './lib/tile';
import { firstItem } from './lib/work';

/**
 * partial[o, chunk, i] = what the elements [o, n, i] give over the n of the chunk; items: outer · chunks.
 *
 * A block has `block` elements, of whole rows of `inner`, if there is room for one. Its elements are where the operand
 * (`address`, `where`) is after the operations of what is the same for all blocks, END, those of each block, END: see
 * expression.ts.
 */
export function reduceChunks(
  way: i32,
  partial: usize,
  outer: i32,
  n: i32,
  inner: i32,
  chunks: i32,
  block: i32,
  address: usize,
  where: i32,
  operations: usize,
  thread: i32,
  threads: i32,
): void {
  const last = firstItem(outer * chunks, thread + 1, threads);
  let item = firstItem(outer * chunks, thread, threads);
  if (item >= last) return;
  const each = run(operations, 0, block);
  for (; item < last; item++) {
    const o = item / chunks;
    const chunk = item % chunks;
    const from = firstItem(n, chunk, chunks);
    const rows = firstItem(n, chunk + 1, chunks) - from;
    const start = o * n + from;
    const to = partial + floats(item * inner);
    if (inner === 1) f32.store(to, reduceRun(address, where, each, way, block, start, rows));
    else reduceColumns(address, where, each, way, block, start, rows, inner, to);
  }
}

/** Computes `count` elements from `first` on; returns where they are. */
@inline
function elements(address: usize, where: i32, operations: usize, first: i32, count: i32): usize {
  run(operations, first, count);
  return where === IN_MEMORY ? address + floats(first) : registers + address;
}

/** Vectors that are added in float32 before their sum goes to float64: many small terms would be lost in a large sum. */
const VECTORS: i32 = 128;

function reduceRun(
  address: usize,
  where: i32,
  operations: usize,
  way: i32,
  block: i32,
  start: i32,
  count: i32,
): f32 {
  const most = min(block, 4 * VECTORS);
  let total: f64 = 0;
  let largest: f32 = -Infinity;
  for (let done = 0; done < count; done += most) {
    const some = min(most, count - done);
    const x = elements(address, where, operations, start + done, some);
    if (way === SUM) total += <f64>sumBlock(x, some);
    else largest = max(largest, largestOf(x, some));
  }
  return way === SUM ? <f32>total : largest;
}

function sumBlock(x: usize, count: i32): f32 {
  let total = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) total = f32x4.add(total, v128.load(x + floats(i)));
  let rest: f32 = 0;
  for (; i < count; i++) rest += f32.load(x + floats(i));
  return sum4(total) + rest;
}

function largestOf(x: usize, count: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= count; i += 4) largest = f32x4.max(largest, v128.load(x + floats(i)));
  let rest = max4(largest);
  for (; i < count; i++) rest = max(rest, f32.load(x + floats(i)));
  return rest;
}

/** Columns that are reduced at a time: for so many float64 sums there is room. */
const MOST_COLUMNS: i32 = SUM_BYTES / 8;

function reduceColumns(
  address: usize,
  where: i32,
  operations: usize,
  way: i32,
  block: i32,
  start: i32,
  rows: i32,
  inner: i32,
  to: usize,
): void {
  const width = min(MOST_COLUMNS, min(inner, block));
  // Without operations the elements are in memory, where all rows can be had at once.
  const height = where === IN_MEMORY ? rows : max(1, block / inner);
  for (let first = 0; first < inner; first += width) {
    const columns = min(width, inner - first);
    for (let row = 0; row < rows; row += height) {
      const some = min(height, rows - row);
      const x = elements(
        address,
        where,
        operations,
        (start + row) * inner + first,
        (some - 1) * inner + columns,
      );
      if (way === SUM) addRows(x, some, columns, inner, row === 0);
      else raiseRows(x, some, columns, inner, row === 0);
    }
    storeRow(way, to + floats(first), columns);
  }
}

/** Adds rows to the sums, which are float64. */
function addRows(x: usize, rows: i32, columns: i32, inner: i32, isFirst: bool): void {
  for (let c = 0; c < columns; c += 4) {
    const sum = sums + ((<usize>c) << 3);
    let low = isFirst ? f64x2.splat(0) : v128.load(sum);
    let high = isFirst ? f64x2.splat(0) : v128.load(sum, 16);
    let at = x + floats(c);
    for (let first = 0; first < rows; first += VECTORS) {
      const last = min(first + VECTORS, rows);
      let block = f32x4.splat(0);
      for (let row = first; row < last; row++) {
        block = f32x4.add(block, v128.load(at));
        at += floats(inner);
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(block));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(block, block, 1, 1)));
    }
    v128.store(sum, low);
    v128.store(sum, high, 16);
  }
}

/** Keeps the larger of rows and what there is so far, in float32. */
function raiseRows(x: usize, rows: i32, columns: i32, inner: i32, isFirst: bool): void {
  for (let c = 0; c < columns; c += 4) {
    const kept = sums + floats(c);
    let largest = isFirst ? f32x4.splat(-Infinity) : v128.load(kept);
    let at = x + floats(c);
    for (let row = 0; row < rows; row++) {
      largest = f32x4.max(largest, v128.load(at));
      at += floats(inner);
    }
    v128.store(kept, largest);
  }
}

function storeRow(way: i32, to: usize, columns: i32): void {
  for (let c = 0; c < columns; c += 4) {
    const sum = sums + ((<usize>c) << 3);
    const row =
      way === SUM
        ? v128.shuffle<i64>(
            f32x4.demote_f64x2_zero(v128.load(sum)),
            f32x4.demote_f64x2_zero(v128.load(sum, 16)),
            0,
            2,
          )
        : v128.load(sums + floats(c));
    if (c + 4 <= columns) v128.store(to + floats(c), row);
    else storeLanes(to + floats(c), row, columns - c);
  }
}

/** y[o, i] = what the partial results of the chunks, partial[o, chunk, i], give together; items: outer · inner. */
export function joinChunks(
  way: i32,
  partial: usize,
  y: usize,
  outer: i32,
  chunks: i32,
  inner: i32,
  thread: i32,
  threads: i32,
): void {
  const last = firstItem(outer * inner, thread + 1, threads);
  for (let item = firstItem(outer * inner, thread, threads); item < last; item++) {
    let at = partial + floats((item / inner) * chunks * inner + (item % inner));
    let total: f64 = 0;
    let largest: f32 = -Infinity;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const value = f32.load(at);
      total += <f64>value;
      largest = max(largest, value);
      at += floats(inner);
    }
    f32.store(y + floats(item), way === SUM ? <f32>total : largest);
  }
}
