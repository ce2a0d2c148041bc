// Windowed attention over images side by side (lanes.ts), for small windows: no number beside a window is computed.
//
// A block is `down` x `across` pixels of the pieces of a group; the *band* of a pixel are the q² numbers, row by row, that it
// has for its neighbours. Bands lie a vector further apart than they are long: a neighbour's places in the bands of the
// pixels around it would else be multiples of many lines apart and compete for the same lines of L1.

import { floats } from './floats';
import {
  CHUNK_BYTES,
  chunkOfRow,
  chunksOf,
  columns,
  enterRow,
  firstColumn,
  gather,
  groups,
  height,
  inLane,
  LANES,
  scatter,
  usePieces,
  useRoom,
  useSlab,
  VECTOR,
  W,
} from './lanes';
import { dotPair, dotPixel, MOST_DOTS, SUMMED_BYTES, weightedSums } from './lanesProducts';
import {
  addVectors,
  copyVectors,
  divideVectors,
  EXPECTED,
  exponentials,
  KEPT_BYTES,
  LARGEST,
  meanGrad,
  softmaxGrad,
  subtractVectors,
  TOTAL,
} from './lanesWeights';
import { fillRun } from './runs';
import { firstItem } from './work';

// Every thread has its own instance of this module, so these belong to one thread.

/** Side of the window, its pixels, and the border. */
let q: i32 = 0;
let size: i32 = 0;
let r: i32 = 0;
let softmax: bool = false;
/** Whether logits and their gradients, in and out, are [groups, height, W, q², 8 lanes] instead of [B, H, W, q²]. */
let inLanes: bool = false;
/** Pixels of a whole block, in a row and in a column; channels of theta and psi, and of g. */
let across: i32 = 0;
let down: i32 = 0;
let l: i32 = 0;
let m: i32 = 0;
/** Bytes of a band and the vector behind it. */
let bandBytes: usize = 0;
/** The block at hand: its group, first row and column, rows and columns. */
let group: i32 = 0;
let y0: i32 = 0;
let x0: i32 = 0;
let rows: i32 = 0;
let w: i32 = 0;
/** Its columns in pairs: bands and sums have so many to a row, the last of which is nothing if w is odd. */
let pitch: i32 = 0;
let blocksAcross: i32 = 0;
/** The start of sums that begin at zero: as many vectors as there are in the longest sums. */
let nothing: usize = 0;
/** Room for the sums of a neighbour that does not exist. */
let beside: usize = 0;

/** Sets these, behind `usePieces` and `useSlab`. */
function useGeometry(
  side: i32,
  isSoftmax: bool,
  blockColumns: i32,
  blockRows: i32,
  thetaChannels: i32,
  gChannels: i32,
  areInLanes: bool,
): void {
  q = side;
  softmax = isSoftmax;
  across = blockColumns;
  down = blockRows;
  l = thetaChannels;
  m = gChannels;
  inLanes = areInLanes;
  size = q * q;
  r = (q - 1) / 2;
  bandBytes = <usize>(size + 1) * VECTOR;
  blocksAcross = (columns + across - 1) / across;
}

/** Makes `count` rows from this one on and the columns of this block the block at hand. */
function enterBlock(inGroup: i32, row: i32, count: i32, column: i32): void {
  group = inGroup;
  y0 = row;
  rows = count;
  x0 = firstColumn + column * across;
  w = min(across, firstColumn + columns - x0);
  pitch = (w + 1) & ~1;
}

/** Bytes of a chunk of a row of packed images with a border, of sums for them, which have none, and of a block's own pixels. */
@inline
function borderedChunk(): usize {
  return chunkOfRow(r);
}

@inline
function sumsChunk(): usize {
  return chunkOfRow(0);
}

@inline
function ownChunk(): usize {
  return <usize>(across | 1) * CHUNK_BYTES;
}

/** Address of the block's first pixel in a row of packed images, and in one of the block's own pixels. */
@inline
function borderedRow(packed: usize, row: i32, chunks: i32): usize {
  return (
    packed +
    <usize>((group * (height + 2 * r) + y0 + row) * chunks) * borderedChunk() +
    <usize>(x0 - firstColumn) * CHUNK_BYTES
  );
}

@inline
function ownRow(own: usize, row: i32, chunks: i32): usize {
  return own + <usize>(row * chunks) * ownChunk();
}

/** Bytes of the pixels of a whole block. */
@inline
function ownBytes(C: i32): usize {
  return ownRow(0, down, chunksOf(C));
}

/** The block's pixels of x [B, H, W, C], [rows, Cp / 8, columns, 8, 8]: no other block needs them, so they are not packed before. */
function gatherOwn(own: usize, x: usize, C: i32): void {
  for (let row = 0; row < rows; row++) {
    enterRow(group, y0 + row, false);
    gather(ownRow(own, row, chunksOf(C)), CHUNK_BYTES, ownChunk(), x, x0, C, w);
  }
}

/** Where the band of the pixel in column X of the block's row `row` stands in a tensor of bands in lanes. */
@inline
function bandInLanes(bands: usize, row: i32, X: i32): usize {
  return bands + <usize>(((group * height + y0 + row) * W + X) * size) * VECTOR;
}

/** The block's row `row` of bands. */
@inline
function rowOfBands(bands: usize, row: i32): usize {
  return bands + <usize>(row * pitch) * bandBytes;
}

/** The first of the block's rows that see row `seen` of its neighbours, and the one behind the last. */
@inline
function firstSeeing(seen: i32): i32 {
  return max(0, seen - q + 1);
}

@inline
function endSeeing(seen: i32): i32 {
  return min(rows, seen + 1);
}

/** Most chunks of the neighbours of two pixels in a row that are read again for the next two: they take half of L1. */
const MOST_CHUNKS: i32 = 64;

/** bands[row, x, j] = own_(row, x) . neighbour j of it, both with C channels. */
function dotBands(bands: usize, own: usize, seen: usize, C: i32): void {
  const chunks = chunksOf(C);
  const taken = max(1, MOST_CHUNKS / (q + 1));
  for (let s = 0; s < rows + q - 1; s++) {
    for (let c = 0; c < chunks; c += taken) {
      for (let row = firstSeeing(s); row < endSeeing(s); row++) {
        dotRow(
          ownRow(own, row, chunks) + <usize>c * ownChunk(),
          borderedRow(seen, s, chunks) + <usize>c * borderedChunk(),
          min(taken, chunks - c),
          rowOfBands(bands, row) + <usize>((s - row) * q) * VECTOR,
          c > 0,
        );
      }
    }
  }
}

/** Inner products of a row of the block's pixels with a row of their neighbours; `goesOn` if they are added to what is there. */
function dotRow(own: usize, seen: usize, chunks: i32, to: usize, goesOn: bool): void {
  const runs = (q + MOST_DOTS - 1) / MOST_DOTS;
  const step = goesOn ? bandBytes : 0;
  for (let column = 0; column < w; column += 2) {
    for (let run = 0; run < runs; run++) {
      const dx = firstItem(q, run, runs);
      const at = to + <usize>dx * VECTOR;
      const J = firstItem(q, run + 1, runs) - dx;
      const neighbours = seen + <usize>dx * CHUNK_BYTES;
      const start = goesOn ? at : nothing;
      dotPair(J, own, ownChunk(), neighbours, borderedChunk(), chunks, start, step, at, bandBytes);
    }
    own += 2 * CHUNK_BYTES;
    seen += 2 * CHUNK_BYTES;
    to += 2 * bandBytes;
  }
}

/** Most neighbours whose chunks take a third of L1: half or twice as many are 5 % slower. */
const MOST_SEEN: i32 = 45;

/** to[row, x, c] = sums over the block's bands of their neighbours' C channels; `to` are [rows, w, Cp] vectors. */
function applyBands(bands: usize, seen: usize, to: usize, C: i32): void {
  const chunks = chunksOf(C);
  const pixel = <usize>chunks * CHUNK_BYTES;
  const tall = max(1, MOST_SEEN / q);
  for (let s = 0; s < rows + q - 1; s += tall) {
    for (let chunk = 0; chunk < chunks; chunk++) {
      for (let row = firstSeeing(s); row < endSeeing(s + tall - 1); row++) {
        const first = max(s, row);
        const taken = min(s + tall, row + q) - first;
        let band = rowOfBands(bands, row) + <usize>((first - row) * q) * VECTOR;
        let at = to + <usize>(row * pitch) * pixel + <usize>chunk * CHUNK_BYTES;
        let x = borderedRow(seen, first, chunks) + <usize>chunk * borderedChunk();
        for (let column = 0; column < w; column += 2) {
          for (let part: usize = 0; part < CHUNK_BYTES; part += SUMMED_BYTES) {
            // The pixel further right has it one further left in its window.
            weightedSums(
              band,
              bandBytes - VECTOR,
              VECTOR,
              -VECTOR,
              x + part,
              <usize>chunks * borderedChunk() - <usize>(q + 1) * CHUNK_BYTES,
              true,
              q - 1,
              true,
              taken,
              first === row ? nothing : at + part,
              first === row ? 0 : pixel,
              at + part,
              pixel,
            );
          }
          band += 2 * bandBytes;
          at += 2 * pixel;
          x += 2 * CHUNK_BYTES;
        }
      }
    }
  }
}

/**
 * Adds to the packed sums `to`, which begin with the first row of the block's neighbours: for each neighbour the sum, over the block's pixels
 * that see it, of what they have for it in their bands times their own C channels.
 */
function spreadBands(bands: usize, own: usize, to: usize, C: i32): void {
  const chunks = chunksOf(C);
  const step = bandBytes - VECTOR;
  for (let s = 0; s < rows + q - 1; s++) {
    const first = firstSeeing(s);
    const taken = endSeeing(s) - first;
    const rowBand = rowOfBands(bands, first) + <usize>((s - first) * q) * VECTOR;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const from = ownRow(own, first, chunks) + <usize>chunk * ownChunk();
      const row = to + <usize>(s * chunks + chunk) * sumsChunk();
      for (let column = 0; column < w + q - 1; column += 2) {
        // The pixels that see this neighbour or the next one: a pixel further right has them further left in its window.
        const x = max(0, column - q + 1);
        const head = column - q + 1 >= 0;
        const tail = column + 1 < w;
        const count = min(w - 1, column + 1) - x + 1;
        const at = row + columnOfBlock(column);
        const next = column + 1 < w + q - 1 ? row + columnOfBlock(column + 1) : beside;
        for (let part: usize = 0; part < CHUNK_BYTES; part += SUMMED_BYTES) {
          weightedSums(
            rowBand + <usize>x * bandBytes + <usize>(column - x) * VECTOR,
            VECTOR,
            step,
            <usize>pitch * bandBytes - <usize>q * VECTOR - <usize>count * step,
            from + <usize>x * CHUNK_BYTES + part,
            <usize>chunks * ownChunk() - <usize>count * CHUNK_BYTES,
            head,
            count - <i32>head - <i32>tail,
            tail,
            taken,
            at + part,
            next - at,
            at + part,
            next - at,
          );
        }
      }
    }
  }
}

/** Bytes before a column of the block's neighbours in a chunk of a row without a border. */
@inline
function columnOfBlock(column: i32): usize {
  return <usize>((((x0 - r + column) % W) + W) % W) * CHUNK_BYTES;
}

/** Where a pixel's band of a tensor can be read: there if it is in lanes, otherwise in `room`. */
@inline
function readBand(room: usize, bands: usize, row: i32, X: i32): usize {
  if (inLanes) return bandInLanes(bands, row, X);
  gather(room, bandBytes, CHUNK_BYTES, bands, X, size, 1);
  return room;
}

@inline
function writeBand(band: usize, bands: usize, row: i32, X: i32): void {
  if (inLanes) copyVectors(bandInLanes(bands, row, X), band, size);
  else scatter(band, bandBytes, CHUNK_BYTES, bands, X, size, 1);
}

/** Uses the numbers at this address for what does not exist; returns the address behind them. */
function useScratch(address: usize): usize {
  nothing = address + 32;
  beside = nothing + <usize>MOST_DOTS * VECTOR;
  const room = beside + CHUNK_BYTES;
  useRoom(address, room);
  fillRun(nothing, MOST_DOTS * LANES, 0);
  return room + floats(max(size, across * max(l, m)));
}

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
