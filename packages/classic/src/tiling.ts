import type { Tiling } from '@nlrn/data';

/** Bytes that a method takes beside the image and its result, unless it is told. */
const MEMORY = 400 * 2 ** 20;

/** Side of the smallest tiles: below, more would be computed twice than is kept. */
const LEAST_SIDE = 384;

/** What a tile needs, in bytes. */
export interface TileMemory {
  /** For each of its pixels */
  readonly pixel: number;
  /** For each of its columns, 0 by default */
  readonly column?: number;
}

/** The largest tiles, of these margins and this grid, for which so many bytes are enough. */
export function tilingWithin(
  memory: number | undefined,
  { pixel, column = 0 }: TileMemory,
  { margin, align = 1 }: Omit<Tiling, 'side'>,
): Tiling {
  const side = Math.floor((Math.sqrt(column ** 2 + 4 * pixel * (memory ?? MEMORY)) - column) / (2 * pixel));
  return { side: Math.max(LEAST_SIDE, side), margin, align };
}
