// Batch normalisation of rows of C channels, eight channels at a time: two vectors side by side, which V8 may join. Rows are
// done in blocks that stay in L1, as the channels of a block are walked one pair of vectors after the other; sums go
// through chunks of rows, see reduce.ts. Beyond the last channel numbers are read (of the next row) but not stored.

import { floats } from './lib/floats';
import { store8 } from './lib/runs';
import { firstItem } from './lib/work';

/** Rows of a block: 16 rows of 128 channels are 8 kB. */
const ROW_BLOCK: i32 = 16;

/**
 * means[chunk, c] and deviations[chunk, c] = sum of (x - that mean)² over the rows of the chunk, x being read once.
 *
 * Block by block, by the method of Chan, Golub and LeVeque 1979: with `count` rows before and n in the block, whose mean
 * lies delta from the mean so far, mean += delta n / (count + n), deviation += that of the block + delta² count n / (count + n).
 *
 * Items: chunks.
 */
export function momentChunks(
  x: usize,
  means: usize,
  deviations: usize,
  rows: i32,
  C: i32,
  chunks: i32,
  thread: i32,
  threads: i32,
): void {
  const pixel = floats(C);
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const first = firstItem(rows, chunk, chunks);
    const end = firstItem(rows, chunk + 1, chunks);
    const ofChunk = floats(chunk * C);
    for (let block = first; block < end; block += ROW_BLOCK) {
      const n = min(ROW_BLOCK, end - block);
      const count = block - first;
      const each = f32x4.splat(<f32>1 / <f32>n);
      const share = f32x4.splat(<f32>n / <f32>(count + n));
      const between = f32x4.splat((<f32>count * <f32>n) / <f32>(count + n));
      for (let c = 0; c < C; c += 8) {
        const start = x + floats(block * C + c);
        const stop = start + <usize>n * pixel;
        const own = ofChunk + floats(c);
        let total0 = f32x4.splat(0);
        let total1 = f32x4.splat(0);
        for (let at = start; at < stop; at += pixel) {
          total0 = f32x4.add(total0, v128.load(at));
          total1 = f32x4.add(total1, v128.load(at, 16));
        }
        const mean0 = f32x4.mul(total0, each);
        const mean1 = f32x4.mul(total1, each);
        let squares0 = f32x4.splat(0);
        let squares1 = f32x4.splat(0);
        for (let at = start; at < stop; at += pixel) {
          const d0 = f32x4.sub(v128.load(at), mean0);
          const d1 = f32x4.sub(v128.load(at, 16), mean1);
          squares0 = f32x4.relaxed_madd(d0, d0, squares0);
          squares1 = f32x4.relaxed_madd(d1, d1, squares1);
        }
        if (count === 0) {
          store8(means + ofChunk, c, C, mean0, mean1);
          store8(deviations + ofChunk, c, C, squares0, squares1);
          continue;
        }
        const so0 = v128.load(means + own);
        const so1 = v128.load(means + own, 16);
        const delta0 = f32x4.sub(mean0, so0);
        const delta1 = f32x4.sub(mean1, so1);
        store8(
          means + ofChunk,
          c,
          C,
          f32x4.relaxed_madd(delta0, share, so0),
          f32x4.relaxed_madd(delta1, share, so1),
        );
        squares0 = f32x4.add(squares0, v128.load(deviations + own));
        squares1 = f32x4.add(squares1, v128.load(deviations + own, 16));
        store8(
          deviations + ofChunk,
          c,
          C,
          f32x4.relaxed_madd(f32x4.mul(delta0, delta0), between, squares0),
          f32x4.relaxed_madd(f32x4.mul(delta1, delta1), between, squares1),
        );
      }
    }
  }
}

/** mean[c] and variance[c] of all rows from those of the chunks; items: channels. */
export function joinMoments(
  means: usize,
  deviations: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  C: i32,
  chunks: i32,
  thread: i32,
  threads: i32,
): void {
  const last = firstItem(C, thread + 1, threads);
  for (let c = firstItem(C, thread, threads); c < last; c++) {
    let total: f64 = 0;
    let deviation: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const n = <f64>(firstItem(rows, chunk + 1, chunks) - firstItem(rows, chunk, chunks));
      total += n * <f64>f32.load(means + floats(chunk * C + c));
    }
    const centre = total / <f64>rows;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const n = <f64>(firstItem(rows, chunk + 1, chunks) - firstItem(rows, chunk, chunks));
      const at = floats(chunk * C + c);
      const delta = <f64>f32.load(means + at) - centre;
      deviation += <f64>f32.load(deviations + at) + n * delta * delta;
    }
    f32.store(mean + floats(c), <f32>centre);
    f32.store(variance + floats(c), <f32>(deviation / <f64>rows));
  }
}

/** inverse[c] = 1 / sqrt(variance[c] + epsilon); items: channels. */
export function inverseDeviations(
  variance: usize,
  inverse: usize,
  C: i32,
  epsilon: f32,
  thread: i32,
  threads: i32,
): void {
  const last = firstItem(C, thread + 1, threads);
  for (let c = firstItem(C, thread, threads); c < last; c++) {
    const at = floats(c);
    f32.store(inverse + at, <f32>1 / Mathf.sqrt(f32.load(variance + at) + epsilon));
  }
}

/** y = scale (x - mean) inverse + shift, and max(y, 0) if relu; inverse is 1 / sqrt(variance + epsilon). Items: rows. */
export function normalize(
  x: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  inverse: usize,
  y: usize,
  rows: i32,
  C: i32,
  relu: bool,
  thread: i32,
  threads: i32,
): void {
  const pixel = floats(C);
  const floor = f32x4.splat(relu ? <f32>0 : -Infinity);
  const first = firstItem(rows, thread, threads);
  const last = firstItem(rows, thread + 1, threads);
  // From the last block to the first: the last ones still lie in the cache from the pass before.
  for (let end = last; end > first; end -= ROW_BLOCK) {
    const block = max(end - ROW_BLOCK, first);
    for (let c = 0; c < C; c += 8) {
      const own = floats(c);
      const factor0 = f32x4.mul(v128.load(scale + own), v128.load(inverse + own));
      const factor1 = f32x4.mul(v128.load(scale + own, 16), v128.load(inverse + own, 16));
      const centre0 = v128.load(mean + own);
      const centre1 = v128.load(mean + own, 16);
      const offset0 = v128.load(shift + own);
      const offset1 = v128.load(shift + own, 16);
      const stop = floats(end * C);
      for (let row = floats(block * C); row < stop; row += pixel) {
        const at = x + row + own;
        const value0 = f32x4.relaxed_madd(f32x4.sub(v128.load(at), centre0), factor0, offset0);
        const value1 = f32x4.relaxed_madd(f32x4.sub(v128.load(at, 16), centre1), factor1, offset1);
        store8(y + row, c, C, f32x4.pmax(value0, floor), f32x4.pmax(value1, floor));
      }
    }
  }
}

/** g where the ReLU let the value pass, else zero. */
@inline
function passed(g: v128, normalized: v128, scale: v128, shift: v128, relu: bool): v128 {
  if (!relu) return g;
  return v128.and(g, f32x4.gt(f32x4.relaxed_madd(normalized, scale, shift), f32x4.splat(0)));
}

/** shifts[chunk, c] = sum of g, scales[chunk, c] = sum of g x̂ over the rows of the chunk, g cut by the ReLU; items: chunks. */
export function gradientChunks(
  g: usize,
  x: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  inverse: usize,
  shifts: usize,
  scales: usize,
  rows: i32,
  C: i32,
  chunks: i32,
  relu: bool,
  thread: i32,
  threads: i32,
): void {
  const pixel = floats(C);
  const last = firstItem(chunks, thread + 1, threads);
  for (let chunk = firstItem(chunks, thread, threads); chunk < last; chunk++) {
    const first = firstItem(rows, chunk, chunks);
    const to = firstItem(rows, chunk + 1, chunks);
    const ofChunk = floats(chunk * C);
    for (let block = first; block < to; block += ROW_BLOCK) {
      const end = min(block + ROW_BLOCK, to);
      for (let c = 0; c < C; c += 8) {
        const own = floats(c);
        const factor0 = v128.load(inverse + own);
        const factor1 = v128.load(inverse + own, 16);
        const centre0 = v128.load(mean + own);
        const centre1 = v128.load(mean + own, 16);
        const a0 = v128.load(scale + own);
        const a1 = v128.load(scale + own, 16);
        const b0 = v128.load(shift + own);
        const b1 = v128.load(shift + own, 16);
        let total0 = f32x4.splat(0);
        let total1 = f32x4.splat(0);
        let weighted0 = f32x4.splat(0);
        let weighted1 = f32x4.splat(0);
        if (block > first) {
          total0 = v128.load(shifts + ofChunk + own);
          total1 = v128.load(shifts + ofChunk + own, 16);
          weighted0 = v128.load(scales + ofChunk + own);
          weighted1 = v128.load(scales + ofChunk + own, 16);
        }
        const stop = floats(end * C) + own;
        for (let at = floats(block * C) + own; at < stop; at += pixel) {
          const normalized0 = f32x4.mul(f32x4.sub(v128.load(x + at), centre0), factor0);
          const normalized1 = f32x4.mul(f32x4.sub(v128.load(x + at, 16), centre1), factor1);
          const cut0 = passed(v128.load(g + at), normalized0, a0, b0, relu);
          const cut1 = passed(v128.load(g + at, 16), normalized1, a1, b1, relu);
          total0 = f32x4.add(total0, cut0);
          total1 = f32x4.add(total1, cut1);
          weighted0 = f32x4.relaxed_madd(cut0, normalized0, weighted0);
          weighted1 = f32x4.relaxed_madd(cut1, normalized1, weighted1);
        }
        store8(shifts + ofChunk, c, C, total0, total1);
        store8(scales + ofChunk, c, C, weighted0, weighted1);
      }
    }
  }
}

/** dx = scale inverse (g - dshift / n - x̂ dscale / n), g cut by the ReLU; items: rows. */
export function normalizeGrad(
  g: usize,
  x: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  inverse: usize,
  dx: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  C: i32,
  relu: bool,
  thread: i32,
  threads: i32,
): void {
  const pixel = floats(C);
  const share = f32x4.splat(<f32>1 / <f32>rows);
  const first = firstItem(rows, thread, threads);
  const last = firstItem(rows, thread + 1, threads);
  // From the last block to the first: the last ones still lie in the cache from the pass before.
  for (let end = last; end > first; end -= ROW_BLOCK) {
    const block = max(end - ROW_BLOCK, first);
    for (let c = 0; c < C; c += 8) {
      const own = floats(c);
      const deviation0 = v128.load(inverse + own);
      const deviation1 = v128.load(inverse + own, 16);
      const centre0 = v128.load(mean + own);
      const centre1 = v128.load(mean + own, 16);
      const a0 = v128.load(scale + own);
      const a1 = v128.load(scale + own, 16);
      const b0 = v128.load(shift + own);
      const b1 = v128.load(shift + own, 16);
      const meanG0 = f32x4.mul(v128.load(dshift + own), share);
      const meanG1 = f32x4.mul(v128.load(dshift + own, 16), share);
      const meanGx0 = f32x4.mul(v128.load(dscale + own), share);
      const meanGx1 = f32x4.mul(v128.load(dscale + own, 16), share);
      const factor0 = f32x4.mul(a0, deviation0);
      const factor1 = f32x4.mul(a1, deviation1);
      const stop = floats(end * C);
      for (let row = floats(block * C); row < stop; row += pixel) {
        const at = row + own;
        const normalized0 = f32x4.mul(f32x4.sub(v128.load(x + at), centre0), deviation0);
        const normalized1 = f32x4.mul(f32x4.sub(v128.load(x + at, 16), centre1), deviation1);
        const cut0 = f32x4.sub(passed(v128.load(g + at), normalized0, a0, b0, relu), meanG0);
        const cut1 = f32x4.sub(passed(v128.load(g + at, 16), normalized1, a1, b1, relu), meanG1);
        store8(
          dx + row,
          c,
          C,
          f32x4.mul(factor0, f32x4.sub(cut0, f32x4.mul(normalized0, meanGx0))),
          f32x4.mul(factor1, f32x4.sub(cut1, f32x4.mul(normalized1, meanGx1))),
        );
      }
    }
  }
}
