import type { Chunk } from './chunk.ts';
import { PALETTE, type PngHeader, RGB, samplesOf } from './header.ts';
import { PngFault } from './pngFault.ts';

/** Chunks without which, or with others of which, a decoder gets wrong pixels: Section 11.2. */
const CRITICAL = ['IHDR', 'PLTE', 'IDAT', 'IEND'];

/** What a chunk that is used or kept must come before, and its length if there is only one: Sections 5.6 and 11.3. */
const RULES: Readonly<Record<string, { before: readonly string[]; length?: number }>> = {
  PLTE: { before: ['IDAT'] },
  tRNS: { before: ['IDAT'] },
  cICP: { before: ['PLTE', 'IDAT'], length: 4 },
  iCCP: { before: ['PLTE', 'IDAT'] },
  sRGB: { before: ['PLTE', 'IDAT'], length: 1 },
  gAMA: { before: ['PLTE', 'IDAT'], length: 4 },
  cHRM: { before: ['PLTE', 'IDAT'], length: 32 },
  pHYs: { before: ['IDAT'], length: 9 },
  eXIf: { before: [] },
};

/**
 * Checks which chunks a file has, in which order, and how long they are.
 *
 * Decoders differ in what they let pass, and show different pixels: of two palettes some use the first, others the
 * second. Chunks that are neither used nor kept are not looked at, unless they are critical.
 * Throws PngFault naming the chunk.
 */
export function checkChunks(chunks: readonly Chunk[], header: PngHeader): void {
  const types = chunks.map(({ type }) => type);
  // Of its pictures one alone would be read: Section 11.3.6.
  if (types.includes('acTL'))
    throw new PngFault('it is an animation (acTL chunk)', {
      remedy: 'save the picture of it that you want as a PNG of its own',
    });
  if (types.lastIndexOf('IHDR') > 0) throw new PngFault('a second IHDR chunk, where PNG allows one');
  const unknown = types.find((type) => /^[A-Z]/.test(type) && !CRITICAL.includes(type));
  if (unknown !== undefined)
    throw new PngFault(`it cannot be shown without its ${unknown} chunk, which PNG does not know`);
  for (const [type, rule] of Object.entries(RULES)) checkRule(chunks, types, type, rule);
  checkPixelChunks(types);
  if (chunks.at(-1)!.data.length > 0) throw new PngFault('its IEND chunk is not empty');
  checkPalette(chunks, header);
  checkTransparency(chunks, types, header);
}

/** The bytes of the one chunk of a type, if there is one. */
export function dataOf(chunks: readonly Chunk[], type: string): Uint8Array | undefined {
  return chunks.find((chunk) => chunk.type === type)?.data;
}

function checkRule(
  chunks: readonly Chunk[],
  types: readonly string[],
  type: string,
  { before, length }: (typeof RULES)[string],
): void {
  const at = types.indexOf(type);
  if (at < 0) return;
  if (types.lastIndexOf(type) > at) throw new PngFault(`a second ${type} chunk, where PNG allows one`);
  const late = before.find((other) => types.includes(other) && types.indexOf(other) < at);
  if (late !== undefined) throw new PngFault(`its ${type} chunk comes after its ${late} chunk`);
  if (length !== undefined && chunks[at]!.data.length !== length)
    throw new PngFault(`its ${type} chunk has ${chunks[at]!.data.length} bytes, not ${length}`);
}

function checkPixelChunks(types: readonly string[]): void {
  const [first, last] = [types.indexOf('IDAT'), types.lastIndexOf('IDAT')];
  if (first < 0) throw new PngFault('it has no pixel data (no IDAT chunk)');
  const between = types.slice(first, last).find((type) => type !== 'IDAT');
  if (between !== undefined) throw new PngFault(`a ${between} chunk stands between its pixel data`);
}

function checkPalette(chunks: readonly Chunk[], header: PngHeader): void {
  const palette = dataOf(chunks, 'PLTE');
  if (!palette) {
    if (header.colorType === PALETTE) throw new PngFault('it has no palette (no PLTE chunk)');
    return;
  }
  if (header.colorType !== PALETTE && !(header.colorType & RGB))
    throw new PngFault('a grey image with a palette (PLTE chunk)');
  const most = header.colorType === PALETTE ? 2 ** header.depth : 256;
  if (palette.length === 0 || palette.length % 3 > 0 || palette.length > 3 * most)
    throw new PngFault(`its palette has ${palette.length} bytes, which are not 1 to ${most} colours of 3`);
}

function checkTransparency(chunks: readonly Chunk[], types: readonly string[], header: PngHeader): void {
  const transparency = dataOf(chunks, 'tRNS');
  if (!transparency) return;
  if (header.colorType > PALETTE) throw new PngFault('a tRNS chunk beside an alpha channel');
  if (types.indexOf('PLTE') > types.indexOf('tRNS'))
    throw new PngFault('its tRNS chunk comes before its PLTE chunk');
  const { length } = transparency;
  const fits =
    header.colorType === PALETTE
      ? 3 * length <= dataOf(chunks, 'PLTE')!.length
      : length === 2 * samplesOf(header);
  if (!fits) throw new PngFault(`its tRNS chunk has ${length} bytes, which do not fit its colours`);
}
