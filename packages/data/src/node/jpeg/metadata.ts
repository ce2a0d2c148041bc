import { APP2, LONGEST, type Segment } from './segments.ts';

/** With what an Exif segment begins (Exif 2.32, Section 4.7.2). */
export const EXIF = 'Exif\0\0';

/** With what a segment of a colour profile begins; its number and how many there are follow (ICC.1:2022, Annex B.4). */
const ICC = 'ICC_PROFILE\0';
const ICC_HEADER = ICC.length + 2;

export function startsWith(data: Uint8Array, text: string): boolean {
  return Buffer.from(data.subarray(0, text.length)).toString('latin1') === text;
}

/** The colour profile, put together from its segments; undefined if there is none, or a part of it is missing. */
export function iccProfile(segments: readonly Segment[]): Uint8Array | undefined {
  const parts = segments
    .filter(({ marker, data }) => marker === APP2 && data.length > ICC_HEADER && startsWith(data, ICC))
    .sort((a, b) => a.data[ICC.length]! - b.data[ICC.length]!);
  const isWhole = parts.every(
    ({ data }, i) => data[ICC.length] === i + 1 && data[ICC.length + 1] === parts.length,
  );
  if (parts.length === 0 || !isWhole) return undefined;
  return Buffer.concat(parts.map(({ data }) => data.subarray(ICC_HEADER)));
}

/** The segments of a colour profile. */
export function iccSegments(profile: Uint8Array): Segment[] {
  const size = LONGEST - ICC_HEADER;
  const count = Math.ceil(profile.length / size);
  return Array.from({ length: count }, (_, i) => ({
    marker: APP2,
    data: Buffer.concat([
      Buffer.from(ICC, 'latin1'),
      Uint8Array.of(i + 1, count),
      profile.subarray(i * size, (i + 1) * size),
    ]),
  }));
}
