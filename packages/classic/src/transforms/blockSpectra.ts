import type { Plane } from '../plane.ts';
import type { Matrix } from './matrix.ts';

/** Blocks that are transformed together. */
const RUN = 32;

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
  /** [RUN, n]: coefficients of one row of each block in a run of blocks side by side. */
  readonly #sums: Float64Array;
  /** Of the lines that are added at once: their factors, and where they begin. */
  readonly #factors = new Float64Array(EIGHT);
  readonly #places = new Int32Array(EIGHT);

  constructor(plane: Plane, transform: Matrix, rows: number) {
    const { n } = transform;
    this.#plane = plane;
    this.#transform = transform;
    this.#rows = rows;
    this.data = new Float32Array(rows * plane.width * n * n);
    this.#lines = new Float32Array(n * plane.width * n);
    this.#lineIn = new Int32Array(n).fill(-1);
    this.#rowIn = new Int32Array(rows).fill(-1);
    this.#sums = new Float64Array(RUN * n);
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

  /** Blocks are transformed in short runs, whose sums and lines stay in the processor's nearest cache. */
  #transformColumns(y: number, slot: number): void {
    const blocks = this.#plane.width - this.#transform.n + 1;
    for (let x = 0; x < blocks; x += RUN) this.#transformRun(y, slot, x, Math.min(RUN, blocks - x));
  }

  #transformRun(y: number, slot: number, x: number, count: number): void {
    const { width } = this.#plane;
    const { n } = this.#transform;
    const length = count * n;
    for (let v = 0; v < n; v++) {
      this.#sums.fill(0);
      for (let i = 0; i < n; i += EIGHT) this.#addLines(y, x, v, i, length);
      scatter(this.#sums, length, n, this.data, ((slot * width + x) * n + v) * n, n * n);
    }
  }

  /** Adds lines i, …, i + 7 of the blocks in row y, each times its factor in coefficient v. */
  #addLines(y: number, x: number, v: number, i: number, length: number): void {
    const { n, data: T } = this.#transform;
    for (let k = 0; k < EIGHT; k++) {
      // What is behind the last line has no weight.
      this.#factors[k] = i + k < n ? T[v * n + i + k]! : 0;
      this.#places[k] = (((y + i + k) % n) * this.#plane.width + x) * n;
    }
    addEight(this.#factors, this.#places, this.#lines, this.#sums, length);
  }
}

/** How many lines are added at once: reading and writing the sums costs as much as the products. */
const EIGHT = 8;

/** sums[k] += sum_i factors[i] · values[places[i] + k] */
function addEight(
  factors: Float64Array,
  places: Int32Array,
  values: Float32Array,
  sums: Float64Array,
  length: number,
): void {
  const [a, b, c, d, e, f, g, h] = factors as unknown as readonly number[] & { length: 8 };
  const [p, q, r, s, t, u, v, w] = places as unknown as readonly number[];
  for (let k = 0; k < length; k++) {
    sums[k]! +=
      a! * values[p! + k]! +
      b! * values[q! + k]! +
      c! * values[r! + k]! +
      d! * values[s! + k]! +
      e! * values[t! + k]! +
      f! * values[u! + k]! +
      g! * values[v! + k]! +
      h! * values[w! + k]!;
  }
}

/** Runs of n values one after the other to runs that begin `stride` apart. */
function scatter(
  values: Float64Array,
  length: number,
  n: number,
  out: Float32Array,
  offset: number,
  stride: number,
): void {
  let to = offset;
  for (let from = 0; from < length; from += n) {
    for (let i = 0; i < n; i++) out[to + i] = values[from + i]!;
    to += stride;
  }
}
