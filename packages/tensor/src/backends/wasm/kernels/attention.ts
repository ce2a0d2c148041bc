// Windowed attention, block by block: logits as a matrix product, softmax while they lie in the cache, and a second
// matrix product with g. Neighbourhoods are never written out; the logits leave the block only if somebody reads them.

import {
  ADD_LOGITS, FROM_LOGITS, GEOMETRY, H, P, TO_LOGITS,
  applyBlock, blocksPerRow, dotBlock, enterBlock, exponentials, firstPixel, l, m, maskBlock, moveBands,
  readGeometry, rowLength, rows, size, softmax, spreadBlock, used,
} from './attentionBlock';
import { sum4 } from './math';
import { copyRun, scaleRun, subtractFrom } from './runs';
import { wholeTiles } from './tile';
import { firstItem, integer, pointer } from './work';

function rowOf(block: usize, p: i32): usize {
  return block + (<usize>(p * rowLength) << 2);
}

/** What the weights of a row must be multiplied by; it is kept in the gap behind the row. */
function keepFactor(block: usize, p: i32, factor: f32): void {
  f32.store(rowOf(block, p) + (<usize>used << 2), factor);
}

function keptFactor(block: usize, p: i32): f32 {
  return f32.load(rowOf(block, p) + (<usize>used << 2));
}

/** What masked logits hold, so that their weight is zero. */
function masked(): f32 {
  return softmax ? -Infinity : <f32>0;
}

/**
 * Z [B, H, W, m] and, unless their address is 0, logits [B, H, W, size].
 *
 * args: geometry, then theta, packed psi (channel-major), packed g (pixels), previous or 0, Z, logits or 0, B, scratch,
 * bytes of scratch a thread; items: blocks. Scratch holds a block and P rows of mp numbers.
 */
export function attention(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  args += <usize>GEOMETRY << 2;
  const theta = pointer(args, 0), psi = pointer(args, 1), g = pointer(args, 2), previous = pointer(args, 3);
  const Z = pointer(args, 4), logits = pointer(args, 5);
  const blocks = integer(args, 6) * H * blocksPerRow();
  const block = pointer(args, 7) + <usize>thread * pointer(args, 8);
  const sums = block + (<usize>(P * rowLength) << 2);
  const mp = wholeTiles(m);
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    enterBlock(item);
    const pixel = <usize>firstPixel();
    dotBlock(block, theta + pixel * <usize>l * 4, psi, l);
    if (previous != 0) moveBands(ADD_LOGITS, block, previous);
    if (logits != 0) moveBands(TO_LOGITS, block, logits);
    maskBlock(block, masked());
    if (softmax) for (let p = 0; p < rows; p++) keepFactor(block, p, <f32>1 / exponentials(rowOf(block, p)));
    else for (let p = 0; p < rows; p++) keepFactor(block, p, <f32>1 / <f32>size);
    applyBlock(block, g, sums, mp);
    for (let p = 0; p < rows; p++) {
      const sum = sums + (<usize>(p * mp) << 2);
      // The weights are not normalised, their sums are: m numbers instead of q².
      scaleRun(sum, mp, keptFactor(block, p));
      copyRun(Z + (pixel + p) * <usize>m * 4, sum, m);
    }
  }
}

/**
 * The gradients: dtheta as it is; dpsi and dg summed into packed columns, one set for each group of blocks.
 *
 * args: geometry, then gZ, packed gZ (pixels), theta, packed theta (pixels), packed psi (pixels), packed g
 * (channel-major), logits, gLogits or 0, dtheta, packed dpsi, packed dg, dlogits or 0, packed dpsi's and packed dg's
 * bytes a group, B, groups of an image, scratch, bytes of scratch a thread, rebuilt previous or 0, packed psi
 * (channel-major); items: groups of all images.
 * Scratch holds two blocks and P rows of lp numbers.
 */
export function attentionGrad(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  args += <usize>GEOMETRY << 2;
  const B = integer(args, 14), groups = integer(args, 15);
  const weights = pointer(args, 16) + <usize>thread * pointer(args, 17);
  const perImage = H * blocksPerRow();
  const last = firstItem(B * groups, thread + 1, threads);
  for (let item = firstItem(B * groups, thread, threads); item < last; item++) {
    const image = item / groups, group = item % groups;
    const end = image * perImage + firstItem(perImage, group + 1, groups);
    for (let block = image * perImage + firstItem(perImage, group, groups); block < end; block++) {
      enterBlock(block);
      blockGrad(args, weights, <usize>group);
    }
  }
}

/** The gradients of the block at hand. */
function blockGrad(args: usize, weights: usize, group: usize): void {
  const gLogits = pointer(args, 7), dlogits = pointer(args, 11);
  const lp = wholeTiles(l), mp = wholeTiles(m);
  const pixel = <usize>firstPixel();
  const d = weights + (<usize>(P * rowLength) << 2);
  const sums = d + (<usize>(P * rowLength) << 2);

  moveBands(FROM_LOGITS, weights, pointer(args, 6));
  const previous = pointer(args, 18);
  if (previous != 0) {
    // The previous logits: these without theta_i . psi_j. They may be written over these.
    dotBlock(d, pointer(args, 2) + pixel * <usize>l * 4, pointer(args, 19), l);
    subtractFrom(weights, d, P * rowLength);
    moveBands(TO_LOGITS, d, previous);
  }
  maskBlock(weights, masked());
  // a_ij = gZ_i . g_j
  dotBlock(d, pointer(args, 0) + pixel * <usize>m * 4, pointer(args, 5), m);
  for (let p = 0; p < rows; p++) {
    if (softmax) softmaxGrad(rowOf(weights, p), rowOf(d, p));
    else {
      scaleRun(rowOf(weights, p), used, <f32>1 / <f32>size);
      scaleRun(rowOf(d, p), used, <f32>1 / <f32>size);
    }
  }
  if (gLogits != 0) moveBands(ADD_LOGITS, d, gLogits);
  if (dlogits != 0) moveBands(TO_LOGITS, d, dlogits);
  maskBlock(d, 0);

  applyBlock(d, pointer(args, 4), sums, lp);
  for (let p = 0; p < rows; p++) {
    copyRun(pointer(args, 8) + (pixel + p) * <usize>l * 4, sums + (<usize>(p * lp) << 2), l);
  }
  spreadBlock(d, pointer(args, 3) + pixel * <usize>lp * 4, pointer(args, 9) + group * pointer(args, 12), lp);
  spreadBlock(weights, pointer(args, 1) + pixel * <usize>mp * 4, pointer(args, 10) + group * pointer(args, 13), mp);
}

/** weights: logits to softmax; d: a_ij to w_ij (a_ij - sum_k w_ik a_ik). */
function softmaxGrad(weights: usize, d: usize): void {
  const factor = <f32>1 / exponentials(weights);
  const bytes = <usize>used << 2;
  let products = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    products = f32x4.relaxed_madd(v128.load(weights + at), v128.load(d + at), products);
  }
  const expected = f32x4.splat(sum4(products) * factor), scale = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    const w = f32x4.mul(v128.load(weights + at), scale);
    v128.store(weights + at, w);
    v128.store(d + at, f32x4.mul(w, f32x4.sub(v128.load(d + at), expected)));
  }
}
