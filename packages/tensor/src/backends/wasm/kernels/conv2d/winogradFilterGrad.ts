// Their filters' gradients: dw = Gᵀ [ sum over tiles of V ⊙ (A g Aᵀ) ] G, see winograd.ts.

import { COLUMNS, PLACES, ROWS } from '../constants';
import { floats } from '../lib/floats';
import { storeLanes } from '../lib/runs';
import { strip, wholeTiles, zeros } from '../lib/tile';
import { firstItem } from '../lib/work';
import { findPiece, pixelBytes, rowBytes } from './pieces';
import { filterTransposed, HALVES, outputTransposed, PAIR, placeBytes, transformInput } from './winograd';

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
