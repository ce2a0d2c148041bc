// 3 x 3 convolutions with a quarter of the multiplications: F(4 x 4, 3 x 3) of Lavin and Gray 2016, "Fast algorithms
// for convolutional neural networks", Section 4.3.
//
// Images are cut into tiles of 4 x 4 outputs, which see 6 x 6 inputs d. With the transforms
//
//   V = Bᵀ d B (36 numbers of each input channel),   U = G w Gᵀ (36 of each filter),   y = Aᵀ (U ⊙ V) A
//
// the sum over channels becomes 36 matrix products, one for each e of the 36 places, and those are done by `tile`.
// A block of tiles is transformed, multiplied and transformed back while it lies in L2. The price is accuracy: the
// transforms' constants (up to 8, down to 1/24) cost about one decimal digit of float32.
//
// Filter gradient, by the same identity read backwards: dw = Gᵀ [ sum over tiles of V ⊙ (A g Aᵀ) ] G.

import { CACHE_LINE, PLACES } from '../constants';
import { floats } from '../lib/floats';
import { findPiece, pixelBytes, rowBytes } from './pieces';

/** Bytes of a pair of vectors, and of one pair of each place: room for the halves of a two-dimensional transform. */
export const PAIR: usize = 32;
export const HALVES: usize = <usize>PLACES * PAIR;

/** Bytes from one place to the next of [36, rows, columns]: a cache line more than a place has. */
export function placeBytes(rows: i32, columns: i32): usize {
  return floats(rows * columns + CACHE_LINE);
}

function times(v: v128, factor: f32): v128 {
  return f32x4.mul(v, f32x4.splat(factor));
}

function plus(v: v128, factor: f32, w: v128): v128 {
  return f32x4.relaxed_madd(w, f32x4.splat(factor), v);
}

// Images are transformed eight channels at a time, two vectors side by side, which V8 may join: x and its neighbour X.

/** Six pairs of vectors `from`, `step` bytes apart, to Bᵀ times them. */
// biome-ignore format: a pair of vectors a line
@inline
export function inputTransform(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from), D0 = v128.load(from, 16); from += step;
  const d1 = v128.load(from), D1 = v128.load(from, 16); from += step;
  const d2 = v128.load(from), D2 = v128.load(from, 16); from += step;
  const d3 = v128.load(from), D3 = v128.load(from, 16); from += step;
  const d4 = v128.load(from), D4 = v128.load(from, 16); from += step;
  const d5 = v128.load(from), D5 = v128.load(from, 16);
  const even = plus(d4, -4, d2), EVEN = plus(D4, -4, D2), odd = plus(d3, -4, d1), ODD = plus(D3, -4, D1);
  const near = f32x4.sub(d4, d2), NEAR = f32x4.sub(D4, D2);
  const far = times(f32x4.sub(d3, d1), 2), FAR = times(f32x4.sub(D3, D1), 2);
  v128.store(to, plus(plus(D4, -5, D2), 4, D0), 16); v128.store(to, plus(plus(d4, -5, d2), 4, d0)); to += toStep;
  v128.store(to, f32x4.add(EVEN, ODD), 16); v128.store(to, f32x4.add(even, odd)); to += toStep;
  v128.store(to, f32x4.sub(EVEN, ODD), 16); v128.store(to, f32x4.sub(even, odd)); to += toStep;
  v128.store(to, f32x4.add(NEAR, FAR), 16); v128.store(to, f32x4.add(near, far)); to += toStep;
  v128.store(to, f32x4.sub(NEAR, FAR), 16); v128.store(to, f32x4.sub(near, far)); to += toStep;
  v128.store(to, plus(plus(D5, -5, D3), 4, D1), 16); v128.store(to, plus(plus(d5, -5, d3), 4, d1));
}

/** Six pairs of vectors to Aᵀ times them: four. */
// biome-ignore format: a pair of vectors a line
@inline
export function outputTransform(from: usize, step: usize, to: usize, toStep: usize): void {
  const m0 = v128.load(from), M0 = v128.load(from, 16); from += step;
  const m1 = v128.load(from), M1 = v128.load(from, 16); from += step;
  const m2 = v128.load(from), M2 = v128.load(from, 16); from += step;
  const m3 = v128.load(from), M3 = v128.load(from, 16); from += step;
  const m4 = v128.load(from), M4 = v128.load(from, 16); from += step;
  const m5 = v128.load(from), M5 = v128.load(from, 16);
  const sum1 = f32x4.add(m1, m2), SUM1 = f32x4.add(M1, M2), less1 = f32x4.sub(m1, m2), LESS1 = f32x4.sub(M1, M2);
  const sum2 = f32x4.add(m3, m4), SUM2 = f32x4.add(M3, M4), less2 = f32x4.sub(m3, m4), LESS2 = f32x4.sub(M3, M4);
  v128.store(to, f32x4.add(f32x4.add(M0, SUM1), SUM2), 16); v128.store(to, f32x4.add(f32x4.add(m0, sum1), sum2)); to += toStep;
  v128.store(to, plus(LESS1, 2, LESS2), 16); v128.store(to, plus(less1, 2, less2)); to += toStep;
  v128.store(to, plus(SUM1, 4, SUM2), 16); v128.store(to, plus(sum1, 4, sum2)); to += toStep;
  v128.store(to, f32x4.add(plus(LESS1, 8, LESS2), M5), 16); v128.store(to, f32x4.add(plus(less1, 8, less2), m5));
}

/** Four pairs of vectors to A times them: six. */
// biome-ignore format: a pair of vectors a line
@inline
export function outputTransposed(from: usize, step: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from), G0 = v128.load(from, 16); from += step;
  const g1 = v128.load(from), G1 = v128.load(from, 16); from += step;
  const g2 = v128.load(from), G2 = v128.load(from, 16); from += step;
  const g3 = v128.load(from), G3 = v128.load(from, 16);
  const even1 = f32x4.add(g0, g2), EVEN1 = f32x4.add(G0, G2), odd1 = f32x4.add(g1, g3), ODD1 = f32x4.add(G1, G3);
  const even2 = plus(g0, 4, g2), EVEN2 = plus(G0, 4, G2);
  const odd2 = plus(times(g1, 2), 8, g3), ODD2 = plus(times(G1, 2), 8, G3);
  v128.store(to, G0, 16); v128.store(to, g0); to += toStep;
  v128.store(to, f32x4.add(EVEN1, ODD1), 16); v128.store(to, f32x4.add(even1, odd1)); to += toStep;
  v128.store(to, f32x4.sub(EVEN1, ODD1), 16); v128.store(to, f32x4.sub(even1, odd1)); to += toStep;
  v128.store(to, f32x4.add(EVEN2, ODD2), 16); v128.store(to, f32x4.add(even2, odd2)); to += toStep;
  v128.store(to, f32x4.sub(EVEN2, ODD2), 16); v128.store(to, f32x4.sub(even2, odd2)); to += toStep;
  v128.store(to, G3, 16); v128.store(to, g3);
}

/** Three vectors to G times them: six. */
export function filterTransform(from: usize, step: usize, to: usize, toStep: usize): void {
  const w0 = v128.load(from);
  const w1 = v128.load(from + step);
  const w2 = v128.load(from + 2 * step);
  const outer = times(f32x4.add(w0, w2), -1 / <f32>6);
  const inner = times(w1, 1 / <f32>6);
  const outer2 = plus(times(w0, 1 / <f32>24), 1 / <f32>6, w2);
  const inner2 = times(w1, 1 / <f32>12);
  v128.store(to, times(w0, 0.25));
  v128.store(to + toStep, f32x4.sub(outer, inner));
  v128.store(to + 2 * toStep, f32x4.add(outer, inner));
  v128.store(to + 3 * toStep, f32x4.add(outer2, inner2));
  v128.store(to + 4 * toStep, f32x4.sub(outer2, inner2));
  v128.store(to + 5 * toStep, w2);
}

/** Six vectors to Gᵀ times them: three. */
export function filterTransposed(from: usize, step: usize, to: usize, toStep: usize): void {
  const u0 = v128.load(from);
  const u1 = v128.load(from + step);
  const u2 = v128.load(from + 2 * step);
  const u3 = v128.load(from + 3 * step);
  const u4 = v128.load(from + 4 * step);
  const u5 = v128.load(from + 5 * step);
  const sum1 = times(f32x4.add(u1, u2), -1 / <f32>6);
  const sum2 = f32x4.add(u3, u4);
  v128.store(to, plus(plus(sum1, 1 / <f32>24, sum2), 0.25, u0));
  v128.store(to + toStep, plus(times(f32x4.sub(u2, u1), 1 / <f32>6), 1 / <f32>12, f32x4.sub(u3, u4)));
  v128.store(to + 2 * toStep, f32x4.add(plus(sum1, 1 / <f32>6, sum2), u5));
}

/**
 * V of tile t, of which an image has `rows` x `columns`: place e of channel c goes to V + e · place + 4 c bytes. The images
 * have xRows x xColumns pixels, `above` rows and `left` columns of zeros before them. Scratch: halves and a tile [6, 6, C8].
 */
export function transformInput(
  x: usize,
  t: i32,
  rows: i32,
  columns: i32,
  xRows: i32,
  xColumns: i32,
  above: i32,
  left: i32,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  C: i32,
  V: usize,
  place: usize,
  scratch: usize,
): void {
  const C8 = (C + 7) & ~7;
  const row = t / columns;
  const image = row / rows;
  const i = (row - image * rows) * 4 - above;
  const j = (t % columns) * 4 - left;
  const d = findPiece(
    x + floats(image * xImage),
    i,
    j,
    6,
    xRows,
    xColumns,
    xRow,
    xPixel,
    C,
    C8,
    scratch + HALVES,
  );
  for (let c = 0; c < C; c += 8) {
    const at = d + floats(c);
    const to = V + floats(c);
    for (let j: usize = 0; j < 6; j++)
      inputTransform(at + j * pixelBytes, rowBytes, scratch + j * PAIR, 6 * PAIR);
    for (let i: usize = 0; i < 6; i++)
      inputTransform(scratch + i * 6 * PAIR, PAIR, to + i * 6 * place, place);
  }
}
