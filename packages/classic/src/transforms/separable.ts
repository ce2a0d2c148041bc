import type { Matrix } from './matrix.ts';

/** The 2D transform T X Tᵗ of blocks X [n, n], in place. */
export interface BlockTransform {
  /** Transforms the block that begins at blocks[offset]. */
  apply(blocks: Float64Array, offset: number): void;
}

/** For any T; rows of X that are zero, which a threshold leaves behind, cost nothing. */
export class SeparableTransform implements BlockTransform {
  readonly #n: number;
  readonly #T: Float64Array;
  /** [n, n]: X Tᵗ, its rows that are not zero one after the other; which rows these are. */
  readonly #half: Float64Array;
  readonly #rows: Int32Array;

  constructor({ n, data }: Matrix) {
    this.#n = n;
    this.#T = data;
    this.#half = new Float64Array(n * n);
    this.#rows = new Int32Array(n);
  }

  apply(blocks: Float64Array, offset: number): void {
    const count = this.#alongRows(blocks, offset);
    if (count > 0) this.#alongColumns(blocks, offset, count);
  }

  /** Gives the number of rows that are not zero. */
  #alongRows(blocks: Float64Array, offset: number): number {
    const n = this.#n;
    const T = this.#T;
    const half = this.#half;
    let count = 0;
    for (let y = 0; y < n; y++) {
      const row = offset + y * n;
      if (isZero(blocks, row, row + n)) continue;
      for (let u = 0; u < n; u++) {
        let sum = 0;
        for (let x = 0; x < n; x++) sum += T[u * n + x]! * blocks[row + x]!;
        half[count * n + u] = sum;
      }
      this.#rows[count++] = y;
    }
    return count;
  }

  #alongColumns(blocks: Float64Array, offset: number, count: number): void {
    const n = this.#n;
    const T = this.#T;
    const half = this.#half;
    const rows = this.#rows;
    for (let v = 0; v < n; v++) {
      for (let u = 0; u < n; u++) {
        let sum = 0;
        for (let k = 0; k < count; k++) sum += T[v * n + rows[k]!]! * half[k * n + u]!;
        blocks[offset + v * n + u] = sum;
      }
    }
  }
}

function isZero(values: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (values[i] !== 0) return false;
  return true;
}

/**
 * For T whose columns are even and odd functions by turns, such as the inverse cosine transform: half the products.
 *
 *   y_i = E_i + O_i,   y_(n-1-i) = E_i - O_i;   E and O are the products with the even and with the odd columns
 */
export class FoldedTransform implements BlockTransform {
  readonly #n: number;
  readonly #T: Float64Array;
  readonly #half: Float64Array;

  constructor({ n, data }: Matrix) {
    this.#n = n;
    this.#T = data;
    this.#half = new Float64Array(n * n);
  }

  apply(blocks: Float64Array, offset: number): void {
    const n = this.#n;
    for (let y = 0; y < n; y++) foldedProduct(this.#T, n, blocks, offset + y * n, this.#half, y);
    for (let u = 0; u < n; u++) foldedProduct(this.#T, n, this.#half, u * n, blocks, offset + u);
  }
}

/** T times the n values from x[from] on, to every n-th place of y from y[to] on. */
function foldedProduct(
  T: Float64Array,
  n: number,
  x: Float64Array,
  from: number,
  y: Float64Array,
  to: number,
): void {
  for (let i = 0; 2 * i < n; i++) {
    let even = 0;
    let odd = 0;
    for (let k = 0; k < n - 1; k += 2) {
      even += T[i * n + k]! * x[from + k]!;
      odd += T[i * n + k + 1]! * x[from + k + 1]!;
    }
    if (n % 2 === 1) even += T[i * n + n - 1]! * x[from + n - 1]!;
    y[to + i * n] = even + odd;
    // Of an odd n the middle, where odd columns are zero, is written twice.
    y[to + (n - 1 - i) * n] = even - odd;
  }
}
