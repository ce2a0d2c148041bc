import { readBytes } from '@nlrn/files';
import type { Image } from '../image.ts';
import { overWhite } from './picture.ts';
import { explained, writePicture } from './pictureFile.ts';
import { decodePng } from './png/decode.ts';

/**
 * Reads a PNG file of any colour type and bit depth (1 to 16 bits, palette, transparency, interlaced).
 *
 *   file  ->  [height, width, 1] for grey files, [height, width, 3] for RGB and palette files, in [0, 1]
 *
 * 16-bit files keep their precision. Transparent pixels are composited over white, as on a page: what is stored
 * under full transparency is arbitrary and must not reach a network. Samples are taken as stored: gAMA and
 * colour profiles are ignored, as by the papers' MATLAB imread.
 * Throws FileError when the file is missing or cannot be read, and DataError when it is empty, not a PNG, truncated,
 * damaged, against PNG's rules or too large.
 */
export function readPng(path: string): Image {
  const bytes = readBytes(path, 'a PNG image');
  return overWhite(explained(path, () => decodePng(bytes)));
}

/**
 * Writes an image as a PNG file, grey or RGB, of 8 or 16 bits a sample.
 *
 * Values are clipped to [0, 1] and rounded half up. The file appears whole or not at all.
 * Throws FileError when the folder is missing or not writable, and DataError when a pixel is not a number.
 */
export function writePng(path: string, image: Image, { bitDepth = 8 }: { bitDepth?: 8 | 16 } = {}): void {
  writePicture(path, { image, bitDepth, description: [] });
}
