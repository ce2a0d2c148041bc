import { bytesOf, type Pass } from './passes.ts';
import { PngFault } from './pngFault.ts';

/** A byte foretold from that of the pixel to the left, the one above, and the one above that to the left. */
type Predictor = (left: number, up: number, corner: number) => number;

/** The filters None, Sub, Up, Average and Paeth: a row holds what a byte has beyond its prediction. Section 9.2. */
const PREDICTORS: readonly Predictor[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

/**
 * Undoes the filters of a pass in place.
 *
 *   bytes [rows, 1 + rowBytes], the first of a row names its filter
 *
 * `step` is the number of bytes of a pixel, at least 1. Throws PngFault for a filter that PNG does not know.
 */
export function unfilter(bytes: Uint8Array, pass: Pass, step: number): void {
  const stride = 1 + pass.rowBytes;
  for (let at = 0; at < bytesOf(pass); at += stride) {
    const predict = PREDICTORS[bytes[at]!];
    if (!predict) throw new PngFault(`a row of its pixels has filter ${bytes[at]}, which PNG does not know`);
    if (bytes[at] === 0) continue;
    const [isFirst, end] = [at === 0, at + stride];
    for (let i = at + 1, column = 0; i < end; i++, column++) {
      const left = column < step ? 0 : bytes[i - step]!;
      const up = isFirst ? 0 : bytes[i - stride]!;
      const corner = isFirst || column < step ? 0 : bytes[i - stride - step]!;
      bytes[i]! += predict(left, up, corner);
    }
  }
}

/**
 * Filters rows, each in the way that leaves the smallest sum of differences, as Section 12.7 recommends.
 *
 *   rows [rows, rowBytes]  ->  [rows, 1 + rowBytes]
 */
export function filter(rows: Uint8Array, rowBytes: number, step: number): Uint8Array {
  const stride = 1 + rowBytes;
  const out = new Uint8Array((rows.length / rowBytes) * stride);
  const tried = new Uint8Array(stride);
  for (let from = 0, to = 0; from < rows.length; from += rowBytes, to += stride) {
    let least = Number.POSITIVE_INFINITY;
    for (let kind = 0; kind < PREDICTORS.length; kind++) {
      const sum = filterRow(rows, from, rowBytes, step, kind, tried, least);
      if (sum < least) out.set(tried, to);
      least = Math.min(least, sum);
    }
  }
  return out;
}

/** Filters a row into `tried`; returns the sum of its differences, as signed bytes, without signs, up to `least`. */
function filterRow(
  rows: Uint8Array,
  from: number,
  rowBytes: number,
  step: number,
  kind: number,
  tried: Uint8Array,
  least: number,
): number {
  const predict = PREDICTORS[kind]!;
  tried[0] = kind;
  let sum = 0;
  for (let column = 0, i = from; column < rowBytes && sum < least; column++, i++) {
    const left = column < step ? 0 : rows[i - step]!;
    const up = from === 0 ? 0 : rows[i - rowBytes]!;
    const corner = from === 0 || column < step ? 0 : rows[i - rowBytes - step]!;
    const difference = (rows[i]! - predict(left, up, corner)) & 255;
    tried[column + 1] = difference;
    sum += Math.min(difference, 256 - difference);
  }
  return sum;
}

/** Whichever of the three is nearest to left + up - corner: Section 9.4. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
