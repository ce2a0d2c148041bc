/** The generator polynomial x³² + x²⁶ + x²³ + … + 1 of ISO 3309, lowest power first. */
const POLYNOMIAL = 0xedb88320;

/** What a byte makes of a remainder of zero. */
const OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  return remainder;
});

/** The cyclic redundancy check of parts that follow on each other, as PNG and gzip have it, in 8 hexadecimal digits: any one changed bit changes it. */
export function crc32(parts: readonly Uint8Array[]): string {
  let remainder = ~0;
  for (const part of parts)
    for (let i = 0; i < part.length; i++)
      remainder = OF_BYTE[(remainder ^ part[i]!) & 255]! ^ (remainder >>> 8);
  return (~remainder >>> 0).toString(16).padStart(8, '0');
}
