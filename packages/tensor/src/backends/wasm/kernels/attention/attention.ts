// Windowed attention: the blocks of window.ts one after the other. Neighbourhoods are never written out; the
// logits leave the block only if somebody reads them.

import { KEPT } from '../constants';
import { floats } from '../lib/floats';
import { dot } from '../lib/math';
import { copyRun, scaleRun } from '../lib/runs';
import { wholeTiles } from '../lib/tile';
import { firstItem } from '../lib/work';
import {
  addLogits,
  exponentiate,
  meanGradients,
  softmaxGradients,
  storeBand,
  storeRest,
  useMasks,
} from './band';
import { EXPECTED, LARGEST, TOTAL } from './weights';
import {
  across,
  applyBands,
  bandLength,
  bandOf,
  blocksAcross,
  blocksDown,
  copyPanels,
  copyPixels,
  dotBands,
  enterBlock,
  l,
  m,
  P,
  pixelInRow,
  rows,
  size,
  softmax,
  spreadBands,
  useGeometry,
  w,
} from './window';

/**
 * Z [B, H, W, m] and, unless their addresses are 0, logits [B, H, W, q²] and statistics [B, H, W, 2]; items: blocks.
 *
 * psi is packed channel by channel, g in panels of pixels (pack.ts).
 * Scratch: a band matrix, theta of P pixels, P rows of mp numbers (m rounded up to whole tiles), what is kept of P
 * pixels, the masks.
 */
export function attention(
  H: i32,
  W: i32,
  q: i32,
  softmax: bool,
  across: i32,
  down: i32,
  width: i32,
  packedRows: i32,
  packedColumns: i32,
  l: i32,
  m: i32,
  theta: usize,
  psi: usize,
  g: usize,
  previous: usize,
  Z: usize,
  logits: usize,
  statistics: usize,
  B: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  useGeometry(H, W, q, softmax, across, down, width, packedRows, packedColumns, l, m);
  const blocks = B * blocksDown * blocksAcross;
  const mp = wholeTiles(m);
  const bands = scratch;
  const own = bands + floats(bandLength);
  const sums = own + floats(P * l);
  const kept = sums + floats(P * mp);
  useMasks(kept + floats(P * KEPT), across);
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    // Rows of the matrix in which a pixel has no neighbours are never written: they stay zero.
    const line = item / blocksAcross;
    if (enterBlock(line / blocksDown, line % blocksDown, item % blocksAcross))
      memory.fill(bands, 0, floats(bandLength));
    copyPixels(own, theta, l);
    dotBands(bands, own, psi, l);
    for (let row = 0; row < rows; row++) weighRow(row, bands, kept, previous, logits);
    applyBands(bands, g, sums, mp);
    for (let row = 0, p = 0; row < rows; row++) {
      let pixel = pixelInRow(row);
      for (let column = 0; column < w; column++, p++, pixel++) {
        const statistic = kept + keptAt(p);
        const sum = sums + floats(p * mp);
        if (statistics !== 0) copyRun(statistics + floats(pixel * 2), statistic, 2);
        // The weights are not normalised, their sums are: m numbers instead of q².
        scaleRun(sum, mp, <f32>1 / f32.load(statistic + TOTAL));
        copyRun(Z + floats(pixel * <usize>m), sum, m);
      }
    }
  }
}

/**
 * Products of a row of the block's pixels to weights; their logits are stored on the way. Each step is done for all pixels
 * before the next: what has just been written cannot be read at once where the reads lie across the writes.
 */
function weighRow(row: i32, bands: usize, kept: usize, previous: usize, logits: usize): void {
  const first = row * w;
  const pixel = pixelInRow(row);
  for (let column = 0, p = first; column < w; column++, p++) {
    const stored = previous === 0 ? <usize>0 : previous + storedAt(pixel + column);
    f32.store(
      kept + keptAt(p) + LARGEST,
      addLogits(bands + bandOf(row, p), column, stored, softmax ? -Infinity : <f32>0),
    );
  }
  if (logits !== 0) {
    for (let column = 0, p = first; column < w; column++, p++) {
      storeBand(logits + storedAt(pixel + column), bands + bandOf(row, p), column);
    }
  }
  for (let column = 0, p = first; column < w; column++, p++) {
    if (softmax) {
      exponentiate(bands + bandOf(row, p), column, kept + keptAt(p));
    } else {
      f32.store(kept + keptAt(p) + LARGEST, 0);
      f32.store(kept + keptAt(p) + TOTAL, <f32>size);
    }
  }
}

/** Bytes before what is stored of a pixel, and before what is kept of the block's pixel p. */
@inline
function storedAt(pixel: usize): usize {
  return floats(pixel * <usize>size);
}

@inline
function keptAt(p: i32): usize {
  return floats(p * KEPT);
}

/**
 * The gradients: dtheta as it is; dpsi and dg summed into panels of pixels, one set for each group of columns of blocks,
 * whatever the number of threads; items: groups of all images. A group has `inGroup` columns of blocks, its set the
 * `toColumns` packed columns that these reach.
 *
 * psi is packed in panels of pixels, psiChannels and g channel by channel. `previous` are the previous logits, rebuilt.
 * Scratch: three band matrices, theta and gZ of P pixels, in rows and in panels, P rows of lp numbers (l rounded up to
 * whole tiles), what is kept of a pixel, the masks.
 */
export function attentionGrad(
  H: i32,
  W: i32,
  q: i32,
  softmax: bool,
  across: i32,
  down: i32,
  width: i32,
  packedRows: i32,
  packedColumns: i32,
  l: i32,
  m: i32,
  gZ: usize,
  theta: usize,
  psi: usize,
  g: usize,
  Z: usize,
  logits: usize,
  statistics: usize,
  gLogits: usize,
  dtheta: usize,
  dpsi: usize,
  dg: usize,
  dlogits: usize,
  previous: usize,
  psiChannels: usize,
  B: i32,
  groups: i32,
  inGroup: i32,
  toColumns: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  useGeometry(H, W, q, softmax, across, down, width, packedRows, packedColumns, l, m);
  const last = firstItem(B * groups, thread + 1, threads);
  for (let item = firstItem(B * groups, thread, threads); item < last; item++) {
    const image = item / groups;
    const group = item % groups;
    const first = group * inGroup;
    const end = min(blocksAcross, first + inGroup);
    // Row by row: neighbours in a row have most of their sums in common, which so stay in L2.
    for (let row = 0; row < blocksDown; row++) {
      for (let column = first; column < end; column++) {
        const moved = enterBlock(image, row, column);
        blockGrad(
          gZ,
          theta,
          psi,
          g,
          Z,
          logits,
          statistics,
          gLogits,
          dtheta,
          dpsi,
          dg,
          dlogits,
          previous,
          psiChannels,
          scratch,
          moved,
          group * B,
          first * across,
          toColumns,
        );
      }
    }
  }
}

/** The gradients of the block at hand; its set of sums begins with packed column `firstColumn`, behind `images` others. */
function blockGrad(
  gZ: usize,
  theta: usize,
  psi: usize,
  g: usize,
  Z: usize,
  logits: usize,
  statistics: usize,
  gLogits: usize,
  dtheta: usize,
  dpsi: usize,
  dg: usize,
  dlogits: usize,
  previous: usize,
  psiChannels: usize,
  scratch: usize,
  moved: bool,
  images: i32,
  firstColumn: i32,
  toColumns: i32,
): void {
  const lp = wholeTiles(l);
  const mp = wholeTiles(m);
  const bandBytes = floats(bandLength);
  const d = scratch;
  const weights = d + bandBytes;
  const products = weights + bandBytes;
  const ownTheta = products + bandBytes;
  const ownGZ = ownTheta + floats(P * l);
  const thetaPanels = ownGZ + floats(P * m);
  const gZPanels = thetaPanels + floats(P * lp);
  const sums = gZPanels + floats(P * mp);
  const kept = sums + floats(P * lp);
  if (moved) {
    useMasks(kept + floats(KEPT), across);
    // Rows of a matrix in which a pixel has no neighbours are never written: they stay zero.
    memory.fill(d, 0, 2 * bandBytes);
  }
  copyPixels(ownTheta, theta, l);
  copyPixels(ownGZ, gZ, m);
  copyPanels(thetaPanels, ownTheta, l);
  copyPanels(gZPanels, ownGZ, m);
  // a_ij = gZ_i . g_j
  dotBands(d, ownGZ, g, m);
  if (previous !== 0) dotBands(products, ownTheta, psiChannels, l);
  for (let row = 0; row < rows; row++) {
    const first = row * w;
    const pixel = pixelInRow(row);
    for (let column = 0, p = first; column < w; column++, p++) {
      const i = pixel + column;
      const stored = storedAt(i);
      const band = bandOf(row, p);
      const gradients = gLogits === 0 ? <usize>0 : gLogits + stored;
      if (softmax) {
        copyRun(kept, statistics + floats(i * 2), 2);
        f32.store(kept + EXPECTED, dot(ownGZ + floats(p * m), Z + floats(i * <usize>m), m));
        softmaxGradients(weights + band, d + band, column, logits + stored, gradients, kept);
      } else {
        meanGradients(weights + band, d + band, column, logits + stored, gradients);
      }
    }
    // As in weighRow, a row behind what is written.
    for (let column = 0, p = first; column < w; column++, p++) {
      const stored = storedAt(pixel + column);
      const band = bandOf(row, p);
      if (dlogits !== 0) storeBand(dlogits + stored, d + band, column);
      // The previous logits: these without theta_i . psi_j. They may be written over these.
      if (previous !== 0) storeRest(previous + stored, logits + stored, products + band, column);
    }
  }
  applyBands(d, psi, sums, lp);
  for (let row = 0, p = 0; row < rows; row++) {
    let pixel = pixelInRow(row);
    for (let column = 0; column < w; column++, p++, pixel++) {
      copyRun(dtheta + floats(pixel * <usize>l), sums + floats(p * lp), l);
    }
  }
  spreadBands(d, thetaPanels, dpsi, lp, images, firstColumn, toColumns);
  spreadBands(weights, gZPanels, dg, mp, images, firstColumn, toColumns);
}
