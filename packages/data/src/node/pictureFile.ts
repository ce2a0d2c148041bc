import { extname } from 'node:path';
import { readBytes, replaceFile } from '@nlrn/files';
import { DataError } from '../dataError.ts';
import { dimensionsOf, type Image } from '../image.ts';
import { decodeJpeg } from './jpeg/decode.ts';
import { encodeJpeg } from './jpeg/encode.ts';
import { renewed } from './jpeg/exif.ts';
import { JpegFault } from './jpeg/jpegFault.ts';
import type { Picture } from './picture.ts';
import { beginsAsPng } from './png/chunk.ts';
import { decodePng } from './png/decode.ts';
import { encodePng } from './png/encode.ts';
import { PngFault } from './png/pngFault.ts';

/** The formats of pictures, by the endings of their files' names. */
const FORMATS = { png: encodePng, jpg: encodeJpeg, jpeg: encodeJpeg } as const;

/** A format, by the ending of a file's name. */
export type PictureFormat = keyof typeof FORMATS;

/** The format that a file's name asks for, whatever its case; undefined if none of ours. */
export function formatOf(path: string): PictureFormat | undefined {
  const ending = extname(path).slice(1).toLowerCase();
  return Object.hasOwn(FORMATS, ending) ? (ending as PictureFormat) : undefined;
}

/** Whether a format is JPEG, by whichever ending. */
export function isJpeg(format: PictureFormat): boolean {
  return FORMATS[format] === encodeJpeg;
}

/** The format that a file's first bytes say. */
export function formatOfBytes(bytes: Uint8Array): PictureFormat {
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? 'jpg' : 'png';
}

/**
 * Reads a PNG or JPEG file, whichever its bytes say: its colours, alpha by itself, depth, and what says how it is to be shown.
 *
 * Colours are as `readPng` gives them, but not laid over white; a JPEG is upright.
 * Throws FileError when the file is missing or cannot be read, and DataError when it is neither, truncated, damaged,
 * against the format's rules, or too large.
 */
export function readPicture(path: string): Picture {
  return decodePicture(path, readBytes(path, 'a PNG or JPEG image'));
}

/** Decodes the bytes of a PNG or JPEG file, as `readPicture`; `name` stands in messages. */
export function decodePicture(name: string, bytes: Uint8Array): Picture {
  if (bytes.length === 0)
    throw new DataError(`${name}: the file is empty; replace it by a whole PNG or JPEG image`);
  const isJpegFile = formatOfBytes(bytes) === 'jpg';
  if (!isJpegFile && !beginsAsPng(bytes))
    throw new DataError(
      `${name}: neither a PNG nor a JPEG image, whatever its name; convert it to one of them, or replace it`,
    );
  return explained(name, () => (isJpegFile ? decodeJpeg(bytes) : decodePng(bytes)));
}

/** What a decoder gives; throws DataError, naming the file, for a fault in it. */
export function explained<T>(name: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof Error ? (faultOf(name, error) ?? error) : error;
  }
}

function faultOf(name: string, error: Error): DataError | undefined {
  const cause = { cause: error };
  if (error instanceof PngFault || error instanceof JpegFault)
    return new DataError(`${name}: ${error.message}; ${error.remedy}`, cause);
  // What V8 throws when an array cannot be allocated.
  if (error instanceof RangeError)
    return new DataError(`${name}: too large for the memory that is free (${error.message})`, cause);
  return undefined;
}

/** The longest side that the header of a JPEG can say. */
const LONGEST_SIDE = 2 ** 16 - 1;

/** Throws DataError, naming the file, for an image that is to be a JPEG and has a longer side than that can say. */
export function checkSides(
  name: string,
  { width, height }: Pick<Image, 'width' | 'height'>,
  format: PictureFormat,
): void {
  if (!isJpeg(format) || Math.max(width, height) <= LONGEST_SIDE) return;
  throw new DataError(
    `${name}: ${width} x ${height} pixels, a JPEG has ${LONGEST_SIDE} on a side at the most; write a PNG`,
  );
}

/**
 * The bytes of a picture's file, in parts. PNG keeps all; JPEG has 8 bits, and white under what is transparent. An Exif block tells
 * the image's size, and has no thumbnail, which would show what the picture was.
 *
 * Throws DataError, naming the file, when a pixel is not a number, and for a picture that is too large for the format.
 */
export function encodePicture(name: string, picture: Picture, format: PictureFormat): Uint8Array[] {
  if (picture.image.data.some(Number.isNaN)) {
    throw new DataError(`${name}: not written, because the image has pixels that are not numbers (NaN)`);
  }
  checkSides(name, picture.image, format);
  try {
    const description = picture.description.map((chunk) =>
      chunk.type === 'eXIf' ? { ...chunk, data: renewed(chunk.data, picture.image) } : chunk,
    );
    return [FORMATS[format]({ ...picture, description })].flat();
  } catch (error) {
    // An encoder's arrays and buffers have limits.
    if (!(error instanceof RangeError)) throw error;
    throw new DataError(
      `${name}: not written, ${dimensionsOf(picture.image)} pixels are too many for the encoder (${error.message}); ${isJpeg(format) ? 'write a PNG' : 'write parts of it'}`,
      { cause: error },
    );
  }
}

/**
 * Writes a picture with its alpha and with what says how it is to be shown, as PNG or, for a name in .jpg or .jpeg, as JPEG.
 *
 * Values are clipped to [0, 1] and rounded half up. The file appears whole or not at all.
 * Throws FileError when the folder is missing or not writable, and DataError as `encodePicture`.
 */
export function writePicture(path: string, picture: Picture): void {
  replaceFile(path, encodePicture(path, picture, formatOf(path) ?? 'png'));
}
