// Matrix product: B is packed into panels of 16 columns, each panel [K][16] in one run of memory and padded with
// zeros, so that the inner loop reads B straight on. A is read where it lies, along its rows or its columns.

import { COLUMNS, ROWS } from './constants';
import { floats } from './lib/floats';
import { copyRun, fillRun } from './lib/runs';
import { strip, TILE_ROW, zeros } from './lib/tile';
import { firstItem } from './lib/work';

/** Columns of B rounded up to whole panels. */
function panels(N: i32): i32 {
  return (N + COLUMNS - 1) / COLUMNS;
}

/** Packs B, element (k, n) at b + k kStride + n nStride (in elements), into panels [panel][K][16]; items: panels. */
export function packPanels(
  b: usize,
  packed: usize,
  K: i32,
  N: i32,
  kStride: i32,
  nStride: i32,
  thread: i32,
  threads: i32,
): void {
  const last = firstItem(panels(N), thread + 1, threads);
  for (let panel = firstItem(panels(N), thread, threads); panel < last; panel++) {
    packPanel(
      b + floats(panel * COLUMNS * nStride),
      packed + <usize>(panel * K) * TILE_ROW,
      K,
      kStride,
      nStride,
      min(COLUMNS, N - panel * COLUMNS),
    );
  }
}

function packPanel(b: usize, to: usize, K: i32, kStride: i32, nStride: i32, columns: i32): void {
  for (let k = 0; k < K; k++) {
    if (nStride === 1 && columns === COLUMNS) {
      copyRun(to, b, COLUMNS);
    } else {
      fillRun(to, COLUMNS, 0);
      for (let n = 0; n < columns; n++) f32.store(to + floats(n), f32.load(b + floats(n * nStride)));
    }
    to += TILE_ROW;
    b += floats(kStride);
  }
}

/** Rows of tiles that are done against one panel before the next panel: the panel stays in L1. */
const ROW_BLOCK: i32 = 8;

/** C [M, N] = A B with B packed; items: tiles of 6 rows. Element (i, k) of A lies at a + i aRow + k aStep (in elements). */
export function matmul(
  a: usize,
  packed: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  aRow: i32,
  aStep: i32,
  thread: i32,
  threads: i32,
): void {
  const tiles = (M + ROWS - 1) / ROWS;
  const first = firstItem(tiles, thread, threads);
  const last = firstItem(tiles, thread + 1, threads);
  const row = floats(aRow);
  const step = floats(aStep);
  const cRow = floats(N);
  for (let block = first; block < last; block += ROW_BLOCK) {
    for (let n = 0; n < N; n += COLUMNS) {
      const panel = packed + floats(n * K);
      const i = block * ROWS;
      // biome-ignore format: the two factors, the start and the product
      strip(
        min(min(block + ROW_BLOCK, last) * ROWS, M) - i, min(COLUMNS, N - n),
        a + <usize>i * row, row, step, 0,
        panel, TILE_ROW, 0, K, 1, zeros, 0,
        c + <usize>i * cRow + floats(n), cRow,
      );
    }
  }
}
