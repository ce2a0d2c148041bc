import { PngFault } from './pngFault.ts';

/** What the header chunk (IHDR) of a PNG file says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colorType: number;
  readonly interlaced: boolean;
}

/** Colour types of PNG: Section 11.2.1. */
export const GREY = 0;
export const RGB = 2;
export const PALETTE = 3;
export const GREY_ALPHA = 4;
export const RGB_ALPHA = 6;

/** Samples of a pixel and allowed bit depths for each colour type: Section 11.2.1. */
const COLOR_TYPES: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  [GREY]: { samples: 1, depths: [1, 2, 4, 8, 16] },
  [RGB]: { samples: 3, depths: [8, 16] },
  [PALETTE]: { samples: 1, depths: [1, 2, 4, 8] },
  [GREY_ALPHA]: { samples: 2, depths: [8, 16] },
  [RGB_ALPHA]: { samples: 4, depths: [8, 16] },
};

/** Decoding takes up to 36 bytes a pixel: a damaged or hostile header must not ask for all the memory. */
const MAX_PIXELS = 2 ** 26;

/** Throws PngFault for a header that PNG does not know, or an image that is too large. */
export function readHeader(data: Uint8Array): PngHeader {
  if (data.length !== 13) throw new PngFault('its header has the wrong length');
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colorType] = [data[8]!, data[9]!];
  const [compression, filter, interlace] = [data[10]!, data[11]!, data[12]!];
  if (!COLOR_TYPES[colorType]?.depths.includes(depth))
    throw new PngFault(`its header has colour type ${colorType} with ${depth} bits, which PNG does not know`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw new PngFault('its header has a compression, filter or interlace method that PNG does not know');
  checkSize(width, height);
  return { width, height, depth, colorType, interlaced: interlace === 1 };
}

export function samplesOf({ colorType }: PngHeader): number {
  return COLOR_TYPES[colorType]!.samples;
}

export function hasColor({ colorType }: PngHeader): boolean {
  return colorType !== GREY && colorType !== GREY_ALPHA;
}

function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new PngFault(`its header says ${width} x ${height} pixels`);
  if (width * height <= MAX_PIXELS) return;
  throw new PngFault(`${width} x ${height} pixels are more than the ${MAX_PIXELS} that are read at most`, {
    remedy: 'cut it into smaller images',
  });
}
