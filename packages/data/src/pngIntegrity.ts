import { crc32, inflateSync } from 'node:zlib';

/** What the header chunk (IHDR) of a PNG file says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colorType: number;
  readonly interlaced: boolean;
}

/** Section numbers below are those of "Portable Network Graphics Specification (Third Edition)", W3C 2025. */
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** Samples of a pixel and allowed bit depths for each colour type: Section 11.2.1. */
const COLOR_TYPES: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** First column, first row, and steps between columns and rows of the passes of Adam7: Section 8.2. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Decoding takes tens of bytes a pixel: a damaged or hostile header must not ask for all the memory. */
const MAX_PIXELS = 2 ** 26;

/**
 * Checks that a PNG file is whole, and returns its header and its bytes up to the end of the last chunk.
 *
 * Checked: signature, every chunk's length and CRC, IHDR first and IEND last, header values, and that the pixel
 * data inflates to exactly the bytes that the header announces. Decoders differ in what they let pass; after
 * this no truncated or damaged file can give wrong pixels.
 * Throws Error whose message is the fault, to follow the file's name.
 */
export function checkPng(bytes: Buffer): { header: PngHeader; bytes: Buffer } {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error(noSignature(bytes));
  const chunks = [...readChunks(bytes)];
  const [first, ...others] = chunks;
  if (first?.type !== 'IHDR' || others.some((chunk) => chunk.type === 'IHDR'))
    throw new Error('IHDR is not first');
  const header = readHeader(first.data);
  const pixelData = Buffer.concat(chunks.filter((chunk) => chunk.type === 'IDAT').map((chunk) => chunk.data));
  checkPixelData(pixelData, header);
  return { header, bytes: bytes.subarray(0, chunks.at(-1)!.end) };
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Offset of the byte after the chunk. */
  readonly end: number;
}

/** Bytes after IEND are ignored, as by other readers: some cameras and editors append their own. */
function* readChunks(bytes: Buffer): Generator<Chunk> {
  let at = SIGNATURE.length;
  for (;;) {
    const chunk = readChunk(bytes, at);
    yield chunk;
    if (chunk.type === 'IEND') return;
    at = chunk.end;
  }
}

/** length (4 bytes), type (4), data (length), CRC of type and data (4): Section 5.3. */
function readChunk(bytes: Buffer, at: number): Chunk {
  if (at + 12 > bytes.length) throw new Error(`the file is truncated at byte ${bytes.length}`);
  const length = bytes.readUInt32BE(at);
  const type = bytes.toString('latin1', at + 4, at + 8);
  const end = at + 12 + length;
  if (end > bytes.length) throw new Error(`the file is truncated inside its ${JSON.stringify(type)} chunk`);
  const crc = bytes.readUInt32BE(end - 4);
  if (crc32(bytes.subarray(at + 4, end - 4)) !== crc)
    throw new Error(`its ${JSON.stringify(type)} chunk is damaged (CRC)`);
  return { type, data: bytes.subarray(at + 8, end - 4), end };
}

function readHeader(data: Buffer): PngHeader {
  if (data.length !== 13) throw new Error('its header has the wrong length');
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, colorType, interlace] = [data[8]!, data[9]!, data[12]!];
  if (!COLOR_TYPES[colorType]?.depths.includes(depth)) {
    throw new Error(`its header has colour type ${colorType} with ${depth} bits, which PNG does not know`);
  }
  if (width === 0 || height === 0 || interlace > 1) throw new Error('its header is not valid');
  if (width * height > MAX_PIXELS) throw new Error(`${width} x ${height} pixels are more than ${MAX_PIXELS}`);
  return { width, height, depth, colorType, interlaced: interlace === 1 };
}

function checkPixelData(compressed: Buffer, header: PngHeader): void {
  const expected = inflatedLength(header);
  const found = inflate(compressed, expected);
  if (found !== expected)
    throw new Error(`its pixel data has ${found} bytes, but its header announces ${expected}`);
}

function inflate(compressed: Buffer, maxOutputLength: number): number {
  try {
    return inflateSync(compressed, { maxOutputLength }).length;
  } catch (error) {
    throw new Error(`its pixel data is damaged (${(error as Error).message})`);
  }
}

/** Bytes of all rows, each with the byte that names its filter: Sections 7.2 and 8.2. */
function inflatedLength({ width, height, depth, colorType, interlaced }: PngHeader): number {
  const bits = COLOR_TYPES[colorType]!.samples * depth;
  const passes = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return passes.reduce((total, [x, y, stepX, stepY]) => {
    const columns = Math.max(0, Math.ceil((width - x) / stepX));
    const rows = Math.max(0, Math.ceil((height - y) / stepY));
    return total + (columns === 0 ? 0 : rows * (1 + Math.ceil((columns * bits) / 8)));
  }, 0);
}

function noSignature(bytes: Buffer): string {
  if (bytes.length === 0) return 'the file is empty';
  if (SIGNATURE.subarray(0, bytes.length).equals(bytes))
    return `the file is truncated at byte ${bytes.length}`;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'not a PNG image but a JPEG';
  return 'not a PNG image (no PNG signature)';
}
