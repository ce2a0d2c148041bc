import { readBytes, replaceFile } from '@nlrn/files';
import { DataError } from '../dataError.ts';
import type { Image } from '../image.ts';
import { overWhite, type Picture } from './picture.ts';
import { decodePng } from './png/decode.ts';
import { encodePng } from './png/encode.ts';
import { PngFault } from './png/pngFault.ts';

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
  return overWhite(readPicture(path));
}

/** Reads a PNG file as `readPng`, with alpha by itself, depth, and what says how it is to be shown. */
export function readPicture(path: string): Picture {
  return decodePicture(path, readBytes(path, 'a PNG image'));
}

/** Decodes the bytes of a PNG file, as `readPicture`; `name` stands in messages. */
export function decodePicture(name: string, bytes: Buffer): Picture {
  try {
    return decodePng(bytes);
  } catch (error) {
    if (error instanceof PngFault)
      throw new DataError(`${name}: ${error.message}; ${error.remedy}`, { cause: error });
    // What V8 throws when an array cannot be allocated.
    if (error instanceof RangeError)
      throw new DataError(`${name}: too large for the memory that is free (${error.message})`, {
        cause: error,
      });
    throw error;
  }
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

/** Writes a picture as `writePng`, with its alpha and with what says how it is to be shown. */
export function writePicture(path: string, picture: Picture): void {
  if (picture.image.data.some(Number.isNaN)) {
    throw new DataError(`${path}: not written, because the image has pixels that are not numbers (NaN)`);
  }
  replaceFile(path, encodePng(picture));
}
