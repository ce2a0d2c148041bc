// The one inner loop of all matrix products: a tile of 6 rows and 8 columns of C = A B.
//
// In registers: the tile's 48 sums (12 vectors), two vectors of a row of B, one element of A repeated
// four times: 15 of the 16 vector registers of x86-64 and half of those of arm64. Each step of k costs
// 12 multiply-adds for 8 loads, so the loop is bound by arithmetic as long as B's panel lies in L1.

/** How the sums begin: from zero, from what C holds, or from a row of 8 numbers. */
export const FROM_ZERO: i32 = 0;
export const FROM_C: i32 = 1;
export const FROM_BIAS: i32 = 2;

/** Rows and columns of a tile. */
export const ROWS: i32 = 6;
export const COLUMNS: i32 = 8;

/**
 * C[i, j] = start + sum_s sum_k A[i, s, k] B[s, k, j] for `rows` rows (at most 6) and `columns` columns (at most 8).
 *
 * a0 … a5 point at the first element of each row of A (for rows that do not exist: any valid address).
 * After each k, A's pointers move on by aStep and B's by bStep bytes; after each of the `segments` runs of
 * `length` steps by aSegment and bSegment more. Rows of C lie cRow bytes apart. B is read 8 columns wide
 * whatever `columns` says; C is written exactly.
 */
@inline
export function tile(
  rows: i32, columns: i32,
  a0: usize, a1: usize, a2: usize, a3: usize, a4: usize, a5: usize,
  aStep: usize, aSegment: usize,
  b: usize, bStep: usize, bSegment: usize,
  length: i32, segments: i32,
  start: i32, bias: usize,
  c: usize, cRow: usize,
): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00;
  let s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;
  if (start == FROM_BIAS) {
    s00 = s10 = s20 = s30 = s40 = s50 = v128.load(bias);
    s01 = s11 = s21 = s31 = s41 = s51 = v128.load(bias, 16);
  } else if (start == FROM_C) {
    let p = c;
    s00 = v128.load(p); s01 = v128.load(p, 16);
    if (rows > 1) { p += cRow; s10 = v128.load(p); s11 = v128.load(p, 16); }
    if (rows > 2) { p += cRow; s20 = v128.load(p); s21 = v128.load(p, 16); }
    if (rows > 3) { p += cRow; s30 = v128.load(p); s31 = v128.load(p, 16); }
    if (rows > 4) { p += cRow; s40 = v128.load(p); s41 = v128.load(p, 16); }
    if (rows > 5) { p += cRow; s50 = v128.load(p); s51 = v128.load(p, 16); }
  }
  for (let s = 0; s < segments; s++) {
    for (let k = 0; k < length; k++) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let x = v128.load32_splat(a0);
      s00 = f32x4.relaxed_madd(x, b0, s00); s01 = f32x4.relaxed_madd(x, b1, s01);
      x = v128.load32_splat(a1);
      s10 = f32x4.relaxed_madd(x, b0, s10); s11 = f32x4.relaxed_madd(x, b1, s11);
      x = v128.load32_splat(a2);
      s20 = f32x4.relaxed_madd(x, b0, s20); s21 = f32x4.relaxed_madd(x, b1, s21);
      x = v128.load32_splat(a3);
      s30 = f32x4.relaxed_madd(x, b0, s30); s31 = f32x4.relaxed_madd(x, b1, s31);
      x = v128.load32_splat(a4);
      s40 = f32x4.relaxed_madd(x, b0, s40); s41 = f32x4.relaxed_madd(x, b1, s41);
      x = v128.load32_splat(a5);
      s50 = f32x4.relaxed_madd(x, b0, s50); s51 = f32x4.relaxed_madd(x, b1, s51);
      a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep; a4 += aStep; a5 += aStep;
      b += bStep;
    }
    a0 += aSegment; a1 += aSegment; a2 += aSegment; a3 += aSegment; a4 += aSegment; a5 += aSegment;
    b += bSegment;
  }
  if (rows == ROWS && columns == COLUMNS) {
    v128.store(c, s00); v128.store(c, s01, 16); c += cRow;
    v128.store(c, s10); v128.store(c, s11, 16); c += cRow;
    v128.store(c, s20); v128.store(c, s21, 16); c += cRow;
    v128.store(c, s30); v128.store(c, s31, 16); c += cRow;
    v128.store(c, s40); v128.store(c, s41, 16); c += cRow;
    v128.store(c, s50); v128.store(c, s51, 16);
    return;
  }
  store(c, s00, s01, columns);
  if (rows > 1) { c += cRow; store(c, s10, s11, columns); }
  if (rows > 2) { c += cRow; store(c, s20, s21, columns); }
  if (rows > 3) { c += cRow; store(c, s30, s31, columns); }
  if (rows > 4) { c += cRow; store(c, s40, s41, columns); }
  if (rows > 5) { c += cRow; store(c, s50, s51, columns); }
}

function store(c: usize, low: v128, high: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(c, low);
    v128.store(c, high, 16);
  } else if (columns >= 4) {
    v128.store(c, low);
    storeLanes(c + 16, high, columns - 4);
  } else {
    storeLanes(c, low, columns);
  }
}

/** Stores the first `count` numbers of a vector, at most three. */
export function storeLanes(c: usize, v: v128, count: i32): void {
  if (count > 0) v128.store_lane<f32>(c, v, 0, 0);
  if (count > 1) v128.store_lane<f32>(c, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(c, v, 2, 8);
}


/** As `tile`, for any number of rows of A that lie aRow bytes apart: one tile below the other. */
export function strip(
  rows: i32, columns: i32,
  a: usize, aRow: usize, aStep: usize, aSegment: usize,
  b: usize, bStep: usize, bSegment: usize,
  length: i32, segments: i32,
  start: i32, c: usize, cRow: usize,
): void {
  for (; rows > 0; rows -= ROWS) {
    const a1 = rows > 1 ? a + aRow : a;
    const a2 = rows > 2 ? a1 + aRow : a1;
    const a3 = rows > 3 ? a2 + aRow : a2;
    const a4 = rows > 4 ? a3 + aRow : a3;
    const a5 = rows > 5 ? a4 + aRow : a4;
    tile(
      min(rows, ROWS), columns, a, a1, a2, a3, a4, a5, aStep, aSegment,
      b, bStep, bSegment, length, segments, start, 0, c, cRow,
    );
    a += <usize>ROWS * aRow;
    c += <usize>ROWS * cRow;
  }
}
