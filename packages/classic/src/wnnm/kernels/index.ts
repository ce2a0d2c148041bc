// The low-rank approximation of matrices, one after the other, in memory of their own: see ../lowRank.ts.

import { clear, doubles, get, inFours, set } from './doubles';
import { eigenvaluesAbove } from './eigenvalues';
import { computeVectors, useMatrix } from './eigenvectors';
import { gramMatrix, multiply } from './product';
import { reflectBack, tridiagonalize } from './tridiagonal';

/** `[rows, width]`: a matrix X, given and returned; rows and width are L and M in whole fours */
export let matrix: usize = 0;
/** `[M]`: eigenvalues of Xᵗ X, and what the parts of their eigenvectors are multiplied by */
export let values: usize = 0;
export let factors: usize = 0;

/** `[M, M]`: Xᵗ X, then the reflections that made it tridiagonal; its vectors, a row each, and then a column each */
let gram: usize = 0;
let vectors: usize = 0;
let columns: usize = 0;
/** `[L, M]`: the rows of X in the vectors' terms */
let coefficients: usize = 0;
/** `[M]` each, but the last, `[5, M]`: see tridiagonal.ts and eigenvectors.ts */
let diagonal: usize = 0;
let off: usize = 0;
let halfNorms: usize = 0;
let work: usize = 0;
let factorized: usize = 0;

let next: usize = 0;

function room(count: i32): usize {
  const at = next;
  next += doubles(count);
  return at;
}

/** Makes room for matrices of up to so many columns, M, and rows, L. */
export function reserve(M: i32, L: i32): void {
  const width = inFours(M);
  const rows = inFours(L);
  next = (__heap_base + 15) & ~15;
  matrix = room(rows * width);
  values = room(width);
  factors = room(width);
  gram = room(width * width);
  vectors = room(width * width);
  columns = room(width * width);
  coefficients = room(rows * width);
  diagonal = room(width);
  off = room(width);
  halfNorms = room(width);
  work = room(width);
  factorized = room(5 * width);
  const pages = <i32>((next + 0xffff) >> 16);
  if (pages > memory.size()) memory.grow(pages - memory.size());
}

/**
 * Computes the eigenvalues of Xᵗ X that are larger than `bound`, X [L, M], and perhaps others: gives how many stand in `values`,
 * in no order.
 */
export function decompose(M: i32, L: i32, bound: f64): i32 {
  clearMargins(M, L);
  gramMatrix(matrix, L, inFours(M), gram);
  tridiagonalize(gram, M, diagonal, off, halfNorms, work);
  return eigenvaluesAbove(bound, diagonal, off, M, values, work);
}

/** Sets what X has beyond L rows and M columns to zero. */
function clearMargins(M: i32, L: i32): void {
  const width = inFours(M);
  for (let l = 0; l < L; l++) clear(matrix + doubles(l * width + M), width - M);
  clear(matrix + doubles(L * width), (inFours(L) - L) * width);
}

/** X <- sum_k factor_k (X u_k) u_kᵗ, with the eigenvectors u_k of the first `count` values */
export function project(M: i32, L: i32, count: i32): void {
  const width = inFours(M);
  const parts = inFours(count);
  useMatrix(diagonal, off, M, largest(count), factorized);
  computeVectors(values, count, vectors);
  toColumns(M, count);
  reflectBack(gram, M, halfNorms, columns, parts);
  multiply(matrix, columns, coefficients, inFours(L), width, parts);
  toWeightedRows(M, count);
  multiply(coefficients, vectors, matrix, inFours(L), parts, width);
}

function largest(count: i32): f64 {
  let value: f64 = 0;
  for (let k = 0; k < count; k++) value = Math.max(value, get(values, k));
  return value;
}

/** columns [M, count] = vectors [count, M] transposed, with zeros up to whole fours */
function toColumns(M: i32, count: i32): void {
  const parts = inFours(count);
  clear(columns, inFours(M) * parts);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < M; i++) set(columns, i * parts + k, get(vectors, k * M + i));
  }
}

/** vectors [count, M] = columns [M, count] transposed, times the factors, with zeros up to whole fours */
function toWeightedRows(M: i32, count: i32): void {
  const width = inFours(M);
  const parts = inFours(count);
  clear(vectors, parts * width);
  for (let k = 0; k < count; k++) {
    const factor = get(factors, k);
    for (let i = 0; i < M; i++) set(vectors, k * width + i, factor * get(columns, i * parts + k));
  }
}
