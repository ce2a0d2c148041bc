import { inflateSync } from 'node:zlib';
import type { Chunk } from './chunk.ts';
import { unfilter } from './filters.ts';
import { type PngHeader, samplesOf } from './header.ts';
import { bytesOf, type Pass, passesOf } from './passes.ts';
import { PngFault } from './pngFault.ts';

/** Samples as a file stores them: [height, width, samples of a pixel], in 0 … 2^depth - 1. */
export type Samples = Uint8Array | Uint16Array;

/** Throws PngFault unless the pixel data inflates to exactly the bytes that the header announces. */
export function readSamples(chunks: readonly Chunk[], header: PngHeader): Samples {
  const passes = passesOf(header);
  const length = passes.reduce((total, pass) => total + bytesOf(pass), 0);
  const bytes = inflate(chunks, length);
  const S = samplesOf(header);
  const samples = createSamples(header.width * header.height * S, header.depth);
  let at = 0;
  for (const pass of passes) {
    const part = bytes.subarray(at, at + bytesOf(pass));
    unfilter(part, pass, Math.max(1, (S * header.depth) >> 3));
    unpack(part, pass, header, S, samples);
    at += bytesOf(pass);
  }
  return samples;
}

export function createSamples(length: number, depth: number): Samples {
  return depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
}

function inflate(chunks: readonly Chunk[], length: number): Uint8Array {
  const compressed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const { buffer, consumed } = inflateAtMost(compressed, length);
  if (buffer.length !== length)
    throw new PngFault(`its pixel data has ${buffer.length} bytes, but its header announces ${length}`);
  if (consumed !== compressed.length) throw new PngFault('its pixel data goes on after its end');
  return buffer;
}

function inflateAtMost(compressed: Buffer, length: number): { buffer: Buffer; consumed: number } {
  try {
    // With `info` the result is not a Buffer, which the types do not know.
    const result: unknown = inflateSync(compressed, { maxOutputLength: length, info: true });
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
    return { buffer, consumed: engine.bytesWritten };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new PngFault(`its pixel data has more than the ${length} bytes that its header announces`);
    if (code === 'Z_BUF_ERROR') throw new PngFault('its pixel data ends too early', { cause: error });
    throw new PngFault(`its pixel data is damaged (${message})`, { cause: error });
  }
}

/** Puts the samples of a pass, of 1 to 16 bits in rows of whole bytes, to their pixels. */
function unpack(bytes: Uint8Array, pass: Pass, header: PngHeader, S: number, samples: Samples): void {
  const { columns, rows, x, y, stepX, stepY, rowBytes } = pass;
  const sampleAt = READERS[header.depth]!;
  for (let row = 0; row < rows; row++) {
    const start = row * (1 + rowBytes) + 1;
    for (let i = 0; i < columns * S; i++) {
      const pixel = (y + row * stepY) * header.width + x + Math.floor(i / S) * stepX;
      samples[pixel * S + (i % S)] = sampleAt(bytes, start, i);
    }
  }
}

/** The i-th sample of the row that starts at a byte, high bits first: Section 7.2. */
type Reader = (bytes: Uint8Array, start: number, i: number) => number;

const READERS: Readonly<Record<number, Reader>> = {
  1: bits(1),
  2: bits(2),
  4: bits(4),
  8: (bytes, start, i) => bytes[start + i]!,
  16: (bytes, start, i) => (bytes[start + 2 * i]! << 8) | bytes[start + 2 * i + 1]!,
};

function bits(depth: number): Reader {
  return (bytes, start, i) => {
    const bit = i * depth;
    return (bytes[start + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  };
}
