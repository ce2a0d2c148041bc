import { encode } from 'jpeg-js';
import { quantize } from '../../quantize.ts';
import { overWhite, type Picture } from '../picture.ts';
import { fitsChannels, profileIn } from '../profile.ts';
import { EXIF, iccSegments } from './metadata.ts';
import { APP0, APP1, LONGEST, type Segment, segmentBytes } from './segments.ts';

/** Of 1 to 100; what is lost at this quality is far below the noise that a picture was freed of. */
export const QUALITY = 95;

/** Bytes of SOI and of the encoder's own JFIF segment, which ours replaces. */
const ENCODERS_HEADER = 2 + 18;

/**
 * Encodes a picture as JPEG, 8 bits a sample, over white where it is transparent, with its profile, Exif block and resolution.
 *
 * Colours are stored at full resolution (4:4:4), and grey as colour: the profile of a grey picture is left out, as is one that is
 * damaged or has more than 16 MB, or that a cICP chunk overrules.
 */
export function encodeJpeg(picture: Picture, quality = QUALITY): Uint8Array {
  const image = overWhite(picture);
  const { width, height, channels, data } = image;
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) {
      const value = data[pixel * channels + (channels === 1 ? 0 : c)]!;
      rgba[4 * pixel + c] = quantize(value, 255);
    }
  }
  const encoded = encode({ width, height, data: rgba }, quality).data;
  const segments = segmentsOf(picture).map(segmentBytes);
  return Buffer.concat([encoded.subarray(0, 2), ...segments, encoded.subarray(ENCODERS_HEADER)]);
}

function segmentsOf({ description }: Picture): Segment[] {
  const dataOf = (type: string) => description.find((chunk) => chunk.type === type)?.data;
  const exif = dataOf('eXIf');
  // A profile beside a cICP chunk does not hold: see `lostInJpeg`.
  const iCCP = dataOf('cICP') ? undefined : dataOf('iCCP');
  const profile = iCCP && profileIn(iCCP);
  const fits = exif && exif.length + EXIF.length <= LONGEST;
  return [
    jfif(dataOf('pHYs')),
    ...(fits ? [{ marker: APP1, data: Buffer.concat([Buffer.from(EXIF, 'latin1'), exif]) }] : []),
    ...(profile && fitsChannels(profile, 3) ? iccSegments(profile) : []),
  ];
}

/** The JFIF segment (ITU-T T.871, Section 10.1) in dots an inch, if pixels a metre are known, else without a unit. */
function jfif(pHYs: Uint8Array | undefined): Segment {
  const data = Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\0\0', 'latin1');
  if (pHYs?.[8] === 1) {
    const metre = Buffer.from(pHYs);
    data[7] = 1;
    for (const axis of [0, 1]) {
      const density = Math.round(metre.readUInt32BE(4 * axis) * 0.0254);
      data.writeUInt16BE(Math.max(1, Math.min(density, 65535)), 8 + 2 * axis);
    }
  }
  return { marker: APP0, data };
}
