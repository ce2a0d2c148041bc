import type { Image, Tiling } from '@nlrn/data';
import type { ClassicOptions } from './input.ts';
import { threadCount } from './threads/crew.ts';

/** Bytes that a method takes beside the image and its result, unless it is told. */
const MEMORY = 400 * 2 ** 20;

/** Bytes of a thread beside the calling one: Node's own, and of the program that it compiles. */
const THREAD = 30 * 2 ** 20;

/** Side of the smallest tiles: below, more would be computed twice than is kept. */
const LEAST_SIDE = 384;

/** What the work on a tile needs, in bytes. */
export interface TileMemory {
  /** For each of its pixels */
  readonly pixel: number;
  /** For each of its columns, of each thread; 0 by default */
  readonly column?: number;
}

/** How an image is cut into tiles, and by how many threads it is restored. */
export interface Plan {
  readonly tiling: Tiling;
  readonly threads: number;
}

/**
 * The largest tiles, of these margins and this grid, for which as many bytes are enough as the options say; and of the threads
 * those for which there are parts to do (`partsOf` says of a height how many), and room in half of the bytes: for more of them
 * tiles would be so small that more is computed twice.
 */
export function planWithin(
  { height }: Pick<Image, 'height'>,
  { memory = MEMORY, threads: given }: Pick<ClassicOptions, 'memory' | 'threads'>,
  { pixel, column = 0 }: TileMemory,
  { margin, align = 1 }: Omit<Tiling, 'side'>,
  partsOf: (height: number) => number,
): Plan {
  const sideFor = (threads: number) => {
    const left = Math.max(0, memory - (threads - 1) * THREAD);
    const columns = threads * column;
    return Math.max(
      LEAST_SIDE,
      Math.floor((Math.sqrt(columns ** 2 + 4 * pixel * left) - columns) / (2 * pixel)),
    );
  };
  const most = Math.min(threadCount(given), 1 + Math.floor(memory / 2 / THREAD), partsOf(height));
  const threads = Math.min(most, partsOf(Math.min(height, sideFor(most))));
  return { tiling: { side: sideFor(threads), margin, align }, threads };
}
