// Windowed attention: the blocks of attentionWindow.ts one after the other. Neighbourhoods are never written out; the
// logits leave the block only if somebody reads them.

import {
  addLogits, exponentiate, meanGradients, softmaxGradients, storeBand, storeRest, useMasks,
} from './attentionBand';
import { EXPECTED, KEPT, LARGEST, TOTAL } from './attentionWeights';
import {
  GEOMETRY, P, across, applyBands, bandLength, bandOf, blocksAcross, blocksDown, copyPanels, copyPixels, dotBands,
  enterBlock, l, m, pixelInRow, readGeometry, rows, size, softmax, spreadBands, w,
} from './attentionWindow';
import { dot } from './math';
import { copyRun, scaleRun } from './runs';
import { wholeTiles } from './tile';
import { firstItem, integer, pointer } from './work';

/**
 * Z [B, H, W, m] and, unless their addresses are 0, logits [B, H, W, q²] and statistics [B, H, W, 2].
 *
 * args: geometry, then theta, packed psi (channel-major), packed g (pixels), previous or 0, Z, logits or 0,
 * statistics or 0, B, scratch, bytes of scratch a thread; items: blocks.
 * Scratch: a band matrix, theta of P pixels, P rows of mp numbers (m rounded up to whole tiles), what is kept of P
 * pixels, the masks.
 */
export function attention(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  args += <usize>GEOMETRY << 2;
  const theta = pointer(args, 0), psi = pointer(args, 1), g = pointer(args, 2), previous = pointer(args, 3);
  const Z = pointer(args, 4), logits = pointer(args, 5), statistics = pointer(args, 6);
  const blocks = integer(args, 7) * blocksDown * blocksAcross;
  const mp = wholeTiles(m);
  const bands = pointer(args, 8) + <usize>thread * pointer(args, 9);
  const own = bands + (<usize>bandLength << 2);
  const sums = own + (<usize>(P * l) << 2);
  const kept = sums + (<usize>(P * mp) << 2);
  useMasks(kept + (<usize>(P * KEPT) << 2), across);
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    // Rows of the matrix in which a pixel has no neighbours are never written: they stay zero.
    const line = item / blocksAcross;
    if (enterBlock(line / blocksDown, line % blocksDown, item % blocksAcross)) memory.fill(bands, 0, <usize>bandLength << 2);
    copyPixels(own, theta, l);
    dotBands(bands, own, psi, l);
    for (let row = 0; row < rows; row++) weighRow(row, bands, kept, previous, logits);
    applyBands(bands, g, sums, mp);
    for (let row = 0, p = 0; row < rows; row++) {
      let pixel = pixelInRow(row);
      for (let column = 0; column < w; column++, p++, pixel++) {
        const statistic = kept + keptAt(p), sum = sums + <usize>(p * mp * 4);
        if (statistics != 0) copyRun(statistics + pixel * 8, statistic, 2);
        // The weights are not normalised, their sums are: m numbers instead of q².
        scaleRun(sum, mp, <f32>1 / f32.load(statistic + TOTAL));
        copyRun(Z + pixel * <usize>m * 4, sum, m);
      }
    }
  }
}

/**
 * Products of a row of the block's pixels to weights; their logits are stored on the way. Each step is done for all pixels
 * before the next: what has just been written cannot be read at once where the reads lie across the writes.
 */
function weighRow(row: i32, bands: usize, kept: usize, previous: usize, logits: usize): void {
  const first = row * w, pixel = pixelInRow(row);
  for (let column = 0, p = first; column < w; column++, p++) {
    const stored = previous == 0 ? <usize>0 : previous + storedAt(pixel + column);
    f32.store(kept + keptAt(p) + LARGEST, addLogits(bands + bandOf(row, p), column, stored, softmax ? -Infinity : <f32>0));
  }
  if (logits != 0) {
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
  return (pixel * <usize>size) << 2;
}

@inline
function keptAt(p: i32): usize {
  return <usize>(p * KEPT) << 2;
}

/**
 * The gradients: dtheta as it is; dpsi and dg summed into panels of pixels, one set for each group of columns of blocks,
 * whatever the number of threads. A set has the packed columns that its blocks reach.
 *
 * args: geometry, then gZ, theta, packed psi (pixels), packed g (channel-major), Z, logits, statistics, gLogits or 0,
 * dtheta, packed dpsi, packed dg, dlogits or 0, rebuilt previous or 0, packed psi (channel-major), B, groups,
 * columns of blocks in a group, columns of a set, scratch, bytes of scratch a thread; items: groups of all images.
 * Scratch: three band matrices, theta and gZ of P pixels, in rows and in panels, P rows of lp numbers (l rounded up to
 * whole tiles), what is kept of a pixel, the masks.
 */
export function attentionGrad(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  args += <usize>GEOMETRY << 2;
  const B = integer(args, 14), groups = integer(args, 15), inGroup = integer(args, 16);
  const scratch = pointer(args, 18) + <usize>thread * pointer(args, 19);
  const last = firstItem(B * groups, thread + 1, threads);
  for (let item = firstItem(B * groups, thread, threads); item < last; item++) {
    const image = item / groups, group = item % groups;
    const first = group * inGroup, end = min(blocksAcross, first + inGroup);
    // Row by row: neighbours in a row have most of their sums in common, which so stay in L2.
    for (let row = 0; row < blocksDown; row++) {
      for (let column = first; column < end; column++) {
        blockGrad(args, scratch, enterBlock(image, row, column), group * B, first * across);
      }
    }
  }
}

/** The gradients of the block at hand; its set of sums begins with packed column `firstColumn`, behind `images` others. */
function blockGrad(args: usize, scratch: usize, moved: bool, images: i32, firstColumn: i32): void {
  const toColumns = integer(args, 17);
  const theta = pointer(args, 1), gZ = pointer(args, 0), Z = pointer(args, 4), statistics = pointer(args, 6);
  const logits = pointer(args, 5), gLogits = pointer(args, 7), dlogits = pointer(args, 11), previous = pointer(args, 12);
  const lp = wholeTiles(l), mp = wholeTiles(m);
  const bandBytes = <usize>bandLength << 2;
  const d = scratch, weights = d + bandBytes, products = weights + bandBytes;
  const ownTheta = products + bandBytes, ownGZ = ownTheta + (<usize>(P * l) << 2);
  const thetaPanels = ownGZ + (<usize>(P * m) << 2), gZPanels = thetaPanels + (<usize>(P * lp) << 2);
  const sums = gZPanels + (<usize>(P * mp) << 2);
  const kept = sums + (<usize>(P * lp) << 2);
  if (moved) {
    useMasks(kept + (<usize>KEPT << 2), across);
    // Rows of a matrix in which a pixel has no neighbours are never written: they stay zero.
    memory.fill(d, 0, 2 * bandBytes);
  }
  copyPixels(ownTheta, theta, l);
  copyPixels(ownGZ, gZ, m);
  copyPanels(thetaPanels, ownTheta, l);
  copyPanels(gZPanels, ownGZ, m);
  // a_ij = gZ_i . g_j
  dotBands(d, ownGZ, pointer(args, 3), m);
  if (previous != 0) dotBands(products, ownTheta, pointer(args, 13), l);
  for (let row = 0; row < rows; row++) {
    const first = row * w, pixel = pixelInRow(row);
    for (let column = 0, p = first; column < w; column++, p++) {
      const i = pixel + column, stored = storedAt(i), band = bandOf(row, p);
      const gradients = gLogits == 0 ? <usize>0 : gLogits + stored;
      if (softmax) {
        copyRun(kept, statistics + i * 8, 2);
        f32.store(kept + EXPECTED, dot(ownGZ + <usize>(p * m * 4), Z + i * <usize>m * 4, m));
        softmaxGradients(weights + band, d + band, column, logits + stored, gradients, kept);
      } else {
        meanGradients(weights + band, d + band, column, logits + stored, gradients);
      }
    }
    // As in weighRow, a row behind what is written.
    for (let column = 0, p = first; column < w; column++, p++) {
      const stored = storedAt(pixel + column), band = bandOf(row, p);
      if (dlogits != 0) storeBand(dlogits + stored, d + band, column);
      // The previous logits: these without theta_i . psi_j. They may be written over these.
      if (previous != 0) storeRest(previous + stored, logits + stored, products + band, column);
    }
  }
  applyBands(d, pointer(args, 2), sums, lp);
  for (let row = 0, p = 0; row < rows; row++) {
    let pixel = pixelInRow(row);
    for (let column = 0; column < w; column++, p++, pixel++) {
      copyRun(pointer(args, 8) + pixel * <usize>l * 4, sums + <usize>(p * lp * 4), l);
    }
  }
  spreadBands(d, thetaPanels, pointer(args, 9), lp, images, firstColumn, toColumns);
  spreadBands(weights, gZPanels, pointer(args, 10), mp, images, firstColumn, toColumns);
}
