import type { Plane } from '../plane.ts';
import type { LineTransform } from './lines.ts';

/**
 * The 2D transforms T X Tᵗ of all overlapping blocks X of a plane, kept for the last `rows` rows that were asked for.
 *
 * The transforms along rows are shared by the blocks above each other that contain the row.
 */
export class BlockSpectra {
  /** `[rows, width, n²]`: coefficients of the block at (y, x) begin at `offset(y · width + x)`. */
  readonly data: Float32Array;
  readonly #plane: Plane;
  readonly #transform: LineTransform;
  readonly #rows: number;
  /** `[n, width, n]`: the transforms along rows of the last n rows; which row each slot has. */
  readonly #lines: Float32Array;
  readonly #lineIn: Int32Array;
  readonly #rowIn: Int32Array;
  /** `[n]`: where the lines that are transformed begin. */
  readonly #places: Int32Array;

  constructor(plane: Plane, transform: LineTransform, rows: number) {
    const { n } = transform;
    this.#plane = plane;
    this.#transform = transform;
    this.#rows = rows;
    this.data = new Float32Array(rows * plane.width * n * n);
    this.#lines = new Float32Array(n * plane.width * n);
    this.#lineIn = new Int32Array(n).fill(-1);
    this.#rowIn = new Int32Array(rows).fill(-1);
    this.#places = new Int32Array(n);
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
    const { n } = this.#transform;
    for (let i = 0; i < n; i++) this.#places[i] = y * width + i;
    this.#transform.forward({
      from: data,
      places: this.#places,
      runs: width - n + 1,
      length: 1,
      to: this.#lines,
      out: slot * width * n,
      apart: n,
      stride: 1,
    });
  }

  /** A run of lines are the columns of a block. */
  #transformColumns(y: number, slot: number): void {
    const { width } = this.#plane;
    const { n } = this.#transform;
    for (let i = 0; i < n; i++) this.#places[i] = ((y + i) % n) * width * n;
    this.#transform.forward({
      from: this.#lines,
      places: this.#places,
      runs: width - n + 1,
      length: n,
      to: this.data,
      out: slot * width * n * n,
      apart: n * n,
      stride: n,
    });
  }
}
