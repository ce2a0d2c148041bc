import type { Picture } from '@nlrn/data/node';
import { UserError } from '../userError.ts';

/** The longest side of a JPEG, and of a PNG. */
const LONGEST = { jpg: 2 ** 16 - 1, png: 2 ** 31 - 1 } as const;

/** Bytes of the samples of one picture that zlib and Node's buffers take. */
const MOST_BYTES = 2 ** 32 - 1;

/** Bytes that the work takes beside the result: a network's program, tiles, the small picture. */
const BESIDE = 2 ** 30;

/**
 * Throws UserError, before any work, for a picture whose enlargement no file of its format, or not the memory, can hold.
 *
 * It is held as float32 in the end, and beside that its samples twice before they are compressed, and once more so.
 */
export function checkSize(
  name: string,
  { image, alpha, bitDepth }: Picture,
  { scale, isJpeg, free = process.availableMemory() }: { scale: number; isJpeg: boolean; free?: number },
): void {
  const [width, height] = [scale * image.width, scale * image.height];
  const size = `${width} x ${height} pixels`;
  const remedy = 'take a smaller --scale, or enlarge parts of it';
  const longest = isJpeg ? LONGEST.jpg : LONGEST.png;
  if (Math.max(width, height) > longest)
    throw new UserError(
      `${name}: would have ${size}, ${isJpeg ? 'a JPEG' : 'a PNG'} has ${longest} on a side at the most; ${isJpeg ? 'write a PNG' : remedy}`,
    );
  const samples = width * height * (image.channels + (alpha ? 1 : 0));
  const stored = samples * (bitDepth / 8);
  const needed = 4 * samples + 3 * stored + BESIDE;
  if (stored > MOST_BYTES || needed > free)
    throw new UserError(
      `${name}: would have ${size}, for which ${gigabytes(needed)} of memory are needed, and ${gigabytes(free)} are free; ${remedy}`,
    );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
