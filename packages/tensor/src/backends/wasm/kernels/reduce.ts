// Sums over many elements, or the largest of them. The elements are cut into a number of chunks that depends on the shape
// alone; each chunk is reduced by one thread, and the partial results are joined in order: the result is the same for any
// number of threads.

import { IN_MEMORY, run } from './expression';
import { floats } from './floats';
import { max4, sum4 } from './math';
import { storeLanes } from './runs';
import { registers, sums } from './tile';
import { firstItem } from './work';

// Ways of reducing.
const SUM: i32 = 0;
const MAX: i32 = 1;

/**
 * partial[o, chunk, i] = what the elements [o, n, i] give over the n of the chunk; items: outer · chunks.
 *
 * A block has `block` elements, of whole rows of `inner`, if there is room for one. Its elements are where the operand
 * (`address`, `where`) is after the operations of what is the same for all blocks, -1, those of each block, -1: see
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

/** A vector with another taken in. The way is known where this is compiled, as in what follows. */
@inline
function join4(way: i32, kept: v128, x: v128): v128 {
  return way === SUM ? f32x4.add(kept, x) : f32x4.max(kept, x);
}

/** The same of single numbers, in float64. */
@inline
function join(way: i32, kept: f64, x: f64): f64 {
  return way === SUM ? kept + x : max(kept, x);
}

/** What changes nothing that is taken in. */
@inline
function nothing(way: i32): f32 {
  return way === SUM ? 0 : -Infinity;
}

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
  let total: f64 = nothing(way);
  for (let done = 0; done < count; done += most) {
    const some = min(most, count - done);
    const x = elements(address, where, operations, start + done, some);
    total = join(way, total, <f64>(way === SUM ? ofBlock(SUM, x, some) : ofBlock(MAX, x, some)));
  }
  return <f32>total;
}

@inline
function ofBlock(way: i32, x: usize, count: i32): f32 {
  let all = f32x4.splat(nothing(way));
  let i = 0;
  for (; i + 4 <= count; i += 4) all = join4(way, all, v128.load(x + floats(i)));
  let rest: f32 = nothing(way);
  for (; i < count; i++) rest = <f32>join(way, rest, f32.load(x + floats(i)));
  return <f32>join(way, way === SUM ? sum4(all) : max4(all), rest);
}

/** Columns that are reduced at a time, as far as the sums have room. */
const COLUMNS: i32 = 1024;

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
  const width = min(COLUMNS, min(inner, block));
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
      if (way === SUM) takeRows(SUM, x, some, columns, inner, row === 0);
      else takeRows(MAX, x, some, columns, inner, row === 0);
    }
    storeRow(to + floats(first), columns);
  }
}

/** Takes rows into what is kept of the columns, which is float64. */
@inline
function takeRows(way: i32, x: usize, rows: i32, columns: i32, inner: i32, isFirst: bool): void {
  for (let c = 0; c < columns; c += 4) {
    const kept = sums + ((<usize>c) << 3);
    let low = isFirst ? f64x2.splat(nothing(way)) : v128.load(kept);
    let high = isFirst ? f64x2.splat(nothing(way)) : v128.load(kept, 16);
    let at = x + floats(c);
    for (let first = 0; first < rows; first += VECTORS) {
      const last = min(first + VECTORS, rows);
      let block = f32x4.splat(nothing(way));
      for (let row = first; row < last; row++) {
        block = join4(way, block, v128.load(at));
        at += floats(inner);
      }
      const blockLow = f64x2.promote_low_f32x4(block);
      const blockHigh = f64x2.promote_low_f32x4(v128.shuffle<i64>(block, block, 1, 1));
      low = way === SUM ? f64x2.add(low, blockLow) : f64x2.max(low, blockLow);
      high = way === SUM ? f64x2.add(high, blockHigh) : f64x2.max(high, blockHigh);
    }
    v128.store(kept, low);
    v128.store(kept, high, 16);
  }
}

function storeRow(to: usize, columns: i32): void {
  for (let c = 0; c < columns; c += 4) {
    const kept = sums + ((<usize>c) << 3);
    const low = f32x4.demote_f64x2_zero(v128.load(kept));
    const row = v128.shuffle<i64>(low, f32x4.demote_f64x2_zero(v128.load(kept, 16)), 0, 2);
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
    let total: f64 = nothing(way);
    for (let chunk = 0; chunk < chunks; chunk++) {
      total = join(way, total, f32.load(at));
      at += floats(inner);
    }
    f32.store(y + floats(item), <f32>total);
  }
}
