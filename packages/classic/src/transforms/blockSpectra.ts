import type { Plane } from '../plane.ts';
import type { Matrix } from './matrix.ts';

/**
 * The 2D transforms T X Tᵗ of all overlapping blocks X of a plane, kept for the last `rows` rows that were asked for.
 *
 * The transforms along rows are shared by the blocks above each other that contain the row.
 */
export class BlockSpectra {
  /** [rows, width, n²]: coefficients of the block at (y, x) begin at `offset(y · width + x)`. */
  readonly data: Float32Array;
  readonly #plane: Plane;
  readonly #transform: Matrix;
  readonly #rows: number;
  /** [n, width, n]: the transforms along rows of the last n rows; which row each slot has. */
  readonly #lines: Float32Array;
  readonly #lineIn: Int32Array;
  readonly #rowIn: Int32Array;
  /** [width - n + 1, n]: coefficients of one row of each block in a row of blocks. */
  readonly #sums: Float64Array;

  constructor(plane: Plane, transform: Matrix, rows: number) {
    const { n } = transform;
    this.#plane = plane;
    this.#transform = transform;
    this.#rows = rows;
    this.data = new Float32Array(rows * plane.width * n * n);
    this.#lines = new Float32Array(n * plane.width * n);
    this.#lineIn = new Int32Array(n).fill(-1);
    this.#rowIn = new Int32Array(rows).fill(-1);
    this.#sums = new Float64Array((plane.width - n + 1) * n);
  }

  /** Where the coefficients of the block at this place (row · width + column) begin; its row was asked for by `need`. */
  offset(place: number): number {
    const { n } = this.#transform;
    return (place % (this.#rows * this.#plane.width)) * n * n;
  }

  /** Computes the blocks that begin in rows from, …, to - 1, at most `rows` of them. */
  need(from: number, to: number): void {
    const { n } = this.#transform;
    for (let y = from; y < to; y++) {
      const slot = y % this.#rows;
      if (this.#rowIn[slot] === y) continue;
      for (let line = y; line < y + n; line++) this.#needLine(line);
      this.#transformColumns(y, slot);
      this.#rowIn[slot] = y;
    }
  }

  #needLine(y: number): void {
    const slot = y % this.#lineIn.length;
    if (this.#lineIn[slot] === y) return;
    this.#lineIn[slot] = y;
    const { width, data } = this.#plane;
    const { n, data: T } = this.#transform;
    const lines = this.#lines;
    for (let x = 0; x <= width - n; x++) {
      const out = (slot * width + x) * n;
      for (let u = 0; u < n; u++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += T[u * n + i]! * data[y * width + x + i]!;
        lines[out + u] = sum;
      }
    }
  }

  /** Adds line y times a and the next times b. */
  #addLines(y: number, a: number, b: number): void {
    if (a === 0 && b === 0) return;
    const { n } = this.#transform;
    const length = this.#plane.width * n;
    addTwo(a, (y % n) * length, b, ((y + 1) % n) * length, this.#lines, this.#sums);
  }

  #transformColumns(y: number, slot: number): void {
    const { width } = this.#plane;
    const { n, data: T } = this.#transform;
    for (let v = 0; v < n; v++) {
      this.#sums.fill(0);
      for (let i = 0; i + 1 < n; i += 2) this.#addLines(y + i, T[v * n + i]!, T[v * n + i + 1]!);
      if (n % 2 === 1) this.#addLines(y + n - 1, T[v * n + n - 1]!, 0);
      scatter(this.#sums, n, this.data, (slot * width * n + v) * n, n * n);
    }
  }
}

/** sums += a · values[i], … + b · values[j], …: two at once, because the sums cost as much as the products. */
function addTwo(a: number, i: number, b: number, j: number, values: Float32Array, sums: Float64Array): void {
  for (let k = 0; k < sums.length; k++) sums[k]! += a * values[i + k]! + b * values[j + k]!;
}

/** Runs of n values one after the other to runs that begin `stride` apart. */
function scatter(values: Float64Array, n: number, out: Float32Array, offset: number, stride: number): void {
  let to = offset;
  for (let from = 0; from < values.length; from += n) {
    for (let i = 0; i < n; i++) out[to + i] = values[from + i]!;
    to += stride;
  }
}
