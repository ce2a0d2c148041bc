import { deflateSync, inflateSync } from 'node:zlib';
import type { Chunk } from './png/chunk.ts';

/** Far more than any profile has, and a little less than the 255 segments hold that a JPEG's profile may have. */
const MOST_BYTES = 16e6;

/** A colour profile as a chunk iCCP: a name, the method of compression, the compressed profile (PNG, Section 11.3.2.3). */
export function profileChunk(profile: Uint8Array): Chunk {
  const data = Buffer.concat([Buffer.from('ICC profile\0\0', 'latin1'), deflateSync(profile)]);
  return { type: 'iCCP', data };
}

/** The profile in the data of such a chunk; undefined where they are damaged. */
export function profileIn(data: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(data.subarray(data.indexOf(0) + 2), { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}

/** Whether a profile is for pixels of so many channels, by the signature of its colour space (ICC.1:2022, Section 7.2.8). */
export function fitsChannels(profile: Uint8Array, channels: 1 | 3): boolean {
  return Buffer.from(profile.subarray(16, 20)).toString('latin1') === (channels === 1 ? 'GRAY' : 'RGB ');
}
