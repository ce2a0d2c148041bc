// Householder's reflections make a symmetric matrix tridiagonal (J. H. Wilkinson and C. Reinsch, "Linear Algebra", 1971, II/2).

import { doubles, get, inFours, set, sumOf } from './doubles';

/**
 * Makes A [n, n], of which the lower triangle is read, tridiagonal: its diagonal, and `off`, where off[i] stands between i and
 * i + 1.
 *
 * A's rows are whole fours. Row i of A becomes the vector u of the reflection that cleared it, with a zero behind it, and
 * halfNorms[i] half its squared norm, 0 where nothing was to be cleared. `p` is room for n numbers in whole fours.
 */
export function tridiagonalize(
  A: usize,
  n: i32,
  diagonal: usize,
  off: usize,
  halfNorms: usize,
  p: usize,
): void {
  const width = doubles(inFours(n));
  set(off, n - 1, 0);
  for (let i = n - 1; i >= 0; i--) {
    const u = A + <usize>i * width;
    set(diagonal, i, get(u, i));
    // Behind u, so that it can be read in pairs.
    set(u, i, 0);
    if (i > 0) reflect(A, width, i, u, off, halfNorms, p);
  }
}

/** Clears row i, u, but for its last number, by a reflection of the rows and columns before it. */
function reflect(A: usize, width: usize, i: i32, u: usize, off: usize, halfNorms: usize, p: usize): void {
  const square = dot(u, u, i);
  const beside = get(u, i - 1);
  set(halfNorms, i, 0);
  set(off, i - 1, beside);
  if (!(square - beside * beside > 0)) return;
  const reflected = beside > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  const h = square - beside * reflected;
  set(off, i - 1, reflected);
  set(halfNorms, i, h);
  set(u, i - 1, beside - reflected);
  symmetricProduct(A, width, i, u, p);
  const K = dot(u, p, i) / (2 * h);
  for (let k = 0; k < i; k++) set(p, k, (get(p, k) - K * get(u, k)) / h);
  rankTwo(A, width, i, u, p);
}

/** The sum of u_k v_k, k < n; both have a zero behind them. */
function dot(u: usize, v: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  const end = u + doubles(n);
  for (; u < end; u += 16, v += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(u), v128.load(v)));
  return sumOf(sum);
}

/** p = A u of the leading i x i part of A, of which the lower triangle is read, two rows at a time. */
function symmetricProduct(A: usize, width: usize, i: i32, u: usize, p: usize): void {
  set(p, i, 0);
  let j = 0;
  for (; j + 1 < i; j += 2) {
    const first = A + <usize>j * width;
    const second = first + width;
    const u0 = get(u, j);
    const u1 = get(u, j + 1);
    const s0 = f64x2.splat(u0);
    const s1 = f64x2.splat(u1);
    let sum0 = f64x2.splat(0);
    let sum1 = f64x2.splat(0);
    for (let k: usize = 0; k < doubles(j); k += 16) {
      const a = v128.load(first + k);
      const b = v128.load(second + k);
      const x = v128.load(u + k);
      sum0 = f64x2.add(sum0, f64x2.mul(a, x));
      sum1 = f64x2.add(sum1, f64x2.mul(b, x));
      const both = f64x2.add(f64x2.mul(a, s0), f64x2.mul(b, s1));
      v128.store(p + k, f64x2.add(v128.load(p + k), both));
    }
    const beside = get(second, j);
    set(p, j, sumOf(sum0) + get(first, j) * u0 + beside * u1);
    set(p, j + 1, sumOf(sum1) + beside * u0 + get(second, j + 1) * u1);
  }
  if (j === i) return;
  const last = A + <usize>j * width;
  const ulast = get(u, j);
  const s = f64x2.splat(ulast);
  let sum = f64x2.splat(0);
  for (let k: usize = 0; k < doubles(j); k += 16) {
    const a = v128.load(last + k);
    sum = f64x2.add(sum, f64x2.mul(a, v128.load(u + k)));
    v128.store(p + k, f64x2.add(v128.load(p + k), f64x2.mul(a, s)));
  }
  set(p, j, sumOf(sum) + get(last, j) * ulast);
}

/** A -= u pᵗ + p uᵗ of the leading i x i part, its lower triangle and what stands beside that in pairs; two rows at a time. */
function rankTwo(A: usize, width: usize, i: i32, u: usize, p: usize): void {
  for (let j = 0; j < i; j += 2) {
    const first = A + <usize>j * width;
    // The row behind the last, where there is no second, is not touched by zeros.
    const second = j + 1 < i ? first + width : first;
    const u0 = f64x2.splat(get(u, j));
    const p0 = f64x2.splat(get(p, j));
    const u1 = f64x2.splat(get(u, j + 1));
    const p1 = f64x2.splat(get(p, j + 1));
    for (let k: usize = 0; k <= doubles(j); k += 16) {
      const x = v128.load(u + k);
      const y = v128.load(p + k);
      const a = v128.load(first + k);
      const b = v128.load(second + k);
      v128.store(second + k, f64x2.sub(b, f64x2.add(f64x2.mul(u1, y), f64x2.mul(p1, x))));
      v128.store(first + k, f64x2.sub(a, f64x2.add(f64x2.mul(u0, y), f64x2.mul(p0, x))));
    }
  }
}

/**
 * From vectors of the tridiagonal matrix to those of the matrix, in place: V [n, columns], a column each, in whole fours;
 * V -= u (uᵗ V) / h for the u of every reflection.
 */
export function reflectBack(A: usize, n: i32, halfNorms: usize, V: usize, columns: i32): void {
  const width = doubles(inFours(n));
  for (let i = 1; i < n; i++) {
    const h = get(halfNorms, i);
    if (h === 0) continue;
    for (let k = 0; k < columns; k += 4) {
      reflectFour(A + <usize>i * width, i, h, V + doubles(k), doubles(columns));
    }
  }
}

@inline
function reflectFour(u: usize, i: i32, h: f64, V: usize, row: usize): void {
  let left = f64x2.splat(0);
  let right = f64x2.splat(0);
  let odd0 = f64x2.splat(0);
  let odd1 = f64x2.splat(0);
  let at = V;
  // u has a zero behind it where i is odd, and V another row. Two sums each, because an addition would wait for the one before.
  for (let k = 0; k < i; k += 2) {
    const x = v128.load64_splat(u + doubles(k));
    const y = v128.load64_splat(u + doubles(k + 1));
    left = f64x2.add(left, f64x2.mul(x, v128.load(at)));
    right = f64x2.add(right, f64x2.mul(x, v128.load(at, 16)));
    at += row;
    odd0 = f64x2.add(odd0, f64x2.mul(y, v128.load(at)));
    odd1 = f64x2.add(odd1, f64x2.mul(y, v128.load(at, 16)));
    at += row;
  }
  const factor = f64x2.splat(1 / h);
  left = f64x2.mul(f64x2.add(left, odd0), factor);
  right = f64x2.mul(f64x2.add(right, odd1), factor);
  at = V;
  for (let k = 0; k < i; k++) {
    const x = v128.load64_splat(u + doubles(k));
    v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(x, left)));
    v128.store(at, f64x2.sub(v128.load(at, 16), f64x2.mul(x, right)), 16);
    at += row;
  }
}
