// Batch normalisation of rows of C channels, four channels at a time. Rows are done in blocks that stay in L1, as the
// channels of a block are walked one vector after the other; sums go through chunks of rows, see reduce.ts.

import { storeLanes } from './runs';
import { firstItem, integer, pointer, real } from './work';

/** Rows of a block: 16 rows of 128 channels are 8 kB. */
const ROW_BLOCK: i32 = 16;

/** A vector of four channels from channel c on; what lies beyond the last channel is not used. */
function channels(values: usize, c: i32): v128 {
  return v128.load(values + (<usize>c << 2));
}

function store(to: usize, c: i32, C: i32, v: v128): void {
  if (c + 4 <= C) v128.store(to + (<usize>c << 2), v);
  else storeLanes(to + (<usize>c << 2), v, C - c);
}

/**
 * means[chunk, c] and deviations[chunk, c] = sum of (x - that mean)² over the rows of the chunk, x being read once.
 *
 * Block by block, by the method of Chan, Golub and LeVeque 1979: with `count` rows before and n in the block, whose mean
 * lies delta from the mean so far, mean += delta n / (count + n), deviation += that of the block + delta² count n / (count + n).
 *
 * args: x, means, deviations, rows, C, chunks; items: chunks
 */
export function momentChunks(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), means = pointer(args, 1), deviations = pointer(args, 2);
  const rows = integer(args, 3), C = integer(args, 4), chunks = integer(args, 5);
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const first = firstItem(rows, chunk, chunks), end = firstItem(rows, chunk + 1, chunks);
    const ofChunk = <usize>(chunk * C) << 2;
    for (let block = first; block < end; block += ROW_BLOCK) {
      const n = min(ROW_BLOCK, end - block), count = block - first;
      const each = f32x4.splat(<f32>1 / <f32>n), share = f32x4.splat(<f32>n / <f32>(count + n));
      const between = f32x4.splat(<f32>count * <f32>n / <f32>(count + n));
      for (let c = 0; c < C; c += 4) {
        const at = x + (<usize>(block * C + c) << 2);
        const blockMean = f32x4.mul(sumRows(at, n, C), each);
        const deviation = squaresAround(blockMean, at, n, C);
        const mean = count == 0 ? blockMean : channels(means + ofChunk, c);
        const before = count == 0 ? f32x4.splat(0) : channels(deviations + ofChunk, c);
        const delta = f32x4.sub(blockMean, mean);
        store(means + ofChunk, c, C, f32x4.relaxed_madd(delta, share, mean));
        store(deviations + ofChunk, c, C, f32x4.relaxed_madd(f32x4.mul(delta, delta), between, f32x4.add(before, deviation)));
      }
    }
  }
}

function sumRows(at: usize, rows: i32, C: i32): v128 {
  let total = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    total = f32x4.add(total, v128.load(at));
    at += <usize>C << 2;
  }
  return total;
}

function squaresAround(mean: v128, at: usize, rows: i32, C: i32): v128 {
  let total = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const d = f32x4.sub(v128.load(at), mean);
    total = f32x4.relaxed_madd(d, d, total);
    at += <usize>C << 2;
  }
  return total;
}

/**
 * mean[c] and variance[c] of all rows from those of the chunks.
 *
 * args: means, deviations, mean, variance, rows, C, chunks; items: channels
 */
export function joinMoments(args: usize, thread: i32, threads: i32): void {
  const means = pointer(args, 0), deviations = pointer(args, 1), mean = pointer(args, 2), variance = pointer(args, 3);
  const rows = integer(args, 4), C = integer(args, 5), chunks = integer(args, 6);
  const last = firstItem(C, thread + 1, threads);
  for (let c = firstItem(C, thread, threads); c < last; c++) {
    let total: f64 = 0, deviation: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const n = <f64>(firstItem(rows, chunk + 1, chunks) - firstItem(rows, chunk, chunks));
      total += n * <f64>f32.load(means + (<usize>(chunk * C + c) << 2));
    }
    const centre = total / <f64>rows;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const n = <f64>(firstItem(rows, chunk + 1, chunks) - firstItem(rows, chunk, chunks));
      const at = <usize>(chunk * C + c) << 2;
      const delta = <f64>f32.load(means + at) - centre;
      deviation += <f64>f32.load(deviations + at) + n * delta * delta;
    }
    f32.store(mean + (<usize>c << 2), <f32>centre);
    f32.store(variance + (<usize>c << 2), <f32>(deviation / <f64>rows));
  }
}

/**
 * inverse[c] = 1 / sqrt(variance[c] + epsilon)
 *
 * args: variance, inverse, C, epsilon; items: channels
 */
export function inverseDeviations(args: usize, thread: i32, threads: i32): void {
  const variance = pointer(args, 0), inverse = pointer(args, 1);
  const epsilon = real(args, 3);
  const last = firstItem(integer(args, 2), thread + 1, threads);
  for (let c = firstItem(integer(args, 2), thread, threads); c < last; c++) {
    const at = <usize>c << 2;
    f32.store(inverse + at, <f32>1 / Mathf.sqrt(f32.load(variance + at) + epsilon));
  }
}

/**
 * y = scale (x - mean) inverse + shift, and max(y, 0) if relu; inverse is 1 / sqrt(variance + epsilon).
 *
 * args: x, y, scale, shift, mean, inverse, rows, C, relu; items: rows
 */
export function normalize(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), y = pointer(args, 1);
  const scale = pointer(args, 2), shift = pointer(args, 3), mean = pointer(args, 4), inverse = pointer(args, 5);
  const rows = integer(args, 6), C = integer(args, 7);
  const floor = f32x4.splat(integer(args, 8) != 0 ? <f32>0 : -Infinity);
  const first = firstItem(rows, thread, threads), last = firstItem(rows, thread + 1, threads);
  for (let block = first; block < last; block += ROW_BLOCK) {
    const end = min(block + ROW_BLOCK, last);
    for (let c = 0; c < C; c += 4) {
      const factor = f32x4.mul(channels(scale, c), channels(inverse, c));
      const centre = channels(mean, c), offset = channels(shift, c);
      for (let row = block; row < end; row++) {
        const at = <usize>(row * C) << 2;
        const value = f32x4.relaxed_madd(f32x4.sub(channels(x + at, c), centre), factor, offset);
        store(y + at, c, C, f32x4.max(value, floor));
      }
    }
  }
}

/** g where the ReLU let the value pass, else zero. */
function passed(g: v128, normalized: v128, scale: v128, shift: v128, relu: bool): v128 {
  if (!relu) return g;
  return v128.and(g, f32x4.gt(f32x4.relaxed_madd(normalized, scale, shift), f32x4.splat(0)));
}

/**
 * shifts[chunk, c] = sum of g, scales[chunk, c] = sum of g x̂ over the rows of the chunk, g cut by the ReLU.
 *
 * args: g, x, scale, shift, mean, inverse, shifts, scales, rows, C, chunks, relu; items: chunks
 */
export function gradientChunks(args: usize, thread: i32, threads: i32): void {
  const g = pointer(args, 0), x = pointer(args, 1), scale = pointer(args, 2), shift = pointer(args, 3);
  const mean = pointer(args, 4), inverse = pointer(args, 5), shifts = pointer(args, 6), scales = pointer(args, 7);
  const rows = integer(args, 8), C = integer(args, 9), chunks = integer(args, 10);
  const relu = integer(args, 11) != 0;
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const first = firstItem(rows, chunk, chunks), to = firstItem(rows, chunk + 1, chunks);
    const ofChunk = <usize>(chunk * C) << 2;
    for (let block = first; block < to; block += ROW_BLOCK) {
      const end = min(block + ROW_BLOCK, to);
      for (let c = 0; c < C; c += 4) {
        const factor = channels(inverse, c), centre = channels(mean, c);
        const a = channels(scale, c), b = channels(shift, c);
        let total = block == first ? f32x4.splat(0) : channels(shifts + ofChunk, c);
        let weighted = block == first ? f32x4.splat(0) : channels(scales + ofChunk, c);
        for (let row = block; row < end; row++) {
          const at = <usize>(row * C) << 2;
          const normalized = f32x4.mul(f32x4.sub(channels(x + at, c), centre), factor);
          const cut = passed(channels(g + at, c), normalized, a, b, relu);
          total = f32x4.add(total, cut);
          weighted = f32x4.relaxed_madd(cut, normalized, weighted);
        }
        store(shifts + ofChunk, c, C, total);
        store(scales + ofChunk, c, C, weighted);
      }
    }
  }
}

/**
 * dx = scale inverse (g - dshift / n - x̂ dscale / n), g cut by the ReLU.
 *
 * args: g, x, scale, shift, mean, inverse, dx, dscale, dshift, rows, C, relu; items: rows
 */
export function normalizeGrad(args: usize, thread: i32, threads: i32): void {
  const g = pointer(args, 0), x = pointer(args, 1), scale = pointer(args, 2), shift = pointer(args, 3);
  const mean = pointer(args, 4), inverse = pointer(args, 5);
  const dx = pointer(args, 6), dscale = pointer(args, 7), dshift = pointer(args, 8);
  const rows = integer(args, 9), C = integer(args, 10);
  const relu = integer(args, 11) != 0;
  const share = f32x4.splat(<f32>1 / <f32>rows);
  const first = firstItem(rows, thread, threads), last = firstItem(rows, thread + 1, threads);
  for (let block = first; block < last; block += ROW_BLOCK) {
    const end = min(block + ROW_BLOCK, last);
    for (let c = 0; c < C; c += 4) {
      const deviation = channels(inverse, c), centre = channels(mean, c);
      const a = channels(scale, c), b = channels(shift, c);
      const meanG = f32x4.mul(channels(dshift, c), share), meanGx = f32x4.mul(channels(dscale, c), share);
      const factor = f32x4.mul(a, deviation);
      for (let row = block; row < end; row++) {
        const at = <usize>(row * C) << 2;
        const normalized = f32x4.mul(f32x4.sub(channels(x + at, c), centre), deviation);
        const cut = passed(channels(g + at, c), normalized, a, b, relu);
        const centred = f32x4.sub(f32x4.sub(cut, meanG), f32x4.mul(normalized, meanGx));
        store(dx + at, c, C, f32x4.mul(factor, centred));
      }
    }
  }
}
