// Attention where the window is the image, and every pixel sees all N pixels: logits as a matrix product, softmax while
// they lie in the cache, and a second matrix product with g. The logits leave the block only if somebody reads them.
//
// A block is up to P pixels. Its logits are a matrix of P rows, cut into chunks of `width` columns. The forward pass
// holds a whole row of logits of each of a block's pixels, as softmax needs their largest. The gradient is given what it
// must know of a row, so it works on one chunk after the other, which stays in L2 whatever N is.

import { CACHE_LINE, COLUMNS, KEPT } from '../constants';
import { floats } from '../lib/floats';
import { dot } from '../lib/math';
import { addRun, copyRun, fillRun, scaleRun, subtractFrom } from '../lib/runs';
import { strip, TILE_ROW, wholeTiles, zeros } from '../lib/tile';
import { firstItem } from '../lib/work';
import { pixelPanel } from './pack';
import { EXPECTED, exponentials, LARGEST, softmaxGrad, TOTAL } from './weights';

// Every thread has its own instance of this module, so these belong to one thread.

/** Pixels of an image, of a block; chunks of a row of logits, and columns of each. */
let N: i32 = 0;
let P: i32 = 0;
let chunks: i32 = 0;
let width: i32 = 0;
let softmax: bool = false;
/** Channels of theta and psi, and of g. */
let l: i32 = 0;
let m: i32 = 0;
/** Numbers from one row of what lies in memory to the next: of a whole block, or of one chunk at a time. */
let rowLength: i32 = 0;
/** The block at hand: its image, first pixel and number of pixels. */
let b: i32 = 0;
let x0: i32 = 0;
let rows: i32 = 0;

/** Sets these, up to the channels. */
function useGeometry(
  pixels: i32,
  isSoftmax: bool,
  blockPixels: i32,
  chunksOfRow: i32,
  chunkColumns: i32,
  thetaChannels: i32,
  gChannels: i32,
): void {
  N = pixels;
  softmax = isSoftmax;
  P = blockPixels;
  chunks = chunksOfRow;
  width = chunkColumns;
  l = thetaChannels;
  m = gChannels;
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
  const aRow = floats(C);
  let seen = packed + floats((b * chunks + chunk) * width * C);
  for (let j = 0; j < width; j += COLUMNS) {
    // biome-ignore format: the two factors, the start and the product
    strip(
      rows, COLUMNS,
      a, aRow, 4, 0,
      seen, TILE_ROW, 0, C, 1, zeros, 0,
      at + floats(j), floats(rowLength),
    );
    seen += <usize>C * TILE_ROW;
  }
}

/** to [rows, Cp] = chunk times the pixels of its columns, plus what is there already behind the first chunk. */
function applyChunk(chunk: i32, at: usize, packed: usize, to: usize, Cp: i32): void {
  const pixel = floats(Cp);
  for (let c = 0; c < Cp; c += COLUMNS) {
    const sums = to + floats(c);
    // biome-ignore format: the two factors, the start and the product
    strip(
      rows, COLUMNS,
      at, floats(rowLength), 4, 0,
      chunkPixels(chunk, packed, Cp, c), TILE_ROW, 0, width, 1,
      chunk === 0 ? zeros : sums, chunk === 0 ? 0 : pixel, sums, pixel,
    );
  }
}

/** to, panels of pixels, += chunkᵀ times `pixels`, panels of the block's rows: what each column sends back to its pixel. */
function spreadChunk(chunk: i32, at: usize, pixels: usize, to: usize, Cp: i32): void {
  for (let c = 0; c < Cp; c += COLUMNS) {
    const sums = chunkPixels(chunk, to, Cp, c);
    // biome-ignore format: the two factors, the start and the product
    strip(
      width, COLUMNS,
      at, 4, floats(rowLength), 0,
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
  const rowBytes = floats(rowLength);
  const own = floats(N);
  let pixel = logits + <usize>(b * N + x0) * own + floats(chunk * width);
  const count = min(width, N - chunk * width);
  for (let p = 0; p < rows; p++, at += rowBytes, pixel += own) {
    if (mode === TO_LOGITS) copyRun(pixel, at, count);
    else if (mode === FROM_LOGITS) copyRun(at, pixel, count);
    else addRun(at, pixel, count);
  }
}

/** Sets the columns behind the last pixel. */
function maskChunk(chunk: i32, at: usize, value: f32): void {
  const count = min(width, N - chunk * width);
  if (count === width) return;
  at += floats(count);
  for (let p = 0; p < rows; p++, at += floats(rowLength)) fillRun(at, width - count, value);
}

/** What masked logits hold, so that their weight is the least that there is, exp(-40): nothing in float32. */
function masked(): f32 {
  return softmax ? -Infinity : <f32>0;
}

/**
 * Z [B, N, m] and, unless their addresses are 0, logits [B, N, N] and statistics [B, N, 2]; items: blocks.
 *
 * psi is packed channel by channel, g in panels of pixels (pack.ts).
 * Scratch: a block, each row with its gap, and P rows of mp numbers (m rounded up to whole tiles).
 */
export function denseAttention(
  N: i32,
  softmax: bool,
  P: i32,
  chunks: i32,
  width: i32,
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
  useGeometry(N, softmax, P, chunks, width, l, m);
  const used = chunks * width;
  // Behind a row's chunks its statistics are kept.
  rowLength = used + CACHE_LINE;
  const blocks = B * blocksPerImage();
  const block = scratch;
  const rowBytes = floats(rowLength);
  const gap = floats(used);
  const sums = block + <usize>P * rowBytes;
  const mp = wholeTiles(m);
  const last = firstItem(blocks, thread + 1, threads);
  for (let item = firstItem(blocks, thread, threads); item < last; item++) {
    enterBlock(item);
    const pixel = <usize>(b * N + x0);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const at = block + floats(chunk * width);
      dotChunk(chunk, at, theta + floats(pixel * <usize>l), psi, l);
      if (previous !== 0) moveChunk(ADD_LOGITS, chunk, at, previous);
      if (logits !== 0) moveChunk(TO_LOGITS, chunk, at, logits);
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
    for (let chunk = 0; chunk < chunks; chunk++)
      applyChunk(chunk, block + floats(chunk * width), g, sums, mp);
    for (let p: usize = 0; p < <usize>rows; p++) {
      const own = block + p * rowBytes + gap;
      const sum = sums + floats(p * <usize>mp);
      if (statistics !== 0) copyRun(statistics + floats((pixel + p) * 2), own, 2);
      // The weights are not normalised, their sums are: m numbers instead of N.
      scaleRun(sum, mp, <f32>1 / f32.load(own + TOTAL));
      copyRun(Z + floats((pixel + p) * <usize>m), sum, m);
    }
  }
}

/**
 * The gradients: dtheta as it is; dpsi and dg summed into panels of pixels, one set for each group of blocks, of which an
 * image has `groups`. A set of dpsi has psiGroup numbers, one of dg gGroup. Items: groups of all images.
 *
 * gZPixels, thetaPixels and psi are packed in panels of pixels, psiChannels and g channel by channel. `previous` are the
 * previous logits, rebuilt.
 * Scratch: two chunks, P rows of lp numbers (l rounded up to whole tiles), and what is kept of P rows.
 */
export function denseAttentionGrad(
  N: i32,
  softmax: bool,
  P: i32,
  chunks: i32,
  width: i32,
  l: i32,
  m: i32,
  gZ: usize,
  gZPixels: usize,
  theta: usize,
  thetaPixels: usize,
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
  psiGroup: i32,
  gGroup: i32,
  B: i32,
  groups: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  useGeometry(N, softmax, P, chunks, width, l, m);
  rowLength = width;
  const perImage = blocksPerImage();
  const last = firstItem(B * groups, thread + 1, threads);
  for (let item = firstItem(B * groups, thread, threads); item < last; item++) {
    const image = item / groups;
    const group = item % groups;
    const psiSums = dpsi + floats(group * psiGroup);
    const gSums = dg + floats(group * gGroup);
    const end = image * perImage + firstItem(perImage, group + 1, groups);
    for (let block = image * perImage + firstItem(perImage, group, groups); block < end; block++) {
      enterBlock(block);
      blockGrad(
        gZ,
        gZPixels,
        theta,
        thetaPixels,
        psi,
        g,
        Z,
        logits,
        statistics,
        gLogits,
        dtheta,
        psiSums,
        gSums,
        dlogits,
        previous,
        psiChannels,
        scratch,
      );
    }
  }
}

/** The gradients of the block at hand, whose set of sums is at dpsi and dg. */
function blockGrad(
  gZ: usize,
  gZPixels: usize,
  theta: usize,
  thetaPixels: usize,
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
  weights: usize,
): void {
  const lp = wholeTiles(l);
  const mp = wholeTiles(m);
  const pixel = <usize>(b * N + x0);
  const ownGZ = gZ + floats(pixel * <usize>m);
  const ownTheta = theta + floats(pixel * <usize>l);
  const ownZ = Z + floats(pixel * <usize>m);
  const d = weights + floats(P * width);
  const sums = d + floats(P * width);
  const kept = sums + floats(P * lp);

  for (let p: usize = 0; p < <usize>rows; p++) {
    const own = kept + floats(p * <usize>KEPT);
    copyRun(own, statistics + floats((pixel + p) * 2), 2);
    f32.store(own + EXPECTED, dot(ownGZ + floats(p * <usize>m), ownZ + floats(p * <usize>m), m));
  }

  for (let chunk = 0; chunk < chunks; chunk++) {
    moveChunk(FROM_LOGITS, chunk, weights, logits);
    if (previous !== 0) {
      // The previous logits: these without theta_i . psi_j. They may be written over these.
      dotChunk(chunk, d, ownTheta, psiChannels, l);
      subtractFrom(weights, d, rows * width);
      moveChunk(TO_LOGITS, chunk, d, previous);
    }
    maskChunk(chunk, weights, masked());
    // a_ij = gZ_i . g_j
    dotChunk(chunk, d, ownGZ, g, m);
    if (softmax) {
      for (let p: usize = 0; p < <usize>rows; p++) {
        const row = floats(p * <usize>width);
        softmaxGrad(weights + row, d + row, width, kept + floats(p * <usize>KEPT));
      }
    } else {
      scaleRun(weights, rows * width, <f32>1 / <f32>N);
      scaleRun(d, rows * width, <f32>1 / <f32>N);
      maskChunk(chunk, d, 0);
    }
    if (gLogits !== 0) moveChunk(ADD_LOGITS, chunk, d, gLogits);
    if (dlogits !== 0) moveChunk(TO_LOGITS, chunk, d, dlogits);
    applyChunk(chunk, d, psi, sums, lp);
    spreadChunk(chunk, d, thetaPixels, dpsi, lp);
    spreadChunk(chunk, weights, gZPixels, dg, mp);
  }
  for (let p: usize = 0; p < <usize>rows; p++) {
    copyRun(dtheta + floats((pixel + p) * <usize>l), sums + floats(p * <usize>lp), l);
  }
}
