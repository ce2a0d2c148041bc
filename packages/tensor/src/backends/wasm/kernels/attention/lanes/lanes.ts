// Images side by side: eight pieces of images of the same shape, of which every number is a vector of eight lanes.
//
// A piece is a strip of `height` rows of an image, the whole image if there are enough of them; eight pieces are a group.
// What is computed for a pixel of a piece is computed for those of all eight, without a thought of where they lie. So no
// loop over pixels, neighbours or channels has to fill vectors: none is too short for them, and nothing is summed across.
// (V8 joins two operations on four lanes each, side by side in code and memory, to one on eight: lib/tile.ts.)
//
// Packed images are [groups, rows, Cp / 8, columns, 8 channels, 8 lanes], Cp = C rounded up to whole chunks of 8 channels
// with zeros.

import { CHUNK, LANES } from '../../constants';
import { floats } from '../../lib/floats';

/** Bytes of a vector, and of a pixel's chunk. */
export const VECTOR: usize = <usize>LANES * sizeof<f32>();
export const CHUNK_BYTES: usize = <usize>CHUNK * VECTOR;

/** `C` channels in chunks. */
@inline
export function chunksOf(C: i32): i32 {
  return (C + CHUNK - 1) / CHUNK;
}

// Every thread has its own instance of this module, so these belong to one thread.

/**
 * Bytes of a chunk of a packed row with a border of r pixels: an odd number of pixels, so that the chunks of a pixel do not all
 * compete for the same lines of L1, and a pixel that is read beyond a row of an odd number of them has its room.
 */
@inline
export function chunkOfRow(r: i32): usize {
  return <usize>((columns + 2 * r) | 1) * CHUNK_BYTES;
}

/** Images, their rows and columns; strips of an image and rows of a strip; groups of eight strips. */
export let B: i32 = 0;
export let H: i32 = 0;
export let W: i32 = 0;
export let strips: i32 = 0;
export let height: i32 = 0;
export let groups: i32 = 0;
/** Columns of the images that are packed, and the first of them: a slab, or all. */
export let columns: i32 = 0;
export let firstColumn: i32 = 0;

/** Sets these; all columns are packed. */
export function usePieces(images: i32, rows: i32, columns: i32, stripsOfImage: i32, rowsOfStrip: i32): void {
  B = images;
  H = rows;
  W = columns;
  strips = stripsOfImage;
  height = rowsOfStrip;
  groups = (B * strips + LANES - 1) / LANES;
  useSlab(0, W);
}

/** Of the columns only these are packed. */
export function useSlab(first: i32, count: i32): void {
  firstColumn = first;
  columns = count;
}

/**
 * Flat index of the first pixel of row `row` of the piece in a lane of a group, or -1 if there is none. Rows outside of
 * the image are those of its other end if it is `circular`, otherwise there are none.
 */
export function rowInLane(group: i32, lane: i32, row: i32, circular: bool): i32 {
  const piece = group * LANES + lane;
  const image = piece / strips;
  let y = (piece % strips) * height + row;
  if (circular) y = ((y % H) + H) % H;
  return image >= B || y >= H ? -1 : (image * H + y) * W;
}

/** Where the row at hand begins in each lane: flat indices of pixels, -1 in lanes that have no such row. */
let rowStarts: usize = 0;
/** Where what is computed for pixels that do not exist is written. */
let nowhere: usize = 0;

/** Sets the addresses of 8 numbers, and of room for the longest run that is written at once. */
export function useRoom(starts: usize, room: usize): void {
  rowStarts = starts;
  nowhere = room;
}

/** Where it stands for a lane. */
@inline
function startOf(lane: i32): usize {
  return rowStarts + <usize>lane * sizeof<i32>();
}

/** Makes row `row` of a group's pieces the row at hand. */
export function enterRow(group: i32, row: i32, circular: bool): void {
  for (let lane = 0; lane < LANES; lane++) store<i32>(startOf(lane), rowInLane(group, lane, row, circular));
}

/** Address in x [B, H, W, C] of the pixel in column X of the row at hand, or 0. */
@inline
export function inLane(lane: i32, x: usize, X: i32, C: i32): usize {
  const start = load<i32>(startOf(lane));
  return start < 0 ? 0 : x + floats(<usize>(start + X) * <usize>C);
}

/** The same to read from: any other pixel's if there is none, for what comes of it is not kept. */
@inline
function source(lane: i32, x: usize, X: i32, C: i32): usize {
  return x + floats(<usize>(max(0, load<i32>(startOf(lane))) + X) * <usize>C);
}

/** The same to write to. */
@inline
function target(lane: i32, x: usize, X: i32, C: i32): usize {
  const at = inLane(lane, x, X, C);
  return at === 0 ? nowhere : at;
}

/** Pixels that are taken at once from four lanes and then from the other four, as half of a vector is written at a time. */
const TAKEN: i32 = 4;

/**
 * `pixels` pixels of x [B, H, W, C], from column X of the row at hand on, to vectors, of which a pixel's chunks lie `chunk`
 * bytes apart and the pixels `pixel` bytes.
 */
export function gather(to: usize, pixel: usize, chunk: usize, x: usize, X: i32, C: i32, pixels: i32): void {
  for (const end = X + pixels; X < end; X += TAKEN, to += TAKEN * pixel) {
    const taken = min(TAKEN, end - X);
    for (let k = 0; k < LANES; k += 4) {
      gather4(
        to + floats(k),
        pixel,
        chunk,
        source(k, x, X, C),
        source(k + 1, x, X, C),
        source(k + 2, x, X, C),
        source(k + 3, x, X, C),
        C,
        taken,
      );
    }
  }
}

/** The inverse of `gather`. */
export function scatter(
  from: usize,
  pixel: usize,
  chunk: usize,
  x: usize,
  X: i32,
  C: i32,
  pixels: i32,
): void {
  for (const end = X + pixels; X < end; X += TAKEN, from += TAKEN * pixel) {
    const taken = min(TAKEN, end - X);
    for (let k = 0; k < LANES; k += 4) {
      scatter4(
        from + floats(k),
        pixel,
        chunk,
        target(k, x, X, C),
        target(k + 1, x, X, C),
        target(k + 2, x, X, C),
        target(k + 3, x, X, C),
        C,
        taken,
      );
    }
  }
}

/** `gather` for four lanes, whose pixels lie at p0 … p3. */
// biome-ignore format: a pair of vectors a line
function gather4(to: usize, pixel: usize, chunk: usize, p0: usize, p1: usize, p2: usize, p3: usize, C: i32, pixels: i32): void {
  for (; pixels > 0; pixels--, to += pixel) {
    let at = to, c = C;
    for (; c >= CHUNK; c -= CHUNK, at += chunk) {
      for (let end = at + CHUNK_BYTES; at < end; at += 4 * VECTOR) {
        const v0 = v128.load(p0), v1 = v128.load(p1), v2 = v128.load(p2), v3 = v128.load(p3);
        const low01 = v128.shuffle<i32>(v0, v1, 0, 4, 1, 5), low23 = v128.shuffle<i32>(v2, v3, 0, 4, 1, 5);
        const high01 = v128.shuffle<i32>(v0, v1, 2, 6, 3, 7), high23 = v128.shuffle<i32>(v2, v3, 2, 6, 3, 7);
        v128.store(at, v128.shuffle<i64>(low01, low23, 0, 2));
        v128.store(at + VECTOR, v128.shuffle<i64>(low01, low23, 1, 3));
        v128.store(at + 2 * VECTOR, v128.shuffle<i64>(high01, high23, 0, 2));
        v128.store(at + 3 * VECTOR, v128.shuffle<i64>(high01, high23, 1, 3));
        p0 += 16; p1 += 16; p2 += 16; p3 += 16;
      }
      at -= CHUNK_BYTES;
    }
    for (; c > 0; c--, at += VECTOR, p0 += 4, p1 += 4, p2 += 4, p3 += 4) {
      f32.store(at, f32.load(p0)); f32.store(at, f32.load(p1), 4); f32.store(at, f32.load(p2), 8); f32.store(at, f32.load(p3), 12);
    }
  }
}

// biome-ignore format: a pair of vectors a line
function scatter4(from: usize, pixel: usize, chunk: usize, p0: usize, p1: usize, p2: usize, p3: usize, C: i32, pixels: i32): void {
  for (; pixels > 0; pixels--, from += pixel) {
    let at = from, c = C;
    for (; c >= CHUNK; c -= CHUNK, at += chunk) {
      for (let end = at + CHUNK_BYTES; at < end; at += 4 * VECTOR) {
        const v0 = v128.load(at), v1 = v128.load(at + VECTOR), v2 = v128.load(at + 2 * VECTOR), v3 = v128.load(at + 3 * VECTOR);
        const low01 = v128.shuffle<i32>(v0, v1, 0, 4, 1, 5), low23 = v128.shuffle<i32>(v2, v3, 0, 4, 1, 5);
        const high01 = v128.shuffle<i32>(v0, v1, 2, 6, 3, 7), high23 = v128.shuffle<i32>(v2, v3, 2, 6, 3, 7);
        v128.store(p0, v128.shuffle<i64>(low01, low23, 0, 2));
        v128.store(p1, v128.shuffle<i64>(low01, low23, 1, 3));
        v128.store(p2, v128.shuffle<i64>(high01, high23, 0, 2));
        v128.store(p3, v128.shuffle<i64>(high01, high23, 1, 3));
        p0 += 16; p1 += 16; p2 += 16; p3 += 16;
      }
      at -= CHUNK_BYTES;
    }
    for (; c > 0; c--, at += VECTOR, p0 += 4, p1 += 4, p2 += 4, p3 += 4) {
      f32.store(p0, f32.load(at)); f32.store(p1, f32.load(at, 4)); f32.store(p2, f32.load(at, 8)); f32.store(p3, f32.load(at, 12));
    }
  }
}
