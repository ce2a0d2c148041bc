// Sums over many elements. The elements are cut into a number of chunks that depends on the shape alone; each chunk
// is summed by one thread, and the partial sums are added in order: the result is the same for any number of threads.

import { sum4 } from './math';
import { storeLanes } from './runs';
import { firstItem, integer, pointer, real } from './work';

/**
 * partial[o, chunk, i] = sum of x[o, n, i] over the n of the chunk.
 *
 * args: x, partial, outer, n, inner, chunks; items: outer · chunks
 */
export function sumChunks(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), partial = pointer(args, 1);
  const outer = integer(args, 2), n = integer(args, 3), inner = integer(args, 4), chunks = integer(args, 5);
  const last = firstItem(outer * chunks, thread + 1, threads);
  for (let item = firstItem(outer * chunks, thread, threads); item < last; item++) {
    const o = item / chunks, chunk = item % chunks;
    const from = firstItem(n, chunk, chunks), rows = firstItem(n, chunk + 1, chunks) - from;
    const start = x + (<usize>((o * n + from) * inner) << 2);
    const to = partial + (<usize>(item * inner) << 2);
    if (inner == 1) f32.store(to, sumRun(start, rows));
    else sumColumns(start, to, rows, inner);
  }
}

/** Vectors that are added in float32 before their sum goes to float64: many small terms would be lost in a large sum. */
const BLOCK: i32 = 128;

function sumRun(x: usize, count: i32): f32 {
  let total: f64 = 0;
  for (let first = 0; first < count; first += 4 * BLOCK) {
    total += <f64>sumBlock(x + (<usize>first << 2), min(4 * BLOCK, count - first));
  }
  return <f32>total;
}

function sumBlock(x: usize, count: i32): f32 {
  let total = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) total = f32x4.add(total, v128.load(x + (<usize>i << 2)));
  let rest: f32 = 0;
  for (; i < count; i++) rest += f32.load(x + (<usize>i << 2));
  return sum4(total) + rest;
}

function sumColumns(x: usize, to: usize, rows: i32, inner: i32): void {
  for (let c = 0; c < inner; c += 4) {
    let low = f64x2.splat(0), high = f64x2.splat(0);
    let at = x + (<usize>c << 2);
    for (let first = 0; first < rows; first += BLOCK) {
      const last = min(first + BLOCK, rows);
      let block = f32x4.splat(0);
      for (let row = first; row < last; row++) {
        block = f32x4.add(block, v128.load(at));
        at += <usize>inner << 2;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(block));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(block, block, 1, 1)));
    }
    const total = v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
    if (c + 4 <= inner) v128.store(to + (<usize>c << 2), total);
    else storeLanes(to + (<usize>c << 2), total, inner - c);
  }
}

/**
 * y[o, i] = scale · sum over the chunks of partial[o, chunk, i].
 *
 * args: partial, y, outer, chunks, inner, scale; items: outer · inner
 */
export function addChunks(args: usize, thread: i32, threads: i32): void {
  const partial = pointer(args, 0), y = pointer(args, 1);
  const outer = integer(args, 2), chunks = integer(args, 3), inner = integer(args, 4);
  const scale = <f64>real(args, 5);
  const last = firstItem(outer * inner, thread + 1, threads);
  for (let item = firstItem(outer * inner, thread, threads); item < last; item++) {
    let at = partial + (<usize>((item / inner) * chunks * inner + item % inner) << 2);
    let total: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      total += <f64>f32.load(at);
      at += <usize>inner << 2;
    }
    f32.store(y + (<usize>item << 2), <f32>(total * scale));
  }
}

/** Chunks of each tensor in `squareChunks`. */
export const NORM_CHUNKS: i32 = 8;

/**
 * partial[t, chunk] = sum of the squares of a chunk of tensor t.
 *
 * args: partial, number of tensors, then address and size of each; items: tensors · 8
 */
export function squareChunks(args: usize, thread: i32, threads: i32): void {
  const partial = pointer(args, 0), items = integer(args, 1) * NORM_CHUNKS;
  const last = firstItem(items, thread + 1, threads);
  for (let item = firstItem(items, thread, threads); item < last; item++) {
    const tensor = item / NORM_CHUNKS, chunk = item % NORM_CHUNKS;
    const x = pointer(args, 2 + 2 * tensor), n = integer(args, 3 + 2 * tensor);
    const end = firstItem(n, chunk + 1, NORM_CHUNKS);
    let total: f64 = 0;
    for (let i = firstItem(n, chunk, NORM_CHUNKS); i < end; i++) {
      const value = <f64>f32.load(x + (<usize>i << 2));
      total += value * value;
    }
    f64.store(partial + (<usize>item << 3), total);
  }
}

/** args: partial, number of partial sums, y */
export function rootOfSum(args: usize, thread: i32, threads: i32): void {
  if (thread != 0) return;
  let total: f64 = 0;
  for (let i = 0; i < integer(args, 1); i++) total += f64.load(pointer(args, 0) + (<usize>i << 3));
  f32.store(pointer(args, 2), <f32>Math.sqrt(total));
}
