import { dimensionsOf, type Image } from '@nlrn/data';
import { UserError } from '../userError.ts';

/** Megabytes that a command takes, unless --memory says otherwise; of a picture that is too large for them, what it needs. */
export const MEMORY = 1000;

/** Megabytes of Node itself, its threads, the programs, and a file's bytes. */
const BASE = 410;

/** Megabytes in which there is room for the smallest tiles, on a few threads. */
const LEAST = 100;

/**
 * Bytes that are left for the work on an image, when so many copies of it are in memory beside.
 *
 * Throws UserError, with what is needed, when `given` megabytes are too few.
 */
export function workingMemory(image: Image, copies: number, given: number | undefined): number {
  const megabytes = copies * (image.data.byteLength / 2 ** 20);
  const needed = Math.ceil(BASE + megabytes + LEAST);
  if (given !== undefined && given < needed)
    throw new UserError(
      `--memory ${given}: a picture of ${dimensionsOf(image)} pixels needs at least ${needed}; give that, or leave it out`,
    );
  return (Math.max(given ?? MEMORY, needed) - BASE - megabytes) * 2 ** 20;
}
