// Batch normalisation of rows of C channels. Where C is a multiple of 4 the channels of a row are done four at a
// time; else one by one (an image's single channel, say). Sums go through chunks, see reduce.ts.

import { storeLanes } from './runs';
import { firstItem, integer, pointer, real } from './work';

/** A vector of four channels from channel c on; what lies beyond the last channel is not used. */
function channels(values: usize, c: i32): v128 {
  return v128.load(values + (<usize>c << 2));
}

function store(to: usize, c: i32, C: i32, v: v128): void {
  if (c + 4 <= C) v128.store(to + (<usize>c << 2), v);
  else storeLanes(to + (<usize>c << 2), v, C - c);
}

function inverseDeviation(variance: v128, epsilon: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))));
}

/**
 * partial[chunk, c] = sum of (x - mean)² over the rows of the chunk.
 *
 * args: x, mean, partial, rows, C, chunks; items: chunks
 */
export function deviationChunks(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), mean = pointer(args, 1), partial = pointer(args, 2);
  const rows = integer(args, 3), C = integer(args, 4), chunks = integer(args, 5);
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const from = firstItem(rows, chunk, chunks), to = firstItem(rows, chunk + 1, chunks);
    for (let c = 0; c < C; c += 4) {
      const centre = channels(mean, c);
      let total = f32x4.splat(0);
      let at = x + (<usize>(from * C + c) << 2);
      for (let row = from; row < to; row++) {
        const d = f32x4.sub(v128.load(at), centre);
        total = f32x4.add(total, f32x4.mul(d, d));
        at += <usize>C << 2;
      }
      store(partial + (<usize>(chunk * C) << 2), c, C, total);
    }
  }
}

/**
 * y = scale (x - mean) / sqrt(variance + epsilon) + shift, and max(y, 0) if relu.
 *
 * args: x, y, scale, shift, mean, variance, rows, C, epsilon, relu; items: rows
 */
export function normalize(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), y = pointer(args, 1);
  const scale = pointer(args, 2), shift = pointer(args, 3), mean = pointer(args, 4), variance = pointer(args, 5);
  const rows = integer(args, 6), C = integer(args, 7);
  const epsilon = real(args, 8);
  const floor = f32x4.splat(integer(args, 9) != 0 ? <f32>0 : -Infinity);
  const first = firstItem(rows, thread, threads), last = firstItem(rows, thread + 1, threads);
  // Blocks of rows: the channels of a block are walked again and again while it lies in L1.
  for (let block = first; block < last; block += ROW_BLOCK) {
    const end = min(block + ROW_BLOCK, last);
    for (let c = 0; c < C; c += 4) {
      const factor = f32x4.mul(channels(scale, c), inverseDeviation(channels(variance, c), epsilon));
      const centre = channels(mean, c), offset = channels(shift, c);
      for (let row = block; row < end; row++) {
        const at = <usize>(row * C) << 2;
        const value = f32x4.relaxed_madd(f32x4.sub(channels(x + at, c), centre), factor, offset);
        store(y + at, c, C, f32x4.max(value, floor));
      }
    }
  }
}

/** Rows of a block: 16 rows of 128 channels are 8 kB. */
const ROW_BLOCK: i32 = 16;

/** g where the ReLU let the value pass, else zero. */
function passed(g: v128, normalized: v128, scale: v128, shift: v128, relu: bool): v128 {
  if (!relu) return g;
  return v128.and(g, f32x4.gt(f32x4.relaxed_madd(normalized, scale, shift), f32x4.splat(0)));
}

/**
 * shifts[chunk, c] = sum of g, scales[chunk, c] = sum of g x̂ over the rows of the chunk, g cut by the ReLU.
 *
 * args: g, x, scale, shift, mean, variance, shifts, scales, rows, C, chunks, epsilon, relu; items: chunks
 */
export function gradientChunks(args: usize, thread: i32, threads: i32): void {
  const g = pointer(args, 0), x = pointer(args, 1), scale = pointer(args, 2), shift = pointer(args, 3);
  const mean = pointer(args, 4), variance = pointer(args, 5), shifts = pointer(args, 6), scales = pointer(args, 7);
  const rows = integer(args, 8), C = integer(args, 9), chunks = integer(args, 10);
  const epsilon = real(args, 11);
  const relu = integer(args, 12) != 0;
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const from = firstItem(rows, chunk, chunks), to = firstItem(rows, chunk + 1, chunks);
    const row0 = <usize>(chunk * C) << 2;
    for (let c = 0; c < C; c += 4) {
      const inverse = inverseDeviation(channels(variance, c), epsilon), centre = channels(mean, c);
      const a = channels(scale, c), b = channels(shift, c);
      let total = f32x4.splat(0), weighted = f32x4.splat(0);
      for (let row = from; row < to; row++) {
        const at = <usize>(row * C) << 2;
        const normalized = f32x4.mul(f32x4.sub(channels(x + at, c), centre), inverse);
        const cut = passed(channels(g + at, c), normalized, a, b, relu);
        total = f32x4.add(total, cut);
        weighted = f32x4.relaxed_madd(cut, normalized, weighted);
      }
      store(shifts + row0, c, C, total);
      store(scales + row0, c, C, weighted);
    }
  }
}

/**
 * dx = scale / sqrt(variance + epsilon) (g - dshift / n - x̂ dscale / n), g cut by the ReLU.
 *
 * args: g, x, scale, shift, mean, variance, dx, dscale, dshift, rows, C, epsilon, relu; items: rows
 */
export function normalizeGrad(args: usize, thread: i32, threads: i32): void {
  const g = pointer(args, 0), x = pointer(args, 1), scale = pointer(args, 2), shift = pointer(args, 3);
  const mean = pointer(args, 4), variance = pointer(args, 5);
  const dx = pointer(args, 6), dscale = pointer(args, 7), dshift = pointer(args, 8);
  const rows = integer(args, 9), C = integer(args, 10);
  const epsilon = real(args, 11);
  const relu = integer(args, 12) != 0;
  const share = f32x4.splat(<f32>1 / <f32>rows);
  const first = firstItem(rows, thread, threads), last = firstItem(rows, thread + 1, threads);
  for (let block = first; block < last; block += ROW_BLOCK) {
    const end = min(block + ROW_BLOCK, last);
    for (let c = 0; c < C; c += 4) {
      const inverse = inverseDeviation(channels(variance, c), epsilon), centre = channels(mean, c);
      const a = channels(scale, c), b = channels(shift, c);
      const meanG = f32x4.mul(channels(dshift, c), share), meanGx = f32x4.mul(channels(dscale, c), share);
      const factor = f32x4.mul(a, inverse);
      for (let row = block; row < end; row++) {
        const at = <usize>(row * C) << 2;
        const normalized = f32x4.mul(f32x4.sub(channels(x + at, c), centre), inverse);
        const cut = passed(channels(g + at, c), normalized, a, b, relu);
        const centred = f32x4.sub(f32x4.sub(cut, meanG), f32x4.mul(normalized, meanGx));
        store(dx + at, c, C, f32x4.mul(factor, centred));
      }
    }
  }
}
