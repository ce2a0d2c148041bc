// The inner loop of matrix products, but for those of small windows (attention/lanes/products.ts): a tile of 6 rows and 16 columns of
// C = start + A B.
//
// In registers: the tile's 96 sums (24 vectors), four vectors of a row of B, one element of A repeated four times. V8 joins
// pairs of neighbouring vectors to registers of 256 bits where it is asked to (`--experimental-wasm-revectorize`): then they
// are 15 of the 16 vector registers of x86-64, and each step of k costs 12 multiply-adds for 8 loads, so the loop is bound
// by arithmetic as long as B's panel lies in L1. The 32 registers of arm64 hold them as they are. Where an x86-64 has to do
// without that flag, some sums are spilled to the stack: 47 GFLOP/s instead of 118, where a tile of 8 columns gives 61 and 71.
//
// A pass of the loop takes two steps of k, which spares half of the jumps and of V8's looking whether it shall stop: 113
// GFLOP/s instead of 106.
//
// V8 joins what is loaded and stored in neighbouring pairs, without a branch between. A tile at the edge of C is therefore
// computed whole: with fewer columns in spare memory, of which what belongs to C is copied; rows beyond the last one go to
// spare memory.
//
// Of two neighbouring vectors the second one is stored first: V8 then stores both at once. Of two in the order of memory it
// stores the first one twice, by itself and with the other.

import { COLUMNS, REGISTER_BYTES, ROWS } from '../constants';
import { copyRun } from './runs';

/** Bytes of a row of a tile, and of the tile in spare memory. */
export const TILE_ROW: usize = <usize>COLUMNS * sizeof<f32>();
const TILE_BYTES: usize = <usize>ROWS * TILE_ROW;

/** `count` columns rounded up to whole tiles. */
export function wholeTiles(count: i32): i32 {
  return ((count + COLUMNS - 1) / COLUMNS) * COLUMNS;
}

// Every thread has its own instance of this module, so these belong to one thread.
/** Room for a tile, or for what else a kernel wants to see the numbers of. */
export let spare: usize = 0;
/** A row of zeros: the start of sums that begin at zero. */
export let zeros: usize = 0;
/** Registers of expressions, and sums of reductions. */
export let registers: usize = 0;
export let sums: usize = 0;

/** Sets this thread's spare memory, which is zero. */
export function useSpare(address: usize): void {
  spare = address;
  zeros = address + TILE_BYTES;
  registers = zeros + TILE_ROW;
  sums = registers + REGISTER_BYTES;
}

/**
 * C[i, j] = start[i, j] + sum_s sum_k A[i, s, k] B[s, k, j]
 *
 * C has `rows` rows (at most 6) and `columns` columns (at most 16).
 *
 * a0 … a5 point at the first element of each row of A (for rows that do not exist: any valid address). After each k,
 * A's pointers move on by aStep and B's by bStep bytes; after each of the `segments` runs of `length` steps (one at
 * least) by aSegment and bSegment more. Rows of C lie cRow bytes apart, those of the start startRow: it may be C
 * itself, or one row (startRow 0) such as `zeros` or a bias. B and the start are read 16 columns wide whatever
 * `columns` says; C is written exactly.
 */
// Inlined, so that the loop does not pay for a call with 21 arguments.
// biome-ignore format: a pair of vectors a line
@inline
export function tile(
  rows: i32, columns: i32,
  a0: usize, a1: usize, a2: usize, a3: usize, a4: usize, a5: usize,
  aStep: usize, aSegment: usize,
  b: usize, bStep: usize, bSegment: usize,
  length: i32, segments: i32,
  start: usize, startRow: usize,
  c: usize, cRow: usize,
): void {
  const narrow = columns < COLUMNS;
  if (narrow && start === c) {
    copyTile(spare, TILE_ROW, c, cRow, rows, columns);
    start = spare;
    startRow = TILE_ROW;
  }
  let from = start;
  let s00 = v128.load(from), s01 = v128.load(from, 16), s02 = v128.load(from, 32), s03 = v128.load(from, 48);
  from = rows > 1 ? from + startRow : zeros;
  let s10 = v128.load(from), s11 = v128.load(from, 16), s12 = v128.load(from, 32), s13 = v128.load(from, 48);
  from = rows > 2 ? from + startRow : zeros;
  let s20 = v128.load(from), s21 = v128.load(from, 16), s22 = v128.load(from, 32), s23 = v128.load(from, 48);
  from = rows > 3 ? from + startRow : zeros;
  let s30 = v128.load(from), s31 = v128.load(from, 16), s32 = v128.load(from, 32), s33 = v128.load(from, 48);
  from = rows > 4 ? from + startRow : zeros;
  let s40 = v128.load(from), s41 = v128.load(from, 16), s42 = v128.load(from, 32), s43 = v128.load(from, 48);
  from = rows > 5 ? from + startRow : zeros;
  let s50 = v128.load(from), s51 = v128.load(from, 16), s52 = v128.load(from, 32), s53 = v128.load(from, 48);
  for (let s = 0; s < segments; s++) {
    let k = length;
    do {
      let b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      let x = v128.load32_splat(a0);
      s00 = f32x4.relaxed_madd(x, b0, s00); s01 = f32x4.relaxed_madd(x, b1, s01);
      s02 = f32x4.relaxed_madd(x, b2, s02); s03 = f32x4.relaxed_madd(x, b3, s03);
      x = v128.load32_splat(a1);
      s10 = f32x4.relaxed_madd(x, b0, s10); s11 = f32x4.relaxed_madd(x, b1, s11);
      s12 = f32x4.relaxed_madd(x, b2, s12); s13 = f32x4.relaxed_madd(x, b3, s13);
      x = v128.load32_splat(a2);
      s20 = f32x4.relaxed_madd(x, b0, s20); s21 = f32x4.relaxed_madd(x, b1, s21);
      s22 = f32x4.relaxed_madd(x, b2, s22); s23 = f32x4.relaxed_madd(x, b3, s23);
      x = v128.load32_splat(a3);
      s30 = f32x4.relaxed_madd(x, b0, s30); s31 = f32x4.relaxed_madd(x, b1, s31);
      s32 = f32x4.relaxed_madd(x, b2, s32); s33 = f32x4.relaxed_madd(x, b3, s33);
      x = v128.load32_splat(a4);
      s40 = f32x4.relaxed_madd(x, b0, s40); s41 = f32x4.relaxed_madd(x, b1, s41);
      s42 = f32x4.relaxed_madd(x, b2, s42); s43 = f32x4.relaxed_madd(x, b3, s43);
      x = v128.load32_splat(a5);
      s50 = f32x4.relaxed_madd(x, b0, s50); s51 = f32x4.relaxed_madd(x, b1, s51);
      s52 = f32x4.relaxed_madd(x, b2, s52); s53 = f32x4.relaxed_madd(x, b3, s53);
      a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep; a4 += aStep; a5 += aStep;
      b += bStep;
      if (--k === 0) break;
      b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32); b3 = v128.load(b, 48);
      x = v128.load32_splat(a0);
      s00 = f32x4.relaxed_madd(x, b0, s00); s01 = f32x4.relaxed_madd(x, b1, s01);
      s02 = f32x4.relaxed_madd(x, b2, s02); s03 = f32x4.relaxed_madd(x, b3, s03);
      x = v128.load32_splat(a1);
      s10 = f32x4.relaxed_madd(x, b0, s10); s11 = f32x4.relaxed_madd(x, b1, s11);
      s12 = f32x4.relaxed_madd(x, b2, s12); s13 = f32x4.relaxed_madd(x, b3, s13);
      x = v128.load32_splat(a2);
      s20 = f32x4.relaxed_madd(x, b0, s20); s21 = f32x4.relaxed_madd(x, b1, s21);
      s22 = f32x4.relaxed_madd(x, b2, s22); s23 = f32x4.relaxed_madd(x, b3, s23);
      x = v128.load32_splat(a3);
      s30 = f32x4.relaxed_madd(x, b0, s30); s31 = f32x4.relaxed_madd(x, b1, s31);
      s32 = f32x4.relaxed_madd(x, b2, s32); s33 = f32x4.relaxed_madd(x, b3, s33);
      x = v128.load32_splat(a4);
      s40 = f32x4.relaxed_madd(x, b0, s40); s41 = f32x4.relaxed_madd(x, b1, s41);
      s42 = f32x4.relaxed_madd(x, b2, s42); s43 = f32x4.relaxed_madd(x, b3, s43);
      x = v128.load32_splat(a5);
      s50 = f32x4.relaxed_madd(x, b0, s50); s51 = f32x4.relaxed_madd(x, b1, s51);
      s52 = f32x4.relaxed_madd(x, b2, s52); s53 = f32x4.relaxed_madd(x, b3, s53);
      a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep; a4 += aStep; a5 += aStep;
      b += bStep;
    } while (--k !== 0);
    a0 += aSegment; a1 += aSegment; a2 += aSegment; a3 += aSegment; a4 += aSegment; a5 += aSegment;
    b += bSegment;
  }
  let to = narrow ? spare : c;
  const toRow = narrow ? TILE_ROW : cRow;
  v128.store(to, s01, 16); v128.store(to, s00); v128.store(to, s03, 48); v128.store(to, s02, 32);
  to = narrow || rows > 1 ? to + toRow : spare;
  v128.store(to, s11, 16); v128.store(to, s10); v128.store(to, s13, 48); v128.store(to, s12, 32);
  to = narrow || rows > 2 ? to + toRow : spare;
  v128.store(to, s21, 16); v128.store(to, s20); v128.store(to, s23, 48); v128.store(to, s22, 32);
  to = narrow || rows > 3 ? to + toRow : spare;
  v128.store(to, s31, 16); v128.store(to, s30); v128.store(to, s33, 48); v128.store(to, s32, 32);
  to = narrow || rows > 4 ? to + toRow : spare;
  v128.store(to, s41, 16); v128.store(to, s40); v128.store(to, s43, 48); v128.store(to, s42, 32);
  to = narrow || rows > 5 ? to + toRow : spare;
  v128.store(to, s51, 16); v128.store(to, s50); v128.store(to, s53, 48); v128.store(to, s52, 32);
  if (narrow) copyTile(c, cRow, spare, TILE_ROW, rows, columns);
}

function copyTile(to: usize, toRow: usize, from: usize, fromRow: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    copyRun(to, from, columns);
    to += toRow;
    from += fromRow;
  }
}

/** As `tile`, for any number of rows of A that lie aRow bytes apart: one tile below the other. */
export function strip(
  rows: i32,
  columns: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  aSegment: usize,
  b: usize,
  bStep: usize,
  bSegment: usize,
  length: i32,
  segments: i32,
  start: usize,
  startRow: usize,
  c: usize,
  cRow: usize,
): void {
  for (; rows >= ROWS && columns === COLUMNS; rows -= ROWS) {
    const a1 = a + aRow;
    const a2 = a1 + aRow;
    const a3 = a2 + aRow;
    const a4 = a3 + aRow;
    const a5 = a4 + aRow;
    // biome-ignore format: the two factors, the start and the product
    tile(
      ROWS, COLUMNS, a, a1, a2, a3, a4, a5, aStep, aSegment,
      b, bStep, bSegment, length, segments, start, startRow, c, cRow,
    );
    a = a5 + aRow;
    c += <usize>ROWS * cRow;
    start += <usize>ROWS * startRow;
  }
  for (; rows > 0; rows -= ROWS) {
    const a1 = rows > 1 ? a + aRow : a;
    const a2 = rows > 2 ? a1 + aRow : a1;
    const a3 = rows > 3 ? a2 + aRow : a2;
    const a4 = rows > 4 ? a3 + aRow : a3;
    const a5 = rows > 5 ? a4 + aRow : a4;
    // biome-ignore format: the two factors, the start and the product
    tile(
      min(rows, ROWS), columns, a, a1, a2, a3, a4, a5, aStep, aSegment,
      b, bStep, bSegment, length, segments, start, startRow, c, cRow,
    );
    a += <usize>ROWS * aRow;
    c += <usize>ROWS * cRow;
    start += <usize>ROWS * startRow;
  }
}
