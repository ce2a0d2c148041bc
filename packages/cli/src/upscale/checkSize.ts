import { checkSides, isJpeg, type Picture, type PictureFormat } from '@nlrn/data/node';
import { UserError } from '../userError.ts';

/** Pixels of a JPEG whose bytes, about a third as many of an enlarged picture, surely fit the encoder's array of 2^27. */
const MOST_OF_JPEG = 250e6;

/** Bytes of the samples of one picture that zlib and Node's buffers take. */
const MOST_BYTES = 2 ** 32 - 1;

/** Bytes that the work takes beside the result: a network's program, tiles, the small picture. */
const BESIDE = 2 ** 30;

/**
 * Throws UserError or DataError, before any work, for a picture whose enlargement no file of its format, or not the memory, can hold.
 *
 * It is held as float32 in the end, and beside that its samples twice before they are compressed, and once more so.
 */
export function checkSize(
  name: string,
  { image, alpha, bitDepth }: Picture,
  {
    scale,
    format,
    free = process.availableMemory(),
  }: { scale: number; format: PictureFormat; free?: number },
): void {
  const [width, height] = [scale * image.width, scale * image.height];
  const size = `${width} x ${height} pixels`;
  checkSides(name, { width, height }, format);
  if (isJpeg(format) && width * height > MOST_OF_JPEG)
    throw new UserError(`${name}: would have ${size}, too many for the encoder of JPEG; write a PNG`);
  const samples = width * height * (image.channels + (alpha ? 1 : 0));
  const stored = samples * (bitDepth / 8);
  const needed = 4 * samples + 3 * stored + BESIDE;
  if (stored > MOST_BYTES || needed > free)
    throw new UserError(
      `${name}: would have ${size}, for which ${gigabytes(needed)} of memory are needed, and ${gigabytes(free)} are free; take a smaller --scale, or enlarge parts of it`,
    );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
