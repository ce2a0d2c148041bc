import { MAX, SUM } from '../kernels/constants.ts';

export const waysOfReducing = { sum: SUM, max: MAX } as const;

/** Sums of fewer terms than this are done in one go. */
const SMALLEST_CHUNK = 256;
const MOST_CHUNKS = 32;

/** Number of partial sums for n terms: it depends on n alone, so that threads do not change results. */
export function chunksFor(n: number): number {
  return Math.max(1, Math.min(MOST_CHUNKS, Math.floor(n / SMALLEST_CHUNK)));
}
