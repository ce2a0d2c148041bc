// Attention where the window is the image, and every pixel sees all N pixels: logits as a matrix product, softmax while
// they lie in the cache, and a second matrix product with g. The logits leave the block only if somebody reads them.
//
// A block is up to P pixels. Its logits are a matrix of P rows, cut into chunks of `width` columns. The forward pass
// holds a whole row of logits of each of a block's pixels, as softmax needs their largest. The gradient is given what it
// must know of a row, so it works on one chunk after the other, which stays in L2 whatever N is.

import { EXPECTED, KEPT, LARGEST, TOTAL, exponentials, softmaxGrad } from './attentionWeights';
import { pixelPanel } from './attentionPack';
import { dot } from './math';
import { addRun, copyRun, fillRun, scaleRun, subtractFrom } from './runs';
import { COLUMNS, TILE_ROW, strip, wholeTiles, zeros } from './tile';
import { firstItem, integer, pointer } from './work';

// Every thread has its own instance of this module, so these belong to one thread.

/** Pixels of an image, of a block; chunks of a row of logits, and columns of each. */
let N: i32 = 0, P: i32 = 0, chunks: i32 = 0, width: i32 = 0;
let softmax: bool = false;
/** Channels of theta and psi, and of g. */
let l: i32 = 0, m: i32 = 0;
/** Numbers from one row of what lies in memory to the next: of a whole block, or of one chunk at a time. */
let rowLength: i32 = 0;
/** The block at hand: its image, first pixel and number of pixels. */
let b: i32 = 0, x0: i32 = 0, rows: i32 = 0;

/** Number of arguments of `readGeometry`. */
const GEOMETRY: i32 = 7;

/** args: N, softmax, P, chunks, width, l, m */
function readGeometry(args: usize): void {
  N = integer(args, 0); softmax = integer(args, 1) != 0;
  P = integer(args, 2); chunks = integer(args, 3); width = integer(args, 4);
  l = integer(args, 5); m = integer(args, 6);
}

function blocksPerImage(): i32 {
  return (N + P - 1) / P;
}

/** Makes block number `item`, counted over all images, the block at hand. */
function enterBlock(item: i32): void {
  const perImage = blocksPerImage();
  b = item / perImage;
  x0 = (item % perImage) * P;
  rows = min(P, N - x0);
}

/** chunk[p, j] = a_p . column j of channel-major `packed`, both with C channels. */
function dotChunk(chunk: i32, at: usize, a: usize, packed: usize, C: i32): void {
  const aRow = <usize>C << 2;
  let seen = packed + (<usize>((b * chunks + chunk) * width * C) << 2);
  for (let j = 0; j < width; j += COLUMNS) {
    strip(
      rows, COLUMNS,
      a, aRow, 4, 0,
      seen, TILE_ROW, 0, C, 1, zeros, 0,
      at + (<usize>j << 2), <usize>rowLength << 2,
    );
    seen += <usize>C * TILE_ROW;
  }
}

/** to [rows, Cp] = chunk times the pixels of its columns, plus what is there already behind the first chunk. */
function applyChunk(chunk: i32, at: usize, packed: usize, to: usize, Cp: i32): void {
  const pixel = <usize>Cp << 2;
  for (let c = 0; c < Cp; c += COLUMNS) {
    const sums = to + (<usize>c << 2);
    strip(
      rows, COLUMNS,
      at, <usize>rowLength << 2, 4, 0,
      chunkPixels(chunk, packed, Cp, c), TILE_ROW, 0, width, 1,
      chunk == 0 ? zeros : sums, chunk == 0 ? 0 : pixel, sums, pixel,
    );
  }
}

/** to, panels of pixels, += chunkᵀ times `pixels`, panels of the block's rows: what each column sends back to its pixel. */
function spreadChunk(chunk: i32, at: usize, pixels: usize, to: usize, Cp: i32): void {
  for (let c = 0; c < Cp; c += COLUMNS) {
    const sums = chunkPixels(chunk, to, Cp, c);
    strip(
      width, COLUMNS,
      at, 4, <usize>rowLength << 2, 0,
      pixelPanel(pixels, b, N, Cp, c) + <usize>x0 * TILE_ROW, TILE_ROW, 0, rows, 1,
      sums, TILE_ROW, sums, TILE_ROW,
    );
  }
}

/** Where channels c … c + 15 of the chunk's first column lie. */
function chunkPixels(chunk: i32, packed: usize, Cp: i32, c: i32): usize {
  return pixelPanel(packed, b, chunks * width, Cp, c) + <usize>(chunk * width) * TILE_ROW;
}

/** What `moveChunk` does with a run of a chunk and the same run of stored logits. */
const TO_LOGITS: i32 = 0;
const FROM_LOGITS: i32 = 1;
const ADD_LOGITS: i32 = 2;

/** Moves a chunk from or to the logits [B, N, N] of the block's pixels. */
function moveChunk(mode: i32, chunk: i32, at: usize, logits: usize): void {
  const rowBytes = <usize>rowLength << 2, own = <usize>N << 2;
  let pixel = logits + <usize>(b * N + x0) * own + (<usize>(chunk * width) << 2);
  const count = min(width, N - chunk * width);
  for (let p = 0; p < rows; p++, at += rowBytes, pixel += own) {
    if (mode == TO_LOGITS) copyRun(pixel, at, count);
    else if (mode == FROM_LOGITS) copyRun(at, pixel, count);
    else addRun(at, pixel, count);
  }
}

/** Sets the columns behind the last pixel. */
function maskChunk(chunk: i32, at: usize, value: f32): void {
  const count = min(width, N - chunk * width);
  if (count == width) return;
  at += <usize>count << 2;
  for (let p = 0; p < rows; p++, at += <usize>rowLength << 2) fillRun(at, width - count, value);
}

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
 * Z [B, N, m] and, unless their addresses are 0, logits [B, N, N] and statistics [B, N, 2].
 *
 * args: geometry, then theta, packed psi (channel-major), packed g (pixels), previous or 0, Z, logits or 0,
 * statistics or 0, B, scratch, bytes of scratch a thread; items: blocks. Scratch holds a block, each row with its gap,
 * and P rows of mp numbers (m rounded up to whole tiles).
 */
export function denseAttention(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  const used = chunks * width;
  rowLength = used + GAP;
  args += <usize>GEOMETRY << 2;
  const theta = pointer(args, 0), psi = pointer(args, 1), g = pointer(args, 2), previous = pointer(args, 3);
  const Z = pointer(args, 4), logits = pointer(args, 5), statistics = pointer(args, 6);
  const blocks = integer(args, 7) * blocksPerImage();
  const block = pointer(args, 8) + <usize>thread * pointer(args, 9);
  const rowBytes = <usize>rowLength << 2, gap = <usize>used << 2;
  const sums = block + <usize>P * rowBytes;
  const mp = wholeTiles(m);
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    enterBlock(item);
    const pixel = <usize>(b * N + x0);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const at = block + (<usize>(chunk * width) << 2);
      dotChunk(chunk, at, theta + pixel * <usize>l * 4, psi, l);
      if (previous != 0) moveChunk(ADD_LOGITS, chunk, at, previous);
      if (logits != 0) moveChunk(TO_LOGITS, chunk, at, logits);
      maskChunk(chunk, at, masked());
    }
    for (let row = block; row < block + <usize>rows * rowBytes; row += rowBytes) {
      if (softmax) {
        exponentials(row, used, row + gap);
      } else {
        f32.store(row + gap + LARGEST, 0);
        f32.store(row + gap + TOTAL, <f32>N);
      }
    }
    for (let chunk = 0; chunk < chunks; chunk++) applyChunk(chunk, block + (<usize>(chunk * width) << 2), g, sums, mp);
    for (let p: usize = 0; p < <usize>rows; p++) {
      const own = block + p * rowBytes + gap, sum = sums + p * <usize>mp * 4;
      if (statistics != 0) copyRun(statistics + (pixel + p) * 8, own, 2);
      // The weights are not normalised, their sums are: m numbers instead of N.
      scaleRun(sum, mp, <f32>1 / f32.load(own + TOTAL));
      copyRun(Z + (pixel + p) * <usize>m * 4, sum, m);
    }
  }
}

/**
 * The gradients: dtheta as it is; dpsi and dg summed into panels of pixels, one set for each group of blocks.
 *
 * args: geometry, then gZ, packed gZ (pixels), theta, packed theta (pixels), packed psi (pixels), packed g
 * (channel-major), Z, logits, statistics, gLogits or 0, dtheta, packed dpsi, packed dg, dlogits or 0, packed dpsi's and
 * packed dg's bytes a group, B, groups of an image, scratch, bytes of scratch a thread, rebuilt previous or 0, packed psi
 * (channel-major); items: groups of all images.
 * Scratch holds two chunks, P rows of lp numbers (l rounded up to whole tiles), and what is kept of P rows.
 */
export function denseAttentionGrad(args: usize, thread: i32, threads: i32): void {
  readGeometry(args);
  rowLength = width;
  args += <usize>GEOMETRY << 2;
  const B = integer(args, 16), groups = integer(args, 17);
  const scratch = pointer(args, 18) + <usize>thread * pointer(args, 19);
  const perImage = blocksPerImage();
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
  const pixel = <usize>(b * N + x0);
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
    moveChunk(FROM_LOGITS, chunk, weights, logits);
    if (previous != 0) {
      // The previous logits: these without theta_i . psi_j. They may be written over these.
      dotChunk(chunk, d, theta, pointer(args, 21), l);
      subtractFrom(weights, d, rows * width);
      moveChunk(TO_LOGITS, chunk, d, previous);
    }
    maskChunk(chunk, weights, masked());
    // a_ij = gZ_i . g_j
    dotChunk(chunk, d, gZ, pointer(args, 5), m);
    if (softmax) {
      for (let p: usize = 0; p < <usize>rows; p++) {
        const row = p * <usize>width * 4;
        softmaxGrad(weights + row, d + row, width, kept + p * <usize>KEPT * 4);
      }
    } else {
      scaleRun(weights, rows * width, <f32>1 / <f32>N);
      scaleRun(d, rows * width, <f32>1 / <f32>N);
      maskChunk(chunk, d, 0);
    }
    if (gLogits != 0) moveChunk(ADD_LOGITS, chunk, d, gLogits);
    if (dlogits != 0) moveChunk(TO_LOGITS, chunk, d, dlogits);
    applyChunk(chunk, d, pointer(args, 4), sums, lp);
    spreadChunk(chunk, d, pointer(args, 3), dpsi, lp);
    spreadChunk(chunk, weights, pointer(args, 1), dg, mp);
  }
  for (let p: usize = 0; p < <usize>rows; p++) {
    copyRun(pointer(args, 10) + (pixel + p) * <usize>l * 4, sums + p * <usize>lp * 4, l);
  }
}
