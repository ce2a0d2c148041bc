// Convolutions by Winograd's method, see winograd.ts.

import { COLUMNS, PLACES } from '../constants';
import { floats } from '../lib/floats';
import { copyRun, store8 } from '../lib/runs';
import { strip, TILE_ROW, wholeTiles, zeros } from '../lib/tile';
import { firstItem } from '../lib/work';
import { filterTransform, HALVES, outputTransform, PAIR, placeBytes, transformInput } from './winograd';

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
