// Eigenvectors of a tridiagonal matrix by inverse iteration (J. H. Wilkinson and C. Reinsch, "Linear Algebra", 1971, II/18).

import { doubles, get, set } from './doubles';

/** Vectors of eigenvalues that differ by more, as a share of the largest, are orthogonal by themselves, to 1e-12. */
const APART: f64 = 1e-3;

/** Where vectors are computed: of T the diagonal and what stands beside it; n, and the largest eigenvalue. */
let diagonal: usize = 0;
let off: usize = 0;
let n: i32 = 0;
let largest: f64 = 0;
/** `[4, n]`: of T - value = P L U, the inverse pivots and the two diagonals above them, and L's factors */
let upper: usize = 0;
/** `[n]`: 1 where a row was exchanged with the next one */
let exchanged: usize = 0;

export function useMatrix(ofDiagonal: usize, ofOff: usize, rows: i32, norm: f64, room: usize): void {
  diagonal = ofDiagonal;
  off = ofOff;
  n = rows;
  largest = norm;
  upper = room;
  exchanged = room + doubles(4 * rows);
}

/** Computes vectors [count, n] of norm 1, a row each, of the first `count` of some values. */
export function computeVectors(values: usize, count: i32, vectors: usize): void {
  for (let k = 0; k < count; k++) {
    const z = vectors + doubles(k * n);
    factorize(get(values, k));
    // Another start for each, that those of equal eigenvalues differ.
    for (let i = 0; i < n; i++) set(z, i, 1 + <f64>(((i + 1) * (k + 2) * 37) % 101) / 101);
    solveUpper(z);
    scale(z);
    orthogonalize(values, k, vectors, z);
    solveLower(z);
    solveUpper(z);
    scale(z);
    orthogonalize(values, k, vectors, z);
  }
}

/** Takes off what z has of the vectors of values near that of k, and scales it to norm 1. */
function orthogonalize(values: usize, k: i32, vectors: usize, z: usize): void {
  const value = get(values, k);
  let isChanged = false;
  for (let other = 0; other < k; other++) {
    if (Math.abs(get(values, other) - value) > APART * largest) continue;
    removePart(z, vectors + doubles(other * n));
    isChanged = true;
  }
  if (isChanged) scale(z);
}

/** Gauss's elimination of T - value with row exchanges. */
function factorize(value: f64): void {
  const tiny = f64.EPSILON * (largest > 0 ? largest : 1);
  let p = get(diagonal, 0) - value;
  let q = get(off, 0);
  for (let i = 0; i < n - 1; i++) {
    const below = get(off, i);
    const next = get(diagonal, i + 1) - value;
    const beyond = get(off, i + 1);
    const row = upper + doubles(4 * i);
    if (Math.abs(below) > Math.abs(p)) {
      const inverse = 1 / below;
      const factor = p * inverse;
      set(row, 0, inverse);
      set(row, 1, next);
      set(row, 2, beyond);
      set(row, 3, factor);
      store<i32>(exchanged + ((<usize>i) << 2), 1);
      p = q - factor * next;
      q = -factor * beyond;
    } else {
      if (Math.abs(p) < tiny) p = tiny;
      const inverse = 1 / p;
      const factor = below * inverse;
      set(row, 0, inverse);
      set(row, 1, q);
      set(row, 2, 0);
      set(row, 3, factor);
      store<i32>(exchanged + ((<usize>i) << 2), 0);
      p = next - factor * q;
      q = beyond;
    }
  }
  const row = upper + doubles(4 * (n - 1));
  set(row, 0, 1 / (Math.abs(p) < tiny ? tiny : p));
  set(row, 1, 0);
  set(row, 2, 0);
}

/** z <- (P L)^-1 z */
function solveLower(z: usize): void {
  let above = get(z, 0);
  for (let i = 0; i < n - 1; i++) {
    const factor = get(upper + doubles(4 * i), 3);
    const below = get(z, i + 1);
    const isExchanged = load<i32>(exchanged + ((<usize>i) << 2)) !== 0;
    const first = isExchanged ? below : above;
    set(z, i, first);
    above = (isExchanged ? above : below) - factor * first;
  }
  set(z, n - 1, above);
}

/** z <- U^-1 z */
function solveUpper(z: usize): void {
  let next: f64 = 0;
  let second: f64 = 0;
  for (let i = n - 1; i >= 0; i--) {
    const row = upper + doubles(4 * i);
    const x = (get(z, i) - get(row, 1) * next - get(row, 2) * second) * get(row, 0);
    set(z, i, x);
    second = next;
    next = x;
  }
}

/** z -= v (v . z) */
function removePart(z: usize, v: usize): void {
  let dot: f64 = 0;
  for (let i = 0; i < n; i++) dot += get(v, i) * get(z, i);
  for (let i = 0; i < n; i++) set(z, i, get(z, i) - dot * get(v, i));
}

/** Scales z to norm 1. */
function scale(z: usize): void {
  let square: f64 = 0;
  for (let i = 0; i < n; i++) square += get(z, i) * get(z, i);
  const factor = 1 / Math.sqrt(square);
  for (let i = 0; i < n; i++) set(z, i, get(z, i) * factor);
}
