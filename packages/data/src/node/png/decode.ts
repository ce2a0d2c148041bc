import { createImage, type Image } from '../../image.ts';
import type { Picture } from '../picture.ts';
import { type Chunk, readChunks } from './chunk.ts';
import { hasColor, PALETTE, type PngHeader, readHeader, samplesOf } from './header.ts';
import { PngFault } from './pngFault.ts';
import { checkChunks, dataOf } from './rules.ts';
import { readSamples, type Samples } from './samples.ts';

/** Chunks that say how pixels are to be shown, whatever their values: Section 11.3. */
const DESCRIPTIONS = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'pHYs', 'eXIf'];

/**
 * Decodes a PNG file of any colour type and bit depth, interlaced or not, in memory proportional to its pixels.
 *
 * Checked is all that bears on the pixels: signature, the chunks' lengths, CRCs, number and order, header, palette,
 * transparency, filters, and the length of the pixel data. No truncated or damaged file can give wrong pixels.
 * Throws PngFault.
 */
export function decodePng(bytes: Uint8Array): Picture {
  const chunks = readChunks(bytes);
  if (chunks[0]!.type !== 'IHDR') throw new PngFault('its header is not first (IHDR chunk)');
  const header = readHeader(chunks[0]!.data);
  checkChunks(chunks, header);
  const samples = readSamples(chunks, header);
  return {
    image: header.colorType === PALETTE ? colored(samples, header, chunks) : direct(samples, header),
    alpha: alphaOf(samples, header, chunks),
    bitDepth: header.depth === 16 ? 16 : 8,
    description: chunks.filter(({ type }) => DESCRIPTIONS.includes(type)),
  };
}

/** [H, W, S]  ->  [H, W, C]: the samples without alpha, in [0, 1]. */
function direct(samples: Samples, header: PngHeader): Image {
  const [S, levels] = [samplesOf(header), 2 ** header.depth - 1];
  const image = createImage(header.width, header.height, hasColor(header) ? 3 : 1);
  const C = image.channels;
  for (let pixel = 0, i = 0; pixel < samples.length; pixel += S)
    for (let c = 0; c < C; c++, i++) image.data[i] = samples[pixel + c]! / levels;
  return image;
}

/** [H, W, 1] of indices  ->  [H, W, 3]; the colours of a palette have 8 bits, whatever the depth of the indices. */
function colored(indices: Samples, { width, height }: PngHeader, chunks: readonly Chunk[]): Image {
  const palette = dataOf(chunks, 'PLTE')!;
  const image = createImage(width, height, 3);
  indices.forEach((index, i) => {
    if (3 * index >= palette.length) throw beyondPalette(index, i, width, palette.length / 3);
    for (let c = 0; c < 3; c++) image.data[3 * i + c] = palette[3 * index + c]! / 255;
  });
  return image;
}

function beyondPalette(index: number, pixel: number, width: number, colors: number): PngFault {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  return new PngFault(`the pixel at (${x}, ${y}) has colour ${index} of a palette of ${colors}`);
}

/** [H, W, S]  ->  [H, W], 0 = transparent, 1 = opaque; undefined if all of the file's pixels are opaque by its kind. */
function alphaOf(samples: Samples, header: PngHeader, chunks: readonly Chunk[]): Float32Array | undefined {
  const [S, levels] = [samplesOf(header), 2 ** header.depth - 1];
  const at = alphaAt(samples, S, levels, header, dataOf(chunks, 'tRNS'));
  return at && Float32Array.from({ length: samples.length / S }, (_, i) => at(i));
}

function alphaAt(
  samples: Samples,
  S: number,
  levels: number,
  { colorType }: PngHeader,
  transparency: Uint8Array | undefined,
): ((pixel: number) => number) | undefined {
  if (colorType > PALETTE) return (i) => samples[i * S + S - 1]! / levels;
  if (!transparency) return undefined;
  if (colorType === PALETTE) return (i) => (transparency[samples[i]!] ?? 255) / 255;
  const invisible = Array.from(
    { length: S },
    (_, c) => ((transparency[2 * c]! << 8) | transparency[2 * c + 1]!) & levels,
  );
  return (i) => (invisible.every((sample, c) => sample === samples[i * S + c]) ? 0 : 1);
}
