// The largest eigenvalues of a tridiagonal matrix (C. Reinsch, "A stable, rational QL algorithm for the computation of the
// eigenvalues of an Hermitian, tridiagonal matrix", Numer. Math. 25, 1973).

import { get, set } from './doubles';

/** How many eigenvalues are larger than `bound`: the positive pivots of T - bound. */
export function countAbove(bound: f64, diagonal: usize, off: usize, n: i32): i32 {
  let count = 0;
  let pivot: f64 = 1;
  let beside: f64 = 0;
  for (let i = 0; i < n; i++) {
    pivot = get(diagonal, i) - bound - (beside * beside) / pivot;
    // Of the sign with which an eigenvalue that equals the bound is not counted.
    if (pivot === 0) pivot = -Math.max(f64.EPSILON * Math.abs(bound), f64.MIN_NORMAL_VALUE);
    if (pivot > 0) count++;
    beside = get(off, i);
  }
  return count;
}

/**
 * The eigenvalues that are larger than `bound`, in no order, and others that were found before the last of them: gives how many
 * stand in `values`. `squares` is room for n numbers.
 */
export function eigenvaluesAbove(
  bound: f64,
  diagonal: usize,
  off: usize,
  n: i32,
  values: usize,
  squares: usize,
): i32 {
  const wanted = countAbove(bound, diagonal, off, n);
  for (let i = 0; i < n; i++) {
    set(values, i, get(diagonal, i));
    set(squares, i, get(off, i) * get(off, i));
  }
  let found = 0;
  let l = 0;
  for (; l < n && found < wanted; l++) {
    converge(values, squares, l, n);
    if (get(values, l) > bound) found++;
  }
  return l;
}

/** Steps until row l is an eigenvalue. */
function converge(d: usize, squares: usize, l: i32, n: i32): void {
  for (;;) {
    let m = l;
    while (m < n - 1 && get(squares, m) > f64.EPSILON * f64.EPSILON * Math.abs(get(d, m) * get(d, m + 1)))
      m++;
    if (m < n - 1) set(squares, m, 0);
    if (m === l) return;
    sweep(d, squares, l, m);
  }
}

/** One QL step, without square roots, on the rows l … m, shifted by the eigenvalue of the first two that is near d[l]. */
function sweep(d: usize, squares: usize, l: i32, m: i32): void {
  const root = Math.sqrt(get(squares, l));
  const half = (get(d, l + 1) - get(d, l)) / (2 * root);
  const length = Math.sqrt(half * half + 1);
  const shift = get(d, l) - root / (half + (half < 0 ? -length : length));
  let c: f64 = 1;
  let s: f64 = 0;
  let gamma = get(d, m) - shift;
  let p = gamma * gamma;
  for (let i = m - 1; i >= l; i--) {
    const square = get(squares, i);
    const r = p + square;
    if (i < m - 1) set(squares, i + 1, s * r);
    const before = c;
    c = p / r;
    s = square / r;
    // 1 / c, which would have to wait for c.
    const inverse = r / p;
    const last = gamma;
    const alpha = get(d, i);
    gamma = c * (alpha - shift) - s * last;
    set(d, i + 1, last + (alpha - gamma));
    p = c !== 0 ? gamma * gamma * inverse : before * square;
  }
  set(squares, l, s * p);
  set(d, l, shift + gamma);
}
