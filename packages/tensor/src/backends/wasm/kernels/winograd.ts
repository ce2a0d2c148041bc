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

import { copyRun, storeLanes } from './runs';
import { COLUMNS, ROWS, TILE_ROW, strip, wholeTiles, zeros } from './tile';
import { firstItem, integer, pointer } from './work';

/** Places of a transformed tile. */
const PLACES: i32 = 36;
/** Bytes of one vector of each place: room for the halves of a two-dimensional transform. */
const HALVES: usize = 36 * 16;

function times(v: v128, factor: f32): v128 {
  return f32x4.mul(v, f32x4.splat(factor));
}

function plus(v: v128, factor: f32, w: v128): v128 {
  return f32x4.relaxed_madd(w, f32x4.splat(factor), v);
}

/** Six vectors `from`, `step` bytes apart, to Bᵀ times them. */
function inputTransform(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step), d4 = v128.load(from + 4 * step), d5 = v128.load(from + 5 * step);
  const even = plus(d4, -4, d2), odd = plus(d3, -4, d1);
  const near = f32x4.sub(d4, d2), far = times(f32x4.sub(d3, d1), 2);
  v128.store(to, plus(plus(d4, -5, d2), 4, d0));
  v128.store(to + toStep, f32x4.add(even, odd));
  v128.store(to + 2 * toStep, f32x4.sub(even, odd));
  v128.store(to + 3 * toStep, f32x4.add(near, far));
  v128.store(to + 4 * toStep, f32x4.sub(near, far));
  v128.store(to + 5 * toStep, plus(plus(d5, -5, d3), 4, d1));
}

/** Six vectors to Aᵀ times them: four. */
function outputTransform(from: usize, step: usize, to: usize, toStep: usize): void {
  const m0 = v128.load(from), m1 = v128.load(from + step), m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step), m4 = v128.load(from + 4 * step), m5 = v128.load(from + 5 * step);
  const sum1 = f32x4.add(m1, m2), difference1 = f32x4.sub(m1, m2);
  const sum2 = f32x4.add(m3, m4), difference2 = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, sum1), sum2));
  v128.store(to + toStep, plus(difference1, 2, difference2));
  v128.store(to + 2 * toStep, plus(sum1, 4, sum2));
  v128.store(to + 3 * toStep, f32x4.add(plus(difference1, 8, difference2), m5));
}

/** Four vectors to A times them: six. */
function outputTransposed(from: usize, step: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from), g1 = v128.load(from + step), g2 = v128.load(from + 2 * step), g3 = v128.load(from + 3 * step);
  const even1 = f32x4.add(g0, g2), odd1 = f32x4.add(g1, g3);
  const even2 = plus(g0, 4, g2), odd2 = plus(times(g1, 2), 8, g3);
  v128.store(to, g0);
  v128.store(to + toStep, f32x4.add(even1, odd1));
  v128.store(to + 2 * toStep, f32x4.sub(even1, odd1));
  v128.store(to + 3 * toStep, f32x4.add(even2, odd2));
  v128.store(to + 4 * toStep, f32x4.sub(even2, odd2));
  v128.store(to + 5 * toStep, g3);
}

/** Three vectors to G times them: six. */
function filterTransform(from: usize, step: usize, to: usize, toStep: usize): void {
  const w0 = v128.load(from), w1 = v128.load(from + step), w2 = v128.load(from + 2 * step);
  const outer = times(f32x4.add(w0, w2), -1 / <f32>6), inner = times(w1, 1 / <f32>6);
  const outer2 = plus(times(w0, 1 / <f32>24), 1 / <f32>6, w2), inner2 = times(w1, 1 / <f32>12);
  v128.store(to, times(w0, 0.25));
  v128.store(to + toStep, f32x4.sub(outer, inner));
  v128.store(to + 2 * toStep, f32x4.add(outer, inner));
  v128.store(to + 3 * toStep, f32x4.add(outer2, inner2));
  v128.store(to + 4 * toStep, f32x4.sub(outer2, inner2));
  v128.store(to + 5 * toStep, w2);
}

/** Six vectors to Gᵀ times them: three. */
function filterTransposed(from: usize, step: usize, to: usize, toStep: usize): void {
  const u0 = v128.load(from), u1 = v128.load(from + step), u2 = v128.load(from + 2 * step);
  const u3 = v128.load(from + 3 * step), u4 = v128.load(from + 4 * step), u5 = v128.load(from + 5 * step);
  const sum1 = times(f32x4.add(u1, u2), -1 / <f32>6), sum2 = f32x4.add(u3, u4);
  v128.store(to, plus(plus(sum1, 1 / <f32>24, sum2), 0.25, u0));
  v128.store(to + toStep, plus(times(f32x4.sub(u2, u1), 1 / <f32>6), 1 / <f32>12, f32x4.sub(u3, u4)));
  v128.store(to + 2 * toStep, f32x4.add(plus(sum1, 1 / <f32>6, sum2), u5));
}

/**
 * Filters [3, 3, C, K] to U, packed for `tile`: [36, panels, C, 16].
 *
 * args: w, U, C, K, room for halves, bytes of it a thread; items: input channels
 */
export function winogradFilters(args: usize, thread: i32, threads: i32): void {
  const w = pointer(args, 0), U = pointer(args, 1);
  const C = integer(args, 2), K = integer(args, 3);
  const own = pointer(args, 4) + <usize>thread * pointer(args, 5);
  const taps = own, halves = own + HALVES, whole = halves + HALVES;
  const panels = (K + COLUMNS - 1) / COLUMNS;
  const place = <usize>(panels * C) * TILE_ROW;
  const last = firstItem(C, thread + 1, threads);
  for (let c = firstItem(C, thread, threads); c < last; c++) {
    for (let k = 0; k < panels * COLUMNS; k += 4) {
      for (let tap = 0; tap < 9; tap++) {
        // Filters beyond the last one are zero.
        v128.store(taps + (<usize>tap << 4), f32x4.splat(0));
        if (k < K) copyRun(taps + (<usize>tap << 4), w + (<usize>((tap * C + c) * K + k) << 2), min(4, K - k));
      }
      for (let v = 0; v < 3; v++) filterTransform(taps + (<usize>v << 4), 48, halves + (<usize>v << 4), 48);
      for (let i = 0; i < 6; i++) filterTransform(halves + <usize>i * 48, 16, whole + <usize>i * 96, 16);
      const to = U + (<usize>((k / COLUMNS) * C + c) * TILE_ROW) + (<usize>(k % COLUMNS) << 2);
      for (let e = 0; e < PLACES; e++) v128.store(to + <usize>e * place, v128.load(whole + (<usize>e << 4)));
    }
  }
}

/** Where the 6 x 6 inputs of a tile begin; images are padded to [4 rows + 2, 4 columns + 2, C]. */
function tileInput(x: usize, t: i32, rows: i32, columns: i32, C: i32): usize {
  const row = t / columns, image = row / rows;
  const line = (row - image * rows) * 4 + image * (4 * rows + 2);
  return x + (<usize>((line * (4 * columns + 2) + (t % columns) * 4) * C) << 2);
}

/** V of one tile: place e of channel c goes to V + e · place + 4 c bytes. */
function transformInput(d: usize, rowBytes: usize, C: i32, V: usize, place: usize, halves: usize): void {
  const pixel = <usize>C << 2;
  for (let c = 0; c < C; c += 4) {
    const at = d + (<usize>c << 2), to = V + (<usize>c << 2);
    for (let j: usize = 0; j < 6; j++) inputTransform(at + j * pixel, rowBytes, halves + j * 16, 96);
    for (let i: usize = 0; i < 6; i++) inputTransform(halves + i * 96, 16, to + i * 6 * place, place);
  }
}

/**
 * y [B, H, W, K] from padded images.
 *
 * args: padded, U, bias or 0, y, B, H, W, C, K, rows and columns of tiles, tiles of a block, scratch, bytes of scratch a
 * thread; items: blocks of tiles. Scratch holds halves, V [36, block, C4] and the products [36, block, Kp],
 * Kp = K rounded up to whole tiles.
 */
export function winogradConv2d(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), U = pointer(args, 1), bias = pointer(args, 2), y = pointer(args, 3);
  const B = integer(args, 4), H = integer(args, 5), W = integer(args, 6), C = integer(args, 7), K = integer(args, 8);
  const rows = integer(args, 9), columns = integer(args, 10), block = integer(args, 11);
  const halves = pointer(args, 12) + <usize>thread * pointer(args, 13);
  const C4 = (C + 3) & ~3, Kp = wholeTiles(K);
  const V = halves + 2 * HALVES, vPlace = <usize>(block * C4) << 2;
  const M = V + <usize>PLACES * vPlace, mPlace = <usize>(block * Kp) << 2;
  const rowBytes = <usize>((4 * columns + 2) * C) << 2;
  const tiles = B * rows * columns, blocks = (tiles + block - 1) / block;
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    const first = item * block, count = min(block, tiles - first);
    for (let t = 0; t < count; t++) {
      transformInput(tileInput(x, first + t, rows, columns, C), rowBytes, C, V + (<usize>(t * C4) << 2), vPlace, halves);
    }
    for (let e = 0; e < PLACES; e++) {
      multiply(V + <usize>e * vPlace, U + (<usize>(e * Kp * C) << 2), M + <usize>e * mPlace, count, C, C4, Kp);
    }
    for (let t = 0; t < count; t++) {
      writeOutputs(M + (<usize>(t * Kp) << 2), mPlace, first + t, rows, columns, bias, y, H, W, K, halves);
    }
  }
}

/** M [count, Kp] = V [count, C] times the panels of U. */
function multiply(V: usize, U: usize, M: usize, count: i32, C: i32, C4: i32, Kp: i32): void {
  const vRow = <usize>C4 << 2, mRow = <usize>Kp << 2;
  for (let k = 0; k < Kp; k += COLUMNS) {
    strip(count, COLUMNS, V, vRow, 4, 0, U + (<usize>(k * C) << 2), TILE_ROW, 0, C, 1, zeros, 0, M + (<usize>k << 2), mRow);
  }
}

/** Transforms the products of tile t back, adds the bias, and writes the outputs that lie in the image. */
function writeOutputs(
  M: usize, place: usize, t: i32, rows: i32, columns: i32, bias: usize, y: usize, H: i32, W: i32, K: i32, halves: usize,
): void {
  const row = t / columns, image = row / rows;
  const top = (row - image * rows) * 4, left = (t % columns) * 4;
  const outputs = halves + HALVES;
  for (let k = 0; k < K; k += 4) {
    const at = M + (<usize>k << 2);
    for (let j: usize = 0; j < 6; j++) outputTransform(at + j * place, 6 * place, halves + j * 16, 96);
    for (let i: usize = 0; i < 4; i++) outputTransform(halves + i * 96, 16, outputs + i * 64, 16);
    const b = bias == 0 ? f32x4.splat(0) : v128.load(bias + (<usize>k << 2));
    for (let i = 0; i < min(4, H - top); i++) {
      for (let j = 0; j < min(4, W - left); j++) {
        const to = y + (<usize>(((image * H + top + i) * W + left + j) * K + k) << 2);
        const value = f32x4.add(v128.load(outputs + (<usize>(i * 4 + j) << 4)), b);
        if (k + 4 <= K) v128.store(to, value);
        else storeLanes(to, value, K - k);
      }
    }
  }
}

/**
 * The inputs' transforms V [36, tiles, C4] and those of g, A g Aᵀ [36, tiles, Kp].
 *
 * g is padded to [B, 4 rows, 4 columns, Kp] with zeros. args: padded, padded g, V, transformed g, C, K, rows and columns
 * of tiles, tiles, room for halves, bytes of it a thread; items: tiles
 */
export function winogradTransforms(args: usize, thread: i32, threads: i32): void {
  const x = pointer(args, 0), g = pointer(args, 1), V = pointer(args, 2), T = pointer(args, 3);
  const C = integer(args, 4), K = integer(args, 5), rows = integer(args, 6), columns = integer(args, 7), tiles = integer(args, 8);
  const halves = pointer(args, 9) + <usize>thread * pointer(args, 10);
  const C4 = (C + 3) & ~3, Kp = wholeTiles(K);
  const vPlace = <usize>(tiles * C4) << 2, tPlace = <usize>(tiles * Kp) << 2;
  const rowBytes = <usize>((4 * columns + 2) * C) << 2;
  const last = firstItem(tiles, thread + 1, threads);
  for (let t = firstItem(tiles, thread, threads); t < last; t++) {
    transformInput(tileInput(x, t, rows, columns, C), rowBytes, C, V + (<usize>(t * C4) << 2), vPlace, halves);
    const from = g + (<usize>((t / columns * 4 * columns + t % columns) * 4 * Kp) << 2);
    transformGradient(from, <usize>(4 * columns * Kp) << 2, Kp, T + (<usize>(t * Kp) << 2), tPlace, halves);
  }
}

function transformGradient(g: usize, rowBytes: usize, Kp: i32, T: usize, place: usize, halves: usize): void {
  const pixel = <usize>Kp << 2;
  for (let k = 0; k < Kp; k += 4) {
    const at = g + (<usize>k << 2), to = T + (<usize>k << 2);
    for (let j: usize = 0; j < 4; j++) outputTransposed(at + j * pixel, rowBytes, halves + j * 16, 96);
    for (let i: usize = 0; i < 6; i++) outputTransposed(halves + i * 96, 16, to + i * 6 * place, place);
  }
}

/** Tiles that are summed into all sums of a place before going on: 128 of 128 channels are 64 kB of V and of T each. */
const TILE_BLOCK: i32 = 128;

/**
 * M [36, C, Kp] = Vᵀ times the transformed g, for each place.
 *
 * args: V, transformed g, M, C, K, tiles; items: runs of 6 channels of all places
 */
export function winogradSums(args: usize, thread: i32, threads: i32): void {
  const V = pointer(args, 0), T = pointer(args, 1), M = pointer(args, 2);
  const C = integer(args, 3), K = integer(args, 4), tiles = integer(args, 5);
  const C4 = (C + 3) & ~3, Kp = wholeTiles(K);
  const vRow = <usize>C4 << 2, tRow = <usize>Kp << 2;
  const runs = (C + ROWS - 1) / ROWS;
  const first = firstItem(PLACES * runs, thread, threads), last = firstItem(PLACES * runs, thread + 1, threads);
  for (let e = first / runs; e * runs < last; e++) {
    const from = max(first, e * runs), to = min(last, (e + 1) * runs);
    for (let t = 0; t < tiles; t += TILE_BLOCK) {
      const v = V + <usize>(e * tiles + t) * vRow, g = T + <usize>(e * tiles + t) * tRow;
      for (let k = 0; k < Kp; k += COLUMNS) {
        const c = (from - e * runs) * ROWS;
        const at = M + (<usize>((e * C + c) * Kp + k) << 2);
        strip(
          min((to - e * runs) * ROWS, C) - c, COLUMNS,
          v + (<usize>c << 2), 4, vRow, 0,
          g + (<usize>k << 2), tRow, 0, min(TILE_BLOCK, tiles - t), 1,
          t == 0 ? zeros : at, t == 0 ? 0 : tRow, at, tRow,
        );
      }
    }
  }
}

/**
 * w [3, 3, C, K] = Gᵀ M G.
 *
 * args: M, w, C, K, room for halves, bytes of it a thread; items: input channels
 */
export function winogradFilterGrad(args: usize, thread: i32, threads: i32): void {
  const M = pointer(args, 0), w = pointer(args, 1);
  const C = integer(args, 2), K = integer(args, 3);
  const halves = pointer(args, 4) + <usize>thread * pointer(args, 5), taps = halves + HALVES;
  const Kp = wholeTiles(K);
  const place = <usize>(C * Kp) << 2;
  const last = firstItem(C, thread + 1, threads);
  for (let c = firstItem(C, thread, threads); c < last; c++) {
    for (let k = 0; k < K; k += 4) {
      const at = M + (<usize>(c * Kp + k) << 2);
      for (let j: usize = 0; j < 6; j++) filterTransposed(at + j * place, 6 * place, halves + j * 16, 96);
      for (let i: usize = 0; i < 3; i++) filterTransposed(halves + i * 96, 16, taps + i * 48, 16);
      for (let tap = 0; tap < 9; tap++) {
        const to = w + (<usize>((tap * C + c) * K + k) << 2);
        const value = v128.load(taps + (<usize>tap << 4));
        if (k + 4 <= K) v128.store(to, value);
        else storeLanes(to, value, K - k);
      }
    }
  }
}
