import type { Image } from '@nlrn/data';

/** Half a side of the patches that are compared: 5 x 5 pixels. */
const RADIUS = 2;

/** The part of a neighbourhood that counts as like its centre. */
export const LIKE = 0.1;

/** Pixels between the border of an image and the first pixel whose window, and the patches of all in it, lie in the image. */
export function marginOf(q: number): number {
  return (q - 1) / 2 + RADIUS;
}

/** Which neighbours of each pixel look like it, and for which pixels that can be said. */
export interface Likeness {
  /** `[height, width, q²]`: 1 for the neighbours that look most like the pixel, else 0; rows of the window one after the other */
  readonly like: Float32Array;
  /** `[height · width]`: whether the window and the patches of all in it lie in the image */
  readonly isInside: readonly boolean[];
  /** How many neighbours are like a pixel */
  readonly count: number;
}

/**
 * The tenth of each pixel's q x q neighbourhood, without the pixel, whose 5 x 5 patches of a true grey image differ least from its own
 * (squared differences).
 */
export function likenessOf({ width, height, data }: Image, q: number): Likeness {
  const r = (q - 1) / 2;
  const count = Math.max(1, Math.round(LIKE * (q * q - 1)));
  const margin = marginOf(q);
  const like = new Float32Array(width * height * q * q);
  const isInside = Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.min(x, y, width - 1 - x, height - 1 - y) >= margin;
  });
  const centre = (q * q - 1) / 2;
  const distances = new Float32Array(q * q);
  for (const [i, inside] of isInside.entries()) {
    if (!inside) continue;
    for (let k = 0; k < q * q; k++) {
      const j = i + (Math.floor(k / q) - r) * width + ((k % q) - r);
      distances[k] = k === centre ? Number.POSITIVE_INFINITY : patchDistance(data, width, i, j);
    }
    const bound = distances.toSorted()[count - 1]!;
    mark(like.subarray(i * q * q, (i + 1) * q * q), distances, bound, count);
  }
  return { like, isInside, count };
}

/** Marks `count` places with distances up to the bound: those below it, and of those at it the first. */
function mark(row: Float32Array, distances: Float32Array, bound: number, count: number): void {
  let left = count;
  for (const [k, distance] of distances.entries()) if (distance < bound) left -= row[k] = 1;
  for (const [k, distance] of distances.entries()) if (distance === bound && left > 0) left -= row[k] = 1;
}

/** The sum of squared differences of two patches, around the pixels i and j. */
function patchDistance(data: Float32Array, width: number, i: number, j: number): number {
  let sum = 0;
  for (let dy = -RADIUS; dy <= RADIUS; dy++) {
    for (let dx = -RADIUS; dx <= RADIUS; dx++) {
      const at = dy * width + dx;
      sum += (data[i + at]! - data[j + at]!) ** 2;
    }
  }
  return sum;
}

/** The pixel whose 5 x 5 patch varies most, among those whose likeness is known; undefined if there is none. */
export function mostVaried({ width, data }: Image, { isInside }: Likeness): number | undefined {
  const middle = ((2 * RADIUS + 1) ** 2 - 1) / 2;
  const variationOf = (i: number) => {
    const patch = Array.from({ length: 2 * middle + 1 }, (_, k) => {
      const [dx, dy] = [(k % (2 * RADIUS + 1)) - RADIUS, Math.floor(k / (2 * RADIUS + 1)) - RADIUS];
      return data[i + dy * width + dx]!;
    });
    const mean = patch.reduce((a, b) => a + b) / patch.length;
    return patch.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  let [best, most] = [-1, -1];
  for (const [i, inside] of isInside.entries()) {
    const variation = inside ? variationOf(i) : -1;
    if (variation > most) [best, most] = [i, variation];
  }
  return best < 0 ? undefined : best;
}
