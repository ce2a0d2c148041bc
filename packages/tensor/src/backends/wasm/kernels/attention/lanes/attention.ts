// Windowed attention over images side by side (lanes.ts), for small windows: no number beside a window is computed.

import { LANES } from '../../constants';
import { floats } from '../../lib/floats';
import { fillRun } from '../../lib/runs';
import { firstItem } from '../../lib/work';
import {
  across,
  applyBands,
  bandBytes,
  blocksAcross,
  dotBands,
  down,
  enterBlock,
  gatherOwn,
  group,
  l,
  m,
  ownBytes,
  ownChunk,
  ownRow,
  pitch,
  r,
  readBand,
  rowOfBands,
  rows,
  size,
  softmax,
  spreadBands,
  sumsChunk,
  useGeometry,
  useScratch,
  w,
  writeBand,
  x0,
  y0,
} from './block';
import { CHUNK_BYTES, chunksOf, enterRow, groups, inLane, scatter, usePieces, useSlab } from './lanes';
import { dotPixel } from './products';
import {
  addVectors,
  divideVectors,
  EXPECTED,
  exponentials,
  KEPT_BYTES,
  LARGEST,
  meanGrad,
  softmaxGrad,
  subtractVectors,
  TOTAL,
} from './weights';

/**
 * Z [B, H, W, m] and, unless their addresses are 0, logits [B, H, W, q²] and statistics [B, H, W, 2]; items: blocks.
 *
 * Of `columns` columns, for which psi and g are packed.
 * Scratch: a block's bands, its sums, what is kept of its pixels, one band, its pixels of theta, and what useScratch takes.
 */
export function laneAttention(
  B: i32,
  H: i32,
  W: i32,
  strips: i32,
  height: i32,
  q: i32,
  softmax: bool,
  across: i32,
  down: i32,
  l: i32,
  m: i32,
  inLanes: bool,
  theta: usize,
  psi: usize,
  g: usize,
  previous: usize,
  Z: usize,
  logits: usize,
  statistics: usize,
  firstColumn: i32,
  columns: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  usePieces(B, H, W, strips, height);
  useSlab(firstColumn, columns);
  useGeometry(q, softmax, across, down, l, m, inLanes);
  const P = <usize>(across * down);
  const pixel = <usize>chunksOf(m) * CHUNK_BYTES;
  const bands = useScratch(scratch);
  const sums = bands + P * bandBytes;
  const kept = sums + P * pixel;
  const stored = kept + P * KEPT_BYTES;
  const own = stored + bandBytes;
  // Channels that fill up a chunk stay zero.
  memory.fill(own, 0, ownBytes(l));
  const blocksDown = (height + down - 1) / down;
  const items = groups * blocksAcross * blocksDown;
  const last = firstItem(items, thread + 1, threads);
  for (let item = firstItem(items, thread, threads); item < last; item++) {
    // Down the rows of the same columns, whose neighbours so stay in L2.
    const column = item / blocksDown;
    const y = (item % blocksDown) * down;
    enterBlock(column / blocksAcross, y, min(down, height - y), column % blocksAcross);
    gatherOwn(own, theta, l);
    dotBands(bands, own, psi, l);
    for (let row = 0, k = kept; row < rows; row++) {
      enterRow(group, y0 + row, false);
      let band = rowOfBands(bands, row);
      for (let X = x0; X < x0 + w; X++, band += bandBytes, k += KEPT_BYTES) {
        if (previous !== 0) addVectors(band, readBand(stored, previous, row, X), size);
        if (logits !== 0) writeBand(band, logits, row, X);
        if (softmax) exponentials(band, size, k);
        else keepMean(k);
      }
    }
    applyBands(bands, g, sums, m);
    for (let row = 0, k = kept; row < rows; row++) {
      enterRow(group, y0 + row, false);
      const first = sums + <usize>(row * pitch) * pixel;
      let sum = first;
      for (let X = x0; X < x0 + w; X++, sum += pixel, k += KEPT_BYTES) {
        // The weights are not normalised, their sums are: m numbers instead of q².
        divideVectors(sum, m, k + TOTAL);
        if (statistics !== 0) storeStatistics(statistics, X, k);
      }
      scatter(first, pixel, CHUNK_BYTES, Z, x0, m, w);
    }
  }
}

function keepMean(kept: usize): void {
  fillRun(kept + LARGEST, LANES, 0);
  fillRun(kept + TOTAL, LANES, <f32>size);
}

function storeStatistics(statistics: usize, X: i32, kept: usize): void {
  for (let lane = 0; lane < LANES; lane++) {
    const at = inLane(lane, statistics, X, 2);
    const from = kept + floats(lane);
    if (at === 0) continue;
    f32.store(at, f32.load(from, LARGEST));
    f32.store(at, f32.load(from, TOTAL), 4);
  }
}

/**
 * The gradients of whole images: dtheta as it is; dpsi and dg summed into packed rows, in `sets` sets of equal numbers of
 * rows for each group, `setRows` packed ones at most, whatever the number of threads; items: sets.
 *
 * psi and g are packed. `previous` are the previous logits, rebuilt.
 * Scratch: a block's pixels of theta, gZ and Z, its bands three times, its sums, what is kept of a pixel, one band, and what useScratch takes.
 */
export function laneAttentionGrad(
  B: i32,
  H: i32,
  W: i32,
  strips: i32,
  height: i32,
  q: i32,
  softmax: bool,
  across: i32,
  down: i32,
  l: i32,
  m: i32,
  inLanes: bool,
  gZ: usize,
  Z: usize,
  theta: usize,
  psi: usize,
  g: usize,
  logits: usize,
  statistics: usize,
  gLogits: usize,
  dtheta: usize,
  dpsi: usize,
  dg: usize,
  dlogits: usize,
  previous: usize,
  sets: i32,
  setRows: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  usePieces(B, H, W, strips, height);
  useGeometry(q, softmax, across, down, l, m, inLanes);
  const own = useScratch(scratch);
  // Channels that fill up a chunk stay zero.
  memory.fill(own, 0, ownBytes(l) + 2 * ownBytes(m));
  const psiRow = <usize>chunksOf(l) * sumsChunk();
  const gRow = <usize>chunksOf(m) * sumsChunk();
  const last = firstItem(groups * sets, thread + 1, threads);
  for (let item = firstItem(groups * sets, thread, threads); item < last; item++) {
    const set = item % sets;
    const first = firstItem(H, set, sets);
    const end = firstItem(H, set + 1, sets);
    let psiSums = dpsi + <usize>(item * setRows) * psiRow;
    let gSums = dg + <usize>(item * setRows) * gRow;
    memory.fill(psiSums, 0, <usize>(end - first + 2 * r) * psiRow);
    memory.fill(gSums, 0, <usize>(end - first + 2 * r) * gRow);
    for (let y = first; y < end; y += down, psiSums += <usize>down * psiRow, gSums += <usize>down * gRow) {
      for (let column = 0; column < blocksAcross; column++) {
        enterBlock(item / sets, y, min(down, end - y), column);
        blockGrad(
          gZ,
          Z,
          theta,
          psi,
          g,
          logits,
          statistics,
          gLogits,
          dtheta,
          dlogits,
          previous,
          own,
          psiSums,
          gSums,
        );
      }
    }
  }
}

/** The gradients of the block at hand, whose first row of neighbours has its sums at these addresses. */
function blockGrad(
  gZ: usize,
  Z: usize,
  theta: usize,
  psi: usize,
  g: usize,
  logits: usize,
  statistics: usize,
  gLogits: usize,
  dtheta: usize,
  dlogits: usize,
  previous: usize,
  ownTheta: usize,
  psiSums: usize,
  gSums: usize,
): void {
  const P = <usize>(across * down);
  const pixel = <usize>chunksOf(l) * CHUNK_BYTES;
  const ownGZ = ownTheta + ownBytes(l);
  const ownZ = ownGZ + ownBytes(m);
  const d = ownZ + ownBytes(m);
  const weights = d + P * bandBytes;
  const products = weights + P * bandBytes;
  const sums = products + P * bandBytes;
  const kept = sums + P * pixel;
  const stored = kept + KEPT_BYTES;
  gatherOwn(ownTheta, theta, l);
  gatherOwn(ownGZ, gZ, m);
  gatherOwn(ownZ, Z, m);
  // a_ij = gZ_i . g_j
  dotBands(d, ownGZ, g, m);
  if (previous !== 0) dotBands(products, ownTheta, psi, l);
  for (let row = 0; row < rows; row++) {
    enterRow(group, y0 + row, false);
    let a = rowOfBands(d, row);
    let b = rowOfBands(weights, row);
    let p = rowOfBands(products, row);
    let u = ownRow(ownGZ, row, chunksOf(m));
    let v = ownRow(ownZ, row, chunksOf(m));
    for (let X = x0; X < x0 + w; X++, a += bandBytes, b += bandBytes, p += bandBytes) {
      const s = readBand(stored, logits, row, X);
      if (softmax) {
        keepStatistics(kept, statistics, X);
        dotPixel(u, v, ownChunk(), chunksOf(m), kept + EXPECTED);
        u += CHUNK_BYTES;
        v += CHUNK_BYTES;
        softmaxGrad(b, a, s, size, kept);
      } else {
        meanGrad(b, a, s, size);
      }
      if (previous !== 0) {
        // The previous logits: these without theta_i . psi_j. They may be written over these.
        subtractVectors(p, s, size);
        writeBand(p, previous, row, X);
      }
      if (gLogits !== 0) addVectors(a, readBand(stored, gLogits, row, X), size);
      if (dlogits !== 0) writeBand(a, dlogits, row, X);
    }
  }
  applyBands(d, psi, sums, l);
  for (let row = 0; row < rows; row++) {
    enterRow(group, y0 + row, false);
    scatter(sums + <usize>(row * pitch) * pixel, pixel, CHUNK_BYTES, dtheta, x0, l, w);
  }
  spreadBands(d, ownTheta, psiSums, l);
  spreadBands(weights, ownGZ, gSums, m);
}

/** Keeps the statistics of a pixel; where there is none, what lets its weights be numbers. */
function keepStatistics(kept: usize, statistics: usize, X: i32): void {
  for (let lane = 0; lane < LANES; lane++, kept += 4) {
    const at = inLane(lane, statistics, X, 2);
    f32.store(kept, at === 0 ? 0 : f32.load(at), LARGEST);
    f32.store(kept, at === 0 ? 1 : f32.load(at, 4), TOTAL);
  }
}
