import { JpegFault } from './jpegFault.ts';

/** A piece of a JPEG file before its pixels: the second byte of its marker, and its bytes. */
export interface Segment {
  readonly marker: number;
  readonly data: Uint8Array;
}

/** Section numbers here and in the files beside are those of ITU-T Recommendation T.81 (JPEG). */
export const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** The definition of a restart interval, two bytes of its length: Section B.2.4.4. */
export const DRI = 0xdd;
export const APP0 = 0xe0;
export const APP1 = 0xe1;
export const APP2 = 0xe2;
export const APP14 = 0xee;

/** Markers without a length: Section B.1.1.3. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= SOI);

/** The longest data of a segment: its length field has two bytes and counts itself. */
export const LONGEST = 2 ** 16 - 3;

/**
 * The segments of a file up to its pixels (Section B.1.1.4).
 *
 * Throws JpegFault for a file that is no JPEG, is truncated, or has no pixels.
 */
export function readSegments(bytes: Uint8Array): Segment[] {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new JpegFault('not a JPEG image (no JPEG marker)');
  const segments: Segment[] = [];
  let at = 2;
  for (;;) {
    // A marker may be filled up with 0xFF before it.
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (marker === undefined || at + 2 > bytes.length) throw truncated(bytes);
    if (bytes[at] !== 0xff) throw new JpegFault(`at byte ${at} it is damaged (no marker)`);
    if (marker === SOS) return segments;
    if (marker === EOI) throw new JpegFault('it has no pixel data');
    at += 2;
    if (isBare(marker)) continue;
    if (at + 2 > bytes.length) throw truncated(bytes);
    const length = bytes[at]! * 256 + bytes[at + 1]!;
    if (length < 2) throw new JpegFault(`at byte ${at} it is damaged (a segment of ${length} bytes)`);
    if (at + length > bytes.length) throw truncated(bytes);
    segments.push({ marker, data: bytes.subarray(at + 2, at + length) });
    at += length;
  }
}

/** A segment's bytes in a file. Throws RangeError when its data are longer than a segment can hold. */
export function segmentBytes({ marker, data }: Segment): Uint8Array {
  if (data.length > LONGEST)
    throw new RangeError(`a JPEG segment holds ${LONGEST} bytes, not ${data.length}`);
  const length = data.length + 2;
  return Uint8Array.from([0xff, marker, length >> 8, length & 255, ...data]);
}

function truncated(bytes: Uint8Array): JpegFault {
  return new JpegFault(`the file is truncated at byte ${bytes.length}`);
}
