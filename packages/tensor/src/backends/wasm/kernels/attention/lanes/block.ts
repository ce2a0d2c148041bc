// A block of pixels of images side by side (lanes.ts) and what it has for its neighbours.
//
// A block is `down` x `across` pixels of the pieces of a group; the *band* of a pixel are the q² numbers, row by row, that it
// has for its neighbours. Bands lie a vector further apart than they are long: a neighbour's places in the bands of the
// pixels around it would else be multiples of many lines apart and compete for the same lines of L1.

import { LANES, MOST_DOTS } from '../../constants';
import { floats } from '../../lib/floats';
import { fillRun } from '../../lib/runs';
import { firstItem } from '../../lib/work';
import {
  CHUNK_BYTES,
  chunkOfRow,
  chunksOf,
  columns,
  enterRow,
  firstColumn,
  gather,
  height,
  scatter,
  useRoom,
  VECTOR,
  W,
} from './lanes';
import { dotPair, SUMMED_BYTES, weightedSums } from './products';
import { copyVectors } from './weights';

/** Side of the window, its pixels, and the border. */
let q: i32 = 0;
export let size: i32 = 0;
export let r: i32 = 0;
export let softmax: bool = false;
/** Whether logits and their gradients, in and out, are [groups, height, W, q², 8 lanes] instead of [B, H, W, q²]. */
let inLanes: bool = false;
/** Pixels of a whole block, in a row and in a column; channels of theta and psi, and of g. */
export let across: i32 = 0;
export let down: i32 = 0;
export let l: i32 = 0;
export let m: i32 = 0;
/** Bytes of a band and the vector behind it. */
export let bandBytes: usize = 0;
/** The block at hand: its group, first row and column, rows and columns. */
export let group: i32 = 0;
export let y0: i32 = 0;
export let x0: i32 = 0;
export let rows: i32 = 0;
export let w: i32 = 0;
/** Its columns in pairs: bands and sums have so many to a row, the last of which is nothing if w is odd. */
export let pitch: i32 = 0;
export let blocksAcross: i32 = 0;
/** The start of sums that begin at zero: as many vectors as there are in the longest sums. */
let nothing: usize = 0;
/** Room for the sums of a neighbour that does not exist. */
let beside: usize = 0;

/** Sets these, behind `usePieces` and `useSlab`. */
export function useGeometry(
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
export function enterBlock(inGroup: i32, row: i32, count: i32, column: i32): void {
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
export function sumsChunk(): usize {
  return chunkOfRow(0);
}

@inline
export function ownChunk(): usize {
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
export function ownRow(own: usize, row: i32, chunks: i32): usize {
  return own + <usize>(row * chunks) * ownChunk();
}

/** Bytes of the pixels of a whole block. */
@inline
export function ownBytes(C: i32): usize {
  return ownRow(0, down, chunksOf(C));
}

/** The block's pixels of x [B, H, W, C], [rows, Cp / 8, columns, 8, 8]: no other block needs them, so they are not packed before. */
export function gatherOwn(own: usize, x: usize, C: i32): void {
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
export function rowOfBands(bands: usize, row: i32): usize {
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
export function dotBands(bands: usize, own: usize, seen: usize, C: i32): void {
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
export function applyBands(bands: usize, seen: usize, to: usize, C: i32): void {
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
export function spreadBands(bands: usize, own: usize, to: usize, C: i32): void {
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
export function readBand(room: usize, bands: usize, row: i32, X: i32): usize {
  if (inLanes) return bandInLanes(bands, row, X);
  gather(room, bandBytes, CHUNK_BYTES, bands, X, size, 1);
  return room;
}

@inline
export function writeBand(band: usize, bands: usize, row: i32, X: i32): void {
  if (inLanes) copyVectors(bandInLanes(bands, row, X), band, size);
  else scatter(band, bandBytes, CHUNK_BYTES, bands, X, size, 1);
}

/** Uses the numbers at this address for what does not exist; returns the address behind them. */
export function useScratch(address: usize): usize {
  nothing = address + 32;
  beside = nothing + <usize>MOST_DOTS * VECTOR;
  const room = beside + CHUNK_BYTES;
  useRoom(address, room);
  fillRun(nothing, MOST_DOTS * LANES, 0);
  return room + floats(max(size, across * max(l, m)));
}
