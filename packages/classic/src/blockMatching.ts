import { type Groups, rowsOfBand } from './groups.ts';
import type { Plane } from './plane.ts';

/** What block matching is given, and where its groups go. */
export interface Matching {
  readonly plane: Plane;
  readonly groups: Groups;
  /** Blocks match when the mean squared difference of their pixels (0-255 scale) is less than this. */
  readonly tau: number;
}

/** Block matching (Section 3, Eq. 2): the blocks in a window around each reference that are most similar to it. */
export function prepareMatching(matching: Matching): (band: number) => void {
  const matcher = new BandMatcher(matching);
  return (band) => matcher.match(band);
}

/**
 * Matches the references of a band.
 *
 * Displacements come one after the other, and for each the squared differences of a row are added to sums of columns, from
 * which the row `block` above leaves: a pixel and a displacement cost a subtraction, a product and two additions, whatever the
 * block's size. The sums begin anew with each band, so groups do not depend on which thread finds them.
 */
class BandMatcher {
  readonly #plane: Plane;
  readonly #groups: Groups;
  readonly #columns: Int32Array;
  readonly #tau: number;
  /** `[rows of the band, columns, size]`: distances of the groups' blocks; [rows, columns]: what a further block must be below. */
  readonly #distances: Float64Array;
  readonly #limits: Float64Array;
  /** `[block, width]`: squared differences of the last rows; [width]: their sums over these rows. */
  readonly #squares: Float64Array;
  readonly #sums: Float64Array;
  /** Index of the band's first reference */
  #first = 0;

  constructor({ plane, groups, tau }: Matching) {
    const { block, size, columns } = groups;
    const { to } = rowsOfBand(groups, 0);
    this.#plane = plane;
    this.#groups = groups;
    this.#columns = Int32Array.from(columns);
    this.#tau = tau * block * block;
    this.#distances = new Float64Array(to * columns.length * size);
    this.#limits = new Float64Array(to * columns.length);
    this.#squares = new Float64Array(block * plane.width);
    this.#sums = new Float64Array(plane.width);
  }

  match(band: number): void {
    const { rows, columns, block, search } = this.#groups;
    const { from, to } = rowsOfBand(this.#groups, band);
    this.#first = from * columns.length;
    this.#begin(from, to);
    for (let dy = -search; dy <= search; dy++) {
      let [first, end] = [from, to];
      while (first < end && rows[first]! + dy < 0) first++;
      while (first < end && rows[end - 1]! + dy > this.#plane.height - block) end--;
      if (first === end) continue;
      for (let dx = -search; dx <= search; dx++) {
        if (dy !== 0 || dx !== 0) this.#compare(first, end, dy, dx);
      }
    }
  }

  /** Each group begins with its reference, which no other block displaces. */
  #begin(from: number, to: number): void {
    const { rows, columns, size, places, counts } = this.#groups;
    for (let r = from; r < to; r++) {
      for (let c = 0; c < columns.length; c++) {
        const reference = r * columns.length + c;
        places[reference * size] = rows[r]! * this.#plane.width + columns[c]!;
        counts[reference] = 1;
        this.#distances[(reference - this.#first) * size] = 0;
        this.#limits[reference - this.#first] = this.#tau;
      }
    }
  }

  /** Compares the references of rows from, …, to - 1 with the blocks (dy, dx) away. */
  #compare(from: number, to: number, dy: number, dx: number): void {
    const { width, data } = this.#plane;
    const { block, rows } = this.#groups;
    const left = Math.max(0, -dx);
    const right = Math.min(width, width - dx);
    if (right - left < block) return;
    this.#squares.fill(0);
    this.#sums.fill(0);
    let y = rows[from]!;
    for (let r = from; r < to; r++) {
      for (const end = rows[r]! + block; y < end; y++) {
        slideColumns(
          data,
          y * width,
          (y + dy) * width + dx,
          left,
          right,
          this.#squares,
          (y % block) * width,
          this.#sums,
        );
      }
      this.#offerRow(r, dy, dx);
    }
  }

  /** Offers each reference of a row its block (dy, dx) away. */
  #offerRow(r: number, dy: number, dx: number): void {
    const { block, rows } = this.#groups;
    const { width } = this.#plane;
    const columns = this.#columns;
    const limits = this.#limits;
    const sums = this.#sums;
    const row = (rows[r]! + dy) * width + dx;
    const references = r * columns.length;
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c]!;
      if (column + dx < 0 || column + dx > width - block) continue;
      // Two sums, because an addition would wait for the one before.
      let distance = block % 2 === 0 ? 0 : sums[column + block - 1]!;
      let odd = 0;
      for (let x = column; x < column + block - 1; x += 2) {
        distance += sums[x]!;
        odd += sums[x + 1]!;
      }
      distance += odd;
      if (distance < limits[references + c - this.#first]!)
        this.#insert(references + c, distance, row + column);
    }
  }

  /** Puts a block into the sorted group, behind those that are as near; from a full group the farthest falls out. */
  #insert(reference: number, distance: number, place: number): void {
    const { size, places, counts } = this.#groups;
    const distances = this.#distances;
    const local = reference - this.#first;
    const offset = (reference - local) * size;
    const first = local * size;
    const count = Math.min(counts[reference]! + 1, size);
    let i = first + count - 1;
    for (; i > first + 1 && distances[i - 1]! > distance; i--) {
      distances[i] = distances[i - 1]!;
      places[offset + i] = places[offset + i - 1]!;
    }
    distances[i] = distance;
    places[offset + i] = place;
    counts[reference] = count;
    if (count === size) this.#limits[local] = distances[first + size - 1]!;
  }
}

/** Takes the next row of squared differences into the columns' sums, in the place of the row that leaves. */
function slideColumns(
  data: Float32Array,
  here: number,
  there: number,
  left: number,
  right: number,
  squares: Float64Array,
  slot: number,
  sums: Float64Array,
): void {
  for (let x = left; x < right; x++) {
    const difference = data[here + x]! - data[there + x]!;
    const square = difference * difference;
    sums[x] = sums[x]! + square - squares[slot + x]!;
    squares[slot + x] = square;
  }
}
