import { readFileSync } from 'node:fs';
import { replaceFile } from '@nlrn/files';
import { PNG } from 'pngjs';
import { DataError } from './dataError.ts';
import { createImage, type Image } from './image.ts';
import { checkPng, type PngHeader } from './pngIntegrity.ts';
import { quantize } from './quantize.ts';

/**
 * Reads a PNG file of any colour type and bit depth (1 to 16 bits, palette, transparency, interlaced).
 *
 *   file  ->  [height, width, 1] for grey files, [height, width, 3] for RGB and palette files, in [0, 1]
 *
 * 16-bit files keep their precision. Transparent pixels are composited over white, as on a page: what is stored
 * under full transparency is arbitrary and must not reach a network. Samples are taken as stored: gAMA and
 * colour profiles are ignored, as by the papers' MATLAB imread.
 * Throws DataError when the file is missing, empty, not a PNG, truncated or damaged.
 */
export function readPng(path: string): Image {
  const file = readBytes(path);
  try {
    const { header, bytes } = checkPng(file);
    // skipRescale keeps 16 bits; the type of pngjs says Buffer, but 16-bit samples come as a Uint16Array.
    const rgba: ArrayLike<number> = PNG.sync.read(bytes, { skipRescale: true }).data;
    return fromRgba(rgba, header);
  } catch (error) {
    const fault = error instanceof Error ? error.message : 'the file is damaged';
    throw new DataError(`${path}: ${fault}; replace it by a whole PNG image`, { cause: error });
  }
}

/**
 * Writes an image as a PNG file, grey or RGB, of 8 or 16 bits a sample.
 *
 * Values are clipped to [0, 1] and rounded half up. The file appears whole or not at all.
 * Throws FileError when the folder is missing or not writable, and DataError when a pixel is not a number.
 */
export function writePng(path: string, image: Image, { bitDepth = 8 }: { bitDepth?: 8 | 16 } = {}): void {
  if (image.data.some(Number.isNaN)) {
    throw new DataError(`${path}: not written, because the image has pixels that are not numbers (NaN)`);
  }
  replaceFile(path, [encode(image, bitDepth)]);
}

/** Colour types of PNG, Section 11.2.1. */
const GREY = 0;
const RGB = 2;
const PALETTE = 3;
const GREY_ALPHA = 4;

function encode(image: Image, bitDepth: 8 | 16): Buffer {
  const levels = 2 ** bitDepth - 1;
  const samples = bitDepth === 8 ? new Uint8Array(image.data.length) : new Uint16Array(image.data.length);
  image.data.forEach((value, i) => {
    samples[i] = quantize(value, levels);
  });
  const png = new PNG({ width: image.width, height: image.height });
  png.data = Buffer.from(samples.buffer);
  const colorType = image.channels === 1 ? GREY : RGB;
  return PNG.sync.write(png, { bitDepth, colorType, inputColorType: colorType, inputHasAlpha: false });
}

/** rgba [height, width, 4] of integers  ->  pixels in [0, 1], composited over white. */
function fromRgba(rgba: ArrayLike<number>, { width, height, depth, colorType }: PngHeader): Image {
  // The entries of a palette have 8 bits, whatever the depth of the indices.
  const levels = colorType === PALETTE ? 255 : 2 ** depth - 1;
  const out = createImage(width, height, colorType === GREY || colorType === GREY_ALPHA ? 1 : 3);
  const C = out.channels;
  for (let i = 0; i < out.data.length; i++) {
    const pixel = 4 * Math.floor(i / C);
    const alpha = rgba[pixel + 3]! / levels;
    out.data[i] = (alpha * rgba[pixel + (i % C)]!) / levels + (1 - alpha);
  }
  return out;
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new DataError(`${path}: no such file; check the path`, { cause: error });
    if (code === 'EISDIR') throw new DataError(`${path}: a folder, not a PNG image`, { cause: error });
    throw new DataError(`${path}: cannot be read (${code}); check its permissions`, { cause: error });
  }
}
