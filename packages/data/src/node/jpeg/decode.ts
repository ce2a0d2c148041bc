import { decode } from 'jpeg-js';
import { createImage, type Image } from '../../image.ts';
import { orient } from '../../orient.ts';
import type { Picture } from '../picture.ts';
import type { Chunk } from '../png/chunk.ts';
import { fitsChannels, profileChunk } from '../profile.ts';
import { exchangesSides, orientationOf, upright } from './exif.ts';
import { type Frame, readFrame } from './frame.ts';
import { JpegFault } from './jpegFault.ts';
import { EXIF, iccProfile, startsWith } from './metadata.ts';
import { APP0, APP1, APP14, DRI, readSegments, type Segment } from './segments.ts';

/** Megabytes that the decoder may take: its own limit of 512 is too low for 12 megapixels. */
const MOST_MEGABYTES = 4096;

/**
 * Decodes a JPEG file: grey [H, W, 1], or colour [H, W, 3], upright, in [0, 1].
 *
 * Where the camera says that the picture is turned, its pixels are, and its description says no more. That, the colour
 * profile and the resolution are kept as the PNG chunks eXIf, iCCP and pHYs; not a profile of other colours than the image has,
 * such as a printer's inks.
 * Throws JpegFault for a file that is no JPEG, is truncated, damaged or too large. Bytes that are changed in the pixel data are
 * noticed only where the decoder then lacks some: a JPEG file has no check of them.
 */
export function decodeJpeg(bytes: Uint8Array): Picture {
  const segments = readSegments(bytes);
  const exif = segments
    .find(({ marker, data }) => marker === APP1 && startsWith(data, EXIF))
    ?.data.subarray(6);
  const image = decodePixels(bytes, segments);
  const profile = iccProfile(segments);
  const orientation = (exif && orientationOf(exif)) ?? 1;
  return {
    image: orient(image, orientation),
    bitDepth: 8,
    description: [
      ...(profile && fitsChannels(profile, image.channels) ? [profileChunk(profile)] : []),
      ...resolutionChunk(segments, exchangesSides(orientation)),
      ...(exif ? [{ type: 'eXIf', data: upright(exif) }] : []),
    ],
  };
}

function decodePixels(bytes: Uint8Array, segments: readonly Segment[]): Image {
  const frame = readFrame(segments);
  const { width, height, fewestBits } = frame;
  // Decoding takes time and memory by what the header says, which may be damaged, or meant to do harm.
  if (8 * bytes.length < fewestBits)
    throw new JpegFault(`${bytes.length} bytes cannot hold the ${width} x ${height} pixels of its header`);
  const { data } = decoded(bytes, segments, frame);
  const channels = frame.components.length === 1 ? 1 : 3;
  const image = createImage(width, height, channels);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let c = 0; c < channels; c++) image.data[pixel * channels + c] = data[pixel * 3 + c]! / 255;
  return image;
}

/** The data of Adobe's segment (ITU-T T.872, Section 6.5.3), if there is one. */
function adobeOf(segments: readonly Segment[]): Uint8Array | undefined {
  return segments.find(({ marker, data }) => marker === APP14 && startsWith(data, 'Adobe'))?.data;
}

/** Where it has its transform: 0 for colours as they are. */
const TRANSFORM = 11;

/** Whether three components are red, green and blue, not Y, Cb and Cr: nothing else tells them, so libjpeg's rule is taken. */
function isRgb(segments: readonly Segment[], { components }: Frame): boolean {
  if (jfifOf(segments)) return false;
  const adobe = adobeOf(segments);
  return adobe ? adobe[TRANSFORM] === 0 : String.fromCharCode(...components) === 'RGB';
}

function decoded(bytes: Uint8Array, segments: readonly Segment[], frame: Frame): { data: Uint8Array } {
  if (frame.components.length === 4 && !adobeOf(segments))
    throw new JpegFault("it has four inks, and nothing tells which (no segment of Adobe's)", {
      remedy: 'save it as RGB',
    });
  try {
    return decode(bytes, {
      ...(isRgb(segments, frame) && { colorTransform: false }),
      useTArray: true,
      formatAsRGBA: false,
      // Of scans of one component it would read blocks that are not there, up to the end of the last restart interval. Of a
      // progressive file some are there, as padding: it reads them all the same, and fails.
      tolerantDecoding: true,
      maxResolutionInMP: Infinity,
      maxMemoryUsageInMB: MOST_MEGABYTES,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy = remedyFor(message, segments, frame);
    throw new JpegFault(`it cannot be decoded (${message})`, { cause: error, ...(remedy && { remedy }) });
  }
}

/** What to do with a file that the decoder has failed with, but need not be damaged. */
function remedyFor(
  message: string,
  segments: readonly Segment[],
  { isProgressive }: Frame,
): string | undefined {
  if (/maxMemoryUsageInMB|Could not allocate|allocation failed|array length/.test(message))
    return 'cut it into smaller images';
  const hasRestarts = segments.some(({ marker, data }) => marker === DRI && data.some((byte) => byte > 0));
  if (!isProgressive || !hasRestarts) return undefined;
  return 'it is progressive with restart intervals, not all of which are read: save it without, or as PNG; or replace it if it is damaged';
}

/** The data of the JFIF segment (ITU-T T.871, Section 10.1), if there is one. */
function jfifOf(segments: readonly Segment[]): Uint8Array | undefined {
  return segments.find(({ marker, data }) => marker === APP0 && startsWith(data, 'JFIF\0'))?.data;
}

/** pHYs in pixels a metre, from dots an inch or a centimetre of the JFIF segment, across and down or, of a picture that is turned, down and across. */
function resolutionChunk(segments: readonly Segment[], isTurned: boolean): Chunk[] {
  const jfif = jfifOf(segments);
  const perMetre = { 1: 1 / 0.0254, 2: 100 }[jfif?.[7] ?? 0];
  if (!jfif || jfif.length < 12 || perMetre === undefined) return [];
  const data = Buffer.alloc(9);
  for (const axis of [0, 1]) {
    const density = jfif[8 + 2 * axis]! * 256 + jfif[9 + 2 * axis]!;
    data.writeUInt32BE(Math.round(density * perMetre), 4 * (isTurned ? 1 - axis : axis));
  }
  data[8] = 1;
  return [{ type: 'pHYs', data }];
}
