import type { LineTransform } from '../src/transforms/lines.ts';

/** A square matrix [n, n], row-major. */
interface Matrix {
  readonly n: number;
  readonly data: Float64Array;
}

/** The matrix [n, n] of f(row, column). */
export function matrixOf(n: number, f: (row: number, column: number) => number): Matrix {
  return { n, data: Float64Array.from({ length: n * n }, (_, i) => f(Math.floor(i / n), i % n)) };
}

/** The matrix of a transform, whose columns are the coefficients of unit vectors; they are kept in float32. */
export function matrixOfTransform({ n, forward }: LineTransform): Matrix {
  const units = Float32Array.from({ length: n * n }, (_, at) => Number(Math.floor(at / n) === at % n));
  const to = new Float32Array(n * n);
  const places = Int32Array.from({ length: n }, (_, i) => i * n);
  forward({ from: units, places, runs: 1, length: n, to, out: 0, apart: 0, stride: n });
  return { n, data: Float64Array.from(to) };
}

export function transpose({ n, data }: Matrix): Matrix {
  return matrixOf(n, (row, column) => data[column * n + row]!);
}

export function product(a: Matrix, b: Matrix): Matrix {
  return matrixOf(a.n, (row, column) => {
    let sum = 0;
    for (let k = 0; k < a.n; k++) sum += a.data[row * a.n + k]! * b.data[k * a.n + column]!;
    return sum;
  });
}
