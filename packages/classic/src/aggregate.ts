import { bandCount, type Groups, pixelRowsOfBand } from './groups.ts';
import { type Plane, sharedFloats } from './plane.ts';

/**
 * What the groups' blocks add up to, by bands: the sums Phi(X) G(X) and the weights that delta(X) is made of (Eq. 1).
 *
 * Bands overlap, so each has sums of its own; they are added in their order, whichever threads worked on them.
 */
export interface Aggregate {
  /** `[bands, rows, width]`: blocks times their weight and the window, added up; `rows` are those of the highest band. */
  readonly sums: Float32Array;
  /** `[bands, rows, width]`: weights of the blocks, added up at their top left pixels. */
  readonly weights: Float32Array;
  /** Values of a band: rows · width */
  readonly bandLength: number;
}

export function createAggregate(groups: Groups, { width, height }: Plane): Aggregate {
  const bands = bandCount(groups);
  const heights = Array.from({ length: bands }, (_, band) => {
    const { from, to } = pixelRowsOfBand(groups, band, height);
    return to - from;
  });
  const bandLength = Math.max(...heights) * width;
  return { sums: sharedFloats(bands * bandLength), weights: sharedFloats(bands * bandLength), bandLength };
}

/** Adds weight · window · block to the sums of an image of this width, and the weight at `corner`, the block's first pixel. */
export function addBlock(
  { sums, weights }: Aggregate,
  corner: number,
  width: number,
  weight: number,
  window: Float64Array,
  blocks: Float64Array,
  offset: number,
  n: number,
): void {
  weights[corner]! += weight;
  let i = 0;
  for (let y = 0; y < n; y++) {
    const row = corner + y * width;
    for (let x = row; x < row + n; x++) {
      sums[x]! += weight * window[i]! * blocks[offset + i]!;
      i++;
    }
  }
}

/** Sums of groups, and where their means go. */
export interface Normalization {
  readonly aggregate: Aggregate;
  readonly groups: Groups;
  /** `[block]`: a side of the window that blocks were weighted with, see `squareWindow` */
  readonly side: Float64Array;
  readonly out: Plane;
}

/** Rows of pixels that are divided together: what threads share out among themselves. */
const ROWS = 32;

export function normalizationBands({ height }: Plane): number {
  return Math.ceil(height / ROWS);
}

/** The square window that is the outer product of its side with itself: [n] -> [n, n]. */
export function squareWindow(side: Float64Array): Float64Array {
  const n = side.length;
  return Float64Array.from({ length: n * n }, (_, i) => side[Math.floor(i / n)]! * side[i % n]!);
}

/**
 * Z = diag(delta)^-1 Phi G for a band of rows: sums over the groups' bands, divided by the weights that the window spreads over
 * each block, along rows and then along columns.
 */
export function prepareNormalization({
  aggregate,
  groups,
  side,
  out,
}: Normalization): (band: number) => void {
  const { width, height } = out;
  const n = side.length;
  const row = new Float64Array(width);
  /** `[ROWS + n - 1, width]`: weights spread along the rows of blocks that cover the band */
  const spread = new Float64Array((ROWS + n - 1) * width);
  const delta = new Float64Array(width);

  return (band) => {
    const [top, bottom] = [band * ROWS, Math.min((band + 1) * ROWS, height)];
    const first = Math.max(0, top - n + 1);
    spread.fill(0);
    for (let y = first; y < bottom; y++) {
      addBands(aggregate.weights, aggregate, groups, y, height, row);
      for (let k = 0; k < n; k++) addShifted(side[k]!, row, 0, k, width, spread, (y - first) * width);
    }
    for (let y = top; y < bottom; y++) {
      delta.fill(0);
      for (let k = 0; k < Math.min(n, y - first + 1); k++)
        addShifted(side[k]!, spread, (y - k - first) * width, 0, width, delta, 0);
      addBands(aggregate.sums, aggregate, groups, y, height, row);
      for (let x = 0; x < width; x++) out.data[y * width + x] = row[x]! / delta[x]!;
    }
  };
}

/** A row of pixels of what the bands have, added up in their order. */
function addBands(
  values: Float32Array,
  { bandLength }: Aggregate,
  groups: Groups,
  y: number,
  height: number,
  row: Float64Array,
): void {
  row.fill(0);
  for (let band = 0; band < bandCount(groups); band++) {
    const { from, to } = pixelRowsOfBand(groups, band, height);
    if (y < from || y >= to) continue;
    const offset = band * bandLength + (y - from) * row.length;
    for (let x = 0; x < row.length; x++) row[x]! += values[offset + x]!;
  }
}

/** to[x + shift] += factor · from[x] for the values of a row that stay in it. */
function addShifted(
  factor: number,
  from: Float64Array,
  offset: number,
  shift: number,
  width: number,
  to: Float64Array,
  start: number,
): void {
  for (let x = 0; x < width - shift; x++) to[start + shift + x]! += factor * from[offset + x]!;
}
