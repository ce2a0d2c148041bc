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

import { floats } from './floats';
import { findPiece, pixelBytes, rowBytes } from './pieces';
import { copyRun, store8, storeLanes } from './runs';
import { COLUMNS, ROWS, strip, TILE_ROW, wholeTiles, zeros } from './tile';
import { firstItem } from './work';

/** Places of a transformed tile. */
const PLACES: i32 = 36;
/** Bytes of a pair of vectors, and of one pair of each place: room for the halves of a two-dimensional transform. */
const PAIR: usize = 32;
const HALVES: usize = 36 * PAIR;

/**
 * Bytes from one place to the next of [36, rows, columns]: a cache line more than a place has, as places a power of two
 * apart would all compete for the same lines of the cache.
 */
function placeBytes(rows: i32, columns: i32): usize {
  return floats(rows * columns) + 64;
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
function inputTransform(from: usize, step: usize, to: usize, toStep: usize): void {
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
function outputTransform(from: usize, step: usize, to: usize, toStep: usize): void {
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
function outputTransposed(from: usize, step: usize, to: usize, toStep: usize): void {
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
function filterTransform(from: usize, step: usize, to: usize, toStep: usize): void {
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
function filterTransposed(from: usize, step: usize, to: usize, toStep: usize): void {
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
 * Filters [3, 3, C, K] to U, packed for `tile`: [36, panels, C, 16], places `placeBytes` apart; items: input channels. Scratch:
 * halves.
 */
export function winogradFilters(
  w: usize,
  U: usize,
  C: i32,
  K: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  const taps = scratch;
  const halves = taps + HALVES;
  const whole = halves + HALVES;
  const panels = (K + COLUMNS - 1) / COLUMNS;
  const place = placeBytes(C, panels * COLUMNS);
  const last = firstItem(C, thread + 1, threads);
  for (let c = firstItem(C, thread, threads); c < last; c++) {
    for (let k = 0; k < panels * COLUMNS; k += 4) {
      for (let tap = 0; tap < 9; tap++) {
        // Filters beyond the last one are zero.
        v128.store(taps + ((<usize>tap) << 4), f32x4.splat(0));
        if (k < K) copyRun(taps + ((<usize>tap) << 4), w + floats((tap * C + c) * K + k), min(4, K - k));
      }
      for (let v = 0; v < 3; v++)
        filterTransform(taps + ((<usize>v) << 4), 48, halves + ((<usize>v) << 4), 48);
      for (let i = 0; i < 6; i++) filterTransform(halves + <usize>i * 48, 16, whole + <usize>i * 96, 16);
      const to = U + <usize>((k / COLUMNS) * C + c) * TILE_ROW + floats(k % COLUMNS);
      for (let e = 0; e < PLACES; e++)
        v128.store(to + <usize>e * place, v128.load(whole + ((<usize>e) << 4)));
    }
  }
}

/**
 * V of tile t, of which an image has `rows` x `columns`: place e of channel c goes to V + e · place + 4 c bytes. The images
 * have xRows x xColumns pixels, `above` rows and `left` columns of zeros before them. Scratch: halves and a tile [6, 6, C8].
 */
function transformInput(
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

/**
 * y, K channels of H x W pixels of B images, from images x, which are seen as `transformInput` says; items: blocks of `block`
 * tiles. Distances of x and y are in numbers.
 *
 * Scratch: halves, a tile [6, 6, C8], V [36, block, C8] and the products [36, block, Kp], C8 = C rounded up to pairs of
 * vectors and Kp = K to whole tiles; places lie `placeBytes` apart.
 */
export function winogradConv2d(
  x: usize,
  U: usize,
  bias: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  K: i32,
  rows: i32,
  columns: i32,
  block: i32,
  xRows: i32,
  xColumns: i32,
  above: i32,
  left: i32,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  const C8 = (C + 7) & ~7;
  const Kp = wholeTiles(K);
  const V = scratch + HALVES + floats(PLACES * C8);
  const vPlace = placeBytes(block, C8);
  const M = V + <usize>PLACES * vPlace;
  const mPlace = placeBytes(block, Kp);
  const uPlace = placeBytes(C, Kp);
  const tiles = B * rows * columns;
  const blocks = (tiles + block - 1) / block;
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    const first = item * block;
    const count = min(block, tiles - first);
    for (let t = 0; t < count; t++) {
      // biome-ignore format: the tile, its images and where it goes
      transformInput(
        x, first + t, rows, columns, xRows, xColumns, above, left, xImage, xRow, xPixel, C,
        V + floats(t * C8), vPlace, scratch,
      );
    }
    for (let e = 0; e < PLACES; e++) {
      multiply(V + <usize>e * vPlace, U + <usize>e * uPlace, M + <usize>e * mPlace, count, C, C8, Kp);
    }
    for (let t = 0; t < count; t++) {
      writeOutputs(
        M + floats(t * Kp),
        mPlace,
        first + t,
        rows,
        columns,
        bias,
        y,
        H,
        W,
        K,
        yImage,
        yRow,
        yPixel,
        scratch,
      );
    }
  }
}

/** M [count, Kp] = V [count, C] times the panels of U. */
function multiply(V: usize, U: usize, M: usize, count: i32, C: i32, C8: i32, Kp: i32): void {
  const vRow = floats(C8);
  const mRow = floats(Kp);
  for (let k = 0; k < Kp; k += COLUMNS) {
    strip(count, COLUMNS, V, vRow, 4, 0, U + floats(k * C), TILE_ROW, 0, C, 1, zeros, 0, M + floats(k), mRow);
  }
}

/** Transforms the products of tile t back, adds the bias, and writes the outputs that lie in the image. */
function writeOutputs(
  M: usize,
  place: usize,
  t: i32,
  rows: i32,
  columns: i32,
  bias: usize,
  y: usize,
  H: i32,
  W: i32,
  K: i32,
  yImage: i32,
  yRow: i32,
  yPixel: i32,
  halves: usize,
): void {
  const row = t / columns;
  const image = row / rows;
  const top = (row - image * rows) * 4;
  const left = (t % columns) * 4;
  const outputs = halves + HALVES;
  const corner = y + floats(image * yImage + top * yRow + left * yPixel);
  for (let k = 0; k < K; k += 8) {
    const at = M + floats(k);
    const own = bias === 0 ? zeros : bias + floats(k);
    for (let j: usize = 0; j < 6; j++)
      outputTransform(at + j * place, 6 * place, halves + j * PAIR, 6 * PAIR);
    for (let i: usize = 0; i < 4; i++)
      outputTransform(halves + i * 6 * PAIR, PAIR, outputs + i * 4 * PAIR, PAIR);
    const b0 = v128.load(own);
    const b1 = v128.load(own, 16);
    for (let i = 0; i < min(4, H - top); i++) {
      for (let j = 0; j < min(4, W - left); j++) {
        const value = outputs + <usize>(i * 4 + j) * PAIR;
        store8(
          corner + floats(i * yRow + j * yPixel),
          k,
          K,
          f32x4.add(v128.load(value), b0),
          f32x4.add(v128.load(value, 16), b1),
        );
      }
    }
  }
}

/**
 * The inputs' transforms V [36, tiles, C8] and those of g, T = A g Aᵀ [36, tiles, Kp], of `tiles` tiles from tile `start` on;
 * places lie `placeBytes` apart. Images x are seen as `transformInput` says, g has gRows x gColumns pixels and zeros behind
 * them; items: tiles. Scratch: halves and a tile [6, 6, C8] or [4, 4, Kp].
 */
export function winogradTransforms(
  x: usize,
  g: usize,
  V: usize,
  T: usize,
  C: i32,
  K: i32,
  rows: i32,
  columns: i32,
  start: i32,
  tiles: i32,
  xRows: i32,
  xColumns: i32,
  above: i32,
  left: i32,
  xImage: i32,
  xRow: i32,
  xPixel: i32,
  gRows: i32,
  gColumns: i32,
  gImage: i32,
  gRow: i32,
  gPixel: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  const C8 = (C + 7) & ~7;
  const Kp = wholeTiles(K);
  const vPlace = placeBytes(tiles, C8);
  const tPlace = placeBytes(tiles, Kp);
  const last = firstItem(tiles, thread + 1, threads);
  for (let item = firstItem(tiles, thread, threads); item < last; item++) {
    const t = start + item;
    // biome-ignore format: the tile, its images and where it goes
    transformInput(
      x, t, rows, columns, xRows, xColumns, above, left, xImage, xRow, xPixel, C,
      V + floats(item * C8), vPlace, scratch,
    );
    // biome-ignore format: the tile, its images and where it goes
    transformGradient(
      g, t, rows, columns, gRows, gColumns, gImage, gRow, gPixel, K,
      T + floats(item * Kp), tPlace, scratch,
    );
  }
}

/** T of tile t, as `transformInput` makes V; zeros behind the channels. */
function transformGradient(
  g: usize,
  t: i32,
  rows: i32,
  columns: i32,
  gRows: i32,
  gColumns: i32,
  gImage: i32,
  gRow: i32,
  gPixel: i32,
  K: i32,
  T: usize,
  place: usize,
  scratch: usize,
): void {
  const Kp = wholeTiles(K);
  const row = t / columns;
  const image = row / rows;
  const i = (row - image * rows) * 4;
  const j = (t % columns) * 4;
  const d = findPiece(
    g + floats(image * gImage),
    i,
    j,
    4,
    gRows,
    gColumns,
    gRow,
    gPixel,
    K,
    Kp,
    scratch + HALVES,
  );
  for (let k = 0; k < Kp; k += 8) {
    const at = d + floats(k);
    const to = T + floats(k);
    for (let j: usize = 0; j < 4; j++)
      outputTransposed(at + j * pixelBytes, rowBytes, scratch + j * PAIR, 6 * PAIR);
    for (let i: usize = 0; i < 6; i++)
      outputTransposed(scratch + i * 6 * PAIR, PAIR, to + i * 6 * place, place);
  }
}

/**
 * M [36, C, Kp], places `placeBytes` apart, += Vᵀ times T, for each place; the first run of tiles sets it. Items: runs of 6
 * channels of all places.
 */
export function winogradSums(
  V: usize,
  T: usize,
  M: usize,
  C: i32,
  K: i32,
  tiles: i32,
  isFirst: bool,
  thread: i32,
  threads: i32,
): void {
  const C8 = (C + 7) & ~7;
  const Kp = wholeTiles(K);
  const vRow = floats(C8);
  const tRow = floats(Kp);
  const vPlace = placeBytes(tiles, C8);
  const tPlace = placeBytes(tiles, Kp);
  const mPlace = placeBytes(C, Kp);
  const runs = (C + ROWS - 1) / ROWS;
  const first = firstItem(PLACES * runs, thread, threads);
  const last = firstItem(PLACES * runs, thread + 1, threads);
  for (let e = first / runs; e * runs < last; e++) {
    const from = max(first, e * runs);
    const to = min(last, (e + 1) * runs);
    const c = (from - e * runs) * ROWS;
    const count = min((to - e * runs) * ROWS, C) - c;
    const v = V + <usize>e * vPlace + floats(c);
    const g = T + <usize>e * tPlace;
    const own = M + <usize>e * mPlace + <usize>c * tRow;
    for (let k = 0; k < Kp; k += COLUMNS) {
      const at = own + floats(k);
      // biome-ignore format: the two factors, the start and the product
      strip(
        count, COLUMNS, v, 4, vRow, 0, g + floats(k), tRow, 0, tiles, 1,
        isFirst ? zeros : at, isFirst ? 0 : tRow, at, tRow,
      );
    }
  }
}

/** w [3, 3, C, K] = Gᵀ M G; items: input channels. Scratch: halves. */
export function winogradFilterGrad(
  M: usize,
  w: usize,
  C: i32,
  K: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  const halves = scratch;
  const taps = halves + HALVES;
  const Kp = wholeTiles(K);
  const place = placeBytes(C, Kp);
  const last = firstItem(C, thread + 1, threads);
  for (let c = firstItem(C, thread, threads); c < last; c++) {
    for (let k = 0; k < K; k += 4) {
      const at = M + floats(c * Kp + k);
      for (let j: usize = 0; j < 6; j++) filterTransposed(at + j * place, 6 * place, halves + j * 16, 96);
      for (let i: usize = 0; i < 3; i++) filterTransposed(halves + i * 96, 16, taps + i * 48, 16);
      for (let tap = 0; tap < 9; tap++) {
        const to = w + floats((tap * C + c) * K + k);
        const value = v128.load(taps + ((<usize>tap) << 4));
        if (k + 4 <= K) v128.store(to, value);
        else storeLanes(to, value, K - k);
      }
    }
  }
}
