import { doubles } from './doubles';

/**
 * Four rows and four columns of a product of matrices: out [4, 4] = A [4, inner] B [inner, 4].
 *
 * Element (i, k) of A stands `i * aRow + k * aInner` bytes behind `a`, so A may be a transposed matrix; the rows of B and of
 * `out` are `bRow` and `outRow` bytes apart.
 */
@inline
function tile(
  a: usize,
  aRow: usize,
  aInner: usize,
  b: usize,
  bRow: usize,
  inner: i32,
  out: usize,
  outRow: usize,
): void {
  let sum00 = f64x2.splat(0);
  let sum01 = f64x2.splat(0);
  let sum10 = f64x2.splat(0);
  let sum11 = f64x2.splat(0);
  let sum20 = f64x2.splat(0);
  let sum21 = f64x2.splat(0);
  let sum30 = f64x2.splat(0);
  let sum31 = f64x2.splat(0);
  const a1 = aRow;
  const a2 = aRow + aRow;
  const a3 = a2 + aRow;
  for (let k = 0; k < inner; k++) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    let x = v128.load64_splat(a);
    sum00 = f64x2.add(sum00, f64x2.mul(x, left));
    sum01 = f64x2.add(sum01, f64x2.mul(x, right));
    x = v128.load64_splat(a + a1);
    sum10 = f64x2.add(sum10, f64x2.mul(x, left));
    sum11 = f64x2.add(sum11, f64x2.mul(x, right));
    x = v128.load64_splat(a + a2);
    sum20 = f64x2.add(sum20, f64x2.mul(x, left));
    sum21 = f64x2.add(sum21, f64x2.mul(x, right));
    x = v128.load64_splat(a + a3);
    sum30 = f64x2.add(sum30, f64x2.mul(x, left));
    sum31 = f64x2.add(sum31, f64x2.mul(x, right));
    a += aInner;
    b += bRow;
  }
  v128.store(out, sum00);
  v128.store(out, sum01, 16);
  out += outRow;
  v128.store(out, sum10);
  v128.store(out, sum11, 16);
  out += outRow;
  v128.store(out, sum20);
  v128.store(out, sum21, 16);
  out += outRow;
  v128.store(out, sum30);
  v128.store(out, sum31, 16);
}

/** out [rows, columns] = A [rows, inner] B [inner, columns], rows without gaps; rows and columns are whole fours. */
export function multiply(a: usize, b: usize, out: usize, rows: i32, inner: i32, columns: i32): void {
  const width = doubles(columns);
  for (let i = 0; i < rows; i += 4) {
    for (let j = 0; j < columns; j += 4) {
      const from = a + doubles(i * inner);
      const to = out + doubles(i * columns + j);
      tile(from, doubles(inner), doubles(1), b + doubles(j), width, inner, to, width);
    }
  }
}

/** The lower triangle of G [n, n] = Xᵗ X, where X is [rows, n]; n is a whole number of fours. */
export function gramMatrix(X: usize, rows: i32, n: i32, G: usize): void {
  const width = doubles(n);
  for (let i = 0; i < n; i += 4) {
    for (let j = 0; j <= i; j += 4) {
      const to = G + doubles(i * n + j);
      tile(X + doubles(i), doubles(1), width, X + doubles(j), width, rows, to, width);
    }
  }
}
