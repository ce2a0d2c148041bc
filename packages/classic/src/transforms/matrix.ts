/** A square matrix [n, n], row-major. */
export interface Matrix {
  readonly n: number;
  readonly data: Float64Array;
}

/** The matrix [n, n] of f(row, column). */
export function matrixOf(n: number, f: (row: number, column: number) => number): Matrix {
  return { n, data: Float64Array.from({ length: n * n }, (_, i) => f(Math.floor(i / n), i % n)) };
}

/**
 * The inverse, by Gauss and Jordan's elimination with partial pivoting.
 *
 * Throws RangeError when the matrix is singular.
 */
export function inverse(matrix: Matrix): Matrix {
  const { n } = matrix;
  // [A | I] becomes [I | A^-1].
  const rows = Array.from({ length: n }, (_, row) =>
    Float64Array.from({ length: 2 * n }, (_, column) =>
      column < n ? matrix.data[row * n + column]! : Number(column - n === row),
    ),
  );
  for (let column = 0; column < n; column++) eliminate(rows, column);
  return matrixOf(n, (row, column) => rows[row]![n + column]!);
}

/** Brings the largest entry of a column to the diagonal, scales its row to 1 there, and clears the other rows. */
function eliminate(rows: Float64Array[], column: number): void {
  let best = column;
  for (let row = column; row < rows.length; row++) {
    if (Math.abs(rows[row]![column]!) > Math.abs(rows[best]![column]!)) best = row;
  }
  [rows[column], rows[best]] = [rows[best]!, rows[column]!];
  const pivot = rows[column]!;
  const scale = pivot[column]!;
  if (scale === 0) throw new RangeError('a singular matrix has no inverse');
  for (let i = 0; i < pivot.length; i++) pivot[i]! /= scale;
  rows.forEach((row, r) => {
    const factor = row[column]!;
    if (r !== column) for (let i = 0; i < row.length; i++) row[i]! -= factor * pivot[i]!;
  });
}
