// Windowed attention, block by block: logits as a matrix product, softmax while they lie in the cache, and a second
// matrix product with g. Neighbourhoods are never written out; the logits leave the block only if somebody reads them.
//
// The forward pass holds a whole row of logits of each of a block's pixels, as softmax needs their largest. The gradient
// is given what it must know of a row, so it works on one chunk after the other, which stays in L2 whatever q is.

import {
  ADD_LOGITS, EXPECTED, FROM_LOGITS, GEOMETRY, H, LARGEST, P, TOTAL, TO_LOGITS,
  applyChunk, blocksPerRow, chunks, dotChunk, enterBlock, exponentials, firstPixel, l, m, maskChunk, moveBands,
  readGeometry, rowLength, rows, setRowLength, size, softmax, softmaxGrad, spreadChunk, used, width,
} from './attentionBlock';
import { dot } from './math';
import { copyRun, scaleRun, subtractFrom } from './runs';
import { wholeTiles } from './tile';
import { firstItem, integer, pointer } from './work';

/** What masked logits hold, so that their weight is zero. */
function masked(): f32 {
  return softmax ? -Infinity : <f32>0;
}

/**
 * Numbers behind a row's chunks, in which its statistics are kept: a cache line, as rows that lie a power of two apart
 * would all compete for the same lines of L1.
 */
const GAP: i32 = 16;

/**
 * Z [B, H, W, m] and, unless their addresses are 0, logits [B, H, W, size] and statistics [B, H, W, 2].
 *
 * args: geometry, then theta, packed psi (channel-major), packed g (pixels), previous or 0, Z, logits or 0,
 * statistics or 0, B, scratch, bytes of scratch a thread; items: blocks. Scratch holds a block, each row with its gap,
 * and P rows of mp numbers (m rounded up to whole tiles).
 */
export function attention(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  setRowLength(used + GAP);
  args += <usize>GEOMETRY << 2;
  const theta = pointer(args, 0), psi = pointer(args, 1), g = pointer(args, 2), previous = pointer(args, 3);
  const Z = pointer(args, 4), logits = pointer(args, 5), statistics = pointer(args, 6);
  const blocks = integer(args, 7) * H * blocksPerRow();
  const block = pointer(args, 8) + <usize>thread * pointer(args, 9);
  const rowBytes = <usize>rowLength << 2, gap = <usize>used << 2;
  const sums = block + <usize>P * rowBytes;
  const mp = wholeTiles(m);
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    enterBlock(item);
    const pixel = <usize>firstPixel();
    for (let chunk = 0; chunk < chunks; chunk++) {
      const at = block + (<usize>(chunk * width) << 2);
      dotChunk(chunk, at, theta + pixel * <usize>l * 4, psi, l);
      if (previous != 0) moveBands(ADD_LOGITS, chunk, at, previous);
      if (logits != 0) moveBands(TO_LOGITS, chunk, at, logits);
      maskChunk(chunk, at, masked());
    }
    for (let row = block; row < block + <usize>rows * rowBytes; row += rowBytes) {
      if (softmax) {
        exponentials(row, row + gap);
      } else {
        f32.store(row + gap + LARGEST, 0);
        f32.store(row + gap + TOTAL, <f32>size);
      }
    }
    for (let chunk = 0; chunk < chunks; chunk++) applyChunk(chunk, block + (<usize>(chunk * width) << 2), g, sums, mp);
    for (let p: usize = 0; p < <usize>rows; p++) {
      const own = block + p * rowBytes + gap, sum = sums + p * <usize>mp * 4;
      if (statistics != 0) copyRun(statistics + (pixel + p) * 8, own, 2);
      // The weights are not normalised, their sums are: m numbers instead of q².
      scaleRun(sum, mp, <f32>1 / f32.load(own + TOTAL));
      copyRun(Z + (pixel + p) * <usize>m * 4, sum, m);
    }
  }
}

/** Numbers that are kept of each row of a block in the gradient. */
const KEPT: i32 = 4;

/**
 * The gradients: dtheta as it is; dpsi and dg summed into panels of pixels, one set for each group of blocks.
 *
 * args: geometry, then gZ, packed gZ (pixels), theta, packed theta (pixels), packed psi (pixels), packed g
 * (channel-major), Z, logits, statistics, gLogits or 0, dtheta, packed dpsi, packed dg, dlogits or 0, packed dpsi's and
 * packed dg's bytes a group, B, groups of an image, scratch, bytes of scratch a thread, rebuilt previous or 0, packed psi
 * (channel-major); items: groups of all images.
 * Scratch holds two chunks, P rows of lp numbers (l rounded up to whole tiles), and what is kept of P rows.
 */
export function attentionGrad(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  setRowLength(width);
  args += <usize>GEOMETRY << 2;
  const B = integer(args, 16), groups = integer(args, 17);
  const scratch = pointer(args, 18) + <usize>thread * pointer(args, 19);
  const perImage = H * blocksPerRow();
  const last = firstItem(B * groups, thread + 1, threads);
  for (let item = firstItem(B * groups, thread, threads); item < last; item++) {
    const image = item / groups, group = item % groups;
    const end = image * perImage + firstItem(perImage, group + 1, groups);
    for (let block = image * perImage + firstItem(perImage, group, groups); block < end; block++) {
      enterBlock(block);
      blockGrad(args, scratch, <usize>group);
    }
  }
}

/** The gradients of the block at hand. */
function blockGrad(args: usize, weights: usize, group: usize): void {
  const logits = pointer(args, 7), gLogits = pointer(args, 9), dlogits = pointer(args, 13), previous = pointer(args, 20);
  const lp = wholeTiles(l), mp = wholeTiles(m);
  const pixel = <usize>firstPixel();
  const gZ = pointer(args, 0) + pixel * <usize>m * 4, theta = pointer(args, 2) + pixel * <usize>l * 4;
  const dpsi = pointer(args, 11) + group * pointer(args, 14), dg = pointer(args, 12) + group * pointer(args, 15);
  const d = weights + (<usize>(P * width) << 2);
  const sums = d + (<usize>(P * width) << 2);
  const kept = sums + (<usize>(P * lp) << 2);

  const Z = pointer(args, 6) + pixel * <usize>m * 4, statistics = pointer(args, 8) + pixel * 8;
  for (let p: usize = 0; p < <usize>rows; p++) {
    const own = kept + p * <usize>KEPT * 4;
    copyRun(own, statistics + p * 8, 2);
    f32.store(own + EXPECTED, dot(gZ + p * <usize>m * 4, Z + p * <usize>m * 4, m));
  }

  for (let chunk = 0; chunk < chunks; chunk++) {
    moveBands(FROM_LOGITS, chunk, weights, logits);
    if (previous != 0) {
      // The previous logits: these without theta_i . psi_j. They may be written over these.
      dotChunk(chunk, d, theta, pointer(args, 21), l);
      subtractFrom(weights, d, rows * width);
      moveBands(TO_LOGITS, chunk, d, previous);
    }
    maskChunk(chunk, weights, masked());
    // a_ij = gZ_i . g_j
    dotChunk(chunk, d, gZ, pointer(args, 5), m);
    if (softmax) {
      for (let p: usize = 0; p < <usize>rows; p++) {
        const row = p * <usize>width * 4;
        softmaxGrad(weights + row, d + row, kept + p * <usize>KEPT * 4);
      }
    } else {
      scaleRun(weights, rows * width, <f32>1 / <f32>size);
      scaleRun(d, rows * width, <f32>1 / <f32>size);
      maskChunk(chunk, d, 0);
    }
    if (gLogits != 0) moveBands(ADD_LOGITS, chunk, d, gLogits);
    if (dlogits != 0) moveBands(TO_LOGITS, chunk, d, dlogits);
    applyChunk(chunk, d, pointer(args, 4), sums, lp);
    spreadChunk(chunk, d, pointer(args, 3), dpsi, lp);
    spreadChunk(chunk, weights, pointer(args, 1), dg, mp);
  }
  for (let p: usize = 0; p < <usize>rows; p++) {
    copyRun(pointer(args, 10) + (pixel + p) * <usize>l * 4, sums + p * <usize>lp * 4, l);
  }
}
