import { crc32 } from 'node:zlib';
import { PngFault } from './pngFault.ts';

/** A piece of a PNG file: four letters that say what it is, and its bytes. */
export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Section numbers here and in the files beside are those of "Portable Network Graphics (Third Edition)", W3C 2025. */
export const SIGNATURE: Uint8Array = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** Whether a file begins with the first four bytes of the signature; those after them tell how it was damaged. */
export function beginsAsPng(bytes: Uint8Array): boolean {
  return bufferOf(bytes.subarray(0, 4)).equals(SIGNATURE.subarray(0, Math.min(4, bytes.length)));
}

/** Length, type and CRC: Section 5.3. */
const OVERHEAD = 12;

/** The largest length of a chunk: Section 5.3. */
const MAX_LENGTH = 2 ** 31 - 1;

/**
 * The chunks of a file up to IEND, each with the right CRC.
 *
 * Bytes after IEND are ignored, as by other readers: some cameras and editors append their own.
 * Throws PngFault for a file that is no PNG, is truncated or damaged.
 */
export function readChunks(file: Uint8Array): Chunk[] {
  const bytes = bufferOf(file);
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw noSignature(bytes);
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    const chunk = readChunk(bytes, at);
    chunks.push(chunk);
    at += chunk.data.length + OVERHEAD;
  }
  return chunks;
}

/** The bytes of a chunk in a file. */
export function chunkBytes({ type, data }: Chunk): Uint8Array {
  const bytes = Buffer.alloc(data.length + OVERHEAD);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** The same bytes with Node's functions. */
function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

function readChunk(bytes: Buffer, at: number): Chunk {
  if (at + OVERHEAD > bytes.length) throw truncated(bytes);
  const length = bytes.readUInt32BE(at);
  const type = typeAt(bytes, at + 4);
  if (length > MAX_LENGTH) throw new PngFault(`its ${type} chunk is longer than PNG allows`);
  const end = at + OVERHEAD + length;
  if (end > bytes.length) throw new PngFault(`the file is truncated inside its ${type} chunk`);
  if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4))
    throw new PngFault(`its ${type} chunk is damaged (CRC)`);
  return { type, data: bytes.subarray(at + 8, end - 4) };
}

/** Four letters, the third of them a capital: Section 5.4. */
function typeAt(bytes: Buffer, at: number): string {
  const type = bytes.toString('latin1', at, at + 4);
  if (/^[A-Za-z]{2}[A-Z][A-Za-z]$/.test(type)) return type;
  throw new PngFault(`at byte ${at} it is damaged, or was changed by a transfer as text (no chunk's name)`);
}

function noSignature(bytes: Buffer): PngFault {
  if (bytes.length === 0) return new PngFault('the file is empty');
  if (bytes.equals(SIGNATURE.subarray(0, bytes.length))) return truncated(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8)
    return new PngFault('not a PNG image but a JPEG', { remedy: 'convert it to PNG' });
  return new PngFault('not a PNG image (no PNG signature)');
}

function truncated(bytes: Buffer): PngFault {
  return new PngFault(`the file is truncated at byte ${bytes.length}`);
}
