import { bandCount, type Groups, pixelRowsOfBand } from './groups.ts';
import { type Plane, sharedFloats } from './plane.ts';

/**
 * What the groups' blocks add up to, by bands: the sums Phi(X) G(X) and the weights that delta(X) is made of (Eq. 1).
 *
 * Bands overlap, so each has sums of its own; they are added in their order, whichever threads worked on them.
 */
export interface Aggregate {
  /** [bands, rows, width]: blocks times their weight and the window, added up; `rows` are those of the highest band. */
  readonly sums: Float32Array;
  /** [bands, rows, width]: weights of the blocks, added up at their top left pixels. */
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

/** Z = diag(delta)^-1 Phi G to `out`: sums over bands, divided by the weights that the window spreads over each block. */
export function normalize(aggregate: Aggregate, groups: Groups, window: Float64Array, out: Plane): void {
  const { width, height } = out;
  const total = addBands(aggregate.sums, aggregate, groups, out);
  const delta = spread(
    addBands(aggregate.weights, aggregate, groups, out),
    window,
    groups.block,
    width,
    height,
  );
  for (let i = 0; i < total.length; i++) out.data[i] = total[i]! / delta[i]!;
}

function addBands(
  values: Float32Array,
  { bandLength }: Aggregate,
  groups: Groups,
  { width, height }: Plane,
): Float64Array {
  const total = new Float64Array(width * height);
  for (let band = 0; band < bandCount(groups); band++) {
    const { from, to } = pixelRowsOfBand(groups, band, height);
    const length = (to - from) * width;
    for (let i = 0; i < length; i++) total[from * width + i]! += values[band * bandLength + i]!;
  }
  return total;
}

/** Each weight times the window, added up where its block lies. */
function spread(
  weights: Float64Array,
  window: Float64Array,
  n: number,
  width: number,
  height: number,
): Float64Array {
  const out = new Float64Array(weights.length);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const factor = window[y * n + x]!;
      for (let row = 0; row <= height - n; row++) {
        const from = row * width;
        const to = (row + y) * width + x;
        for (let column = 0; column <= width - n; column++) {
          out[to + column]! += factor * weights[from + column]!;
        }
      }
    }
  }
  return out;
}
