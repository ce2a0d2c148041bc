import { JpegFault } from './jpegFault.ts';
import type { Segment } from './segments.ts';

/** What a JPEG file's frame header says. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** What each component is called: 1 for grey, 3 for colour, 4 for a printer's inks */
  readonly components: readonly number[];
  /** Whether its pixels come in several scans, each of which makes them finer */
  readonly isProgressive: boolean;
  /** The fewest bits that can code its pixels */
  readonly fewestBits: number;
}

type Size = Pick<Frame, 'width' | 'height'>;

/** Frames of the Huffman-coded processes, baseline, extended and progressive: Table B.1. */
const PROGRESSIVE = 0xc2;
const DECODED = [0xc0, 0xc1, PROGRESSIVE];

/** Decoding takes some 30 bytes a pixel: a damaged or hostile header must not ask for all the memory. */
const MOST_PIXELS = 2 ** 26;

/** What to do with a whole file of a kind that is not read. */
const ANOTHER_KIND = { remedy: 'save it as a usual (baseline) JPEG, or as PNG' };

const isFrame = ({ marker }: Segment) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Reads the frame header (Section B.2.2). Throws JpegFault for one of a kind that is not decoded, or too large. */
export function readFrame(segments: readonly Segment[]): Frame {
  const frame = segments.find(isFrame);
  if (!frame || frame.data.length < 6) throw new JpegFault('it has no frame header');
  if (!DECODED.includes(frame.marker))
    throw new JpegFault('lossless or arithmetic coding, which few programs read', ANOTHER_KIND);
  const [precision, h1, h0, w1, w0, count] = frame.data as unknown as number[];
  if (precision !== 8) throw new JpegFault(`${precision} bits a sample, where 8 are read`, ANOTHER_KIND);
  const [width, height] = [w1! * 256 + w0!, h1! * 256 + h0!];
  if (width === 0 || height === 0) throw new JpegFault(`its header says ${width} x ${height} pixels`);
  if (width * height > MOST_PIXELS)
    throw new JpegFault(`${width} x ${height} pixels are too many, the limit is ${MOST_PIXELS}`, {
      remedy: 'cut it into smaller images',
    });
  if (count !== 1 && count !== 3 && count !== 4)
    throw new JpegFault(`${count} components, where 1, 3 or 4 are read`, ANOTHER_KIND);
  const components = Array.from({ length: count }, (_, i) => frame.data[6 + 3 * i]!);
  const isProgressive = frame.marker === PROGRESSIVE;
  // A block has a code for its mean and, in one scan, one that says that nothing follows: Sections F.1.2 and G.1.2.
  const fewestBits = (isProgressive ? 1 : 2) * blocksOf(frame, { width, height }, count);
  return { width, height, components, isProgressive, fewestBits };
}

/** How many blocks of 8 x 8 samples all components have: Section A.1.1. */
function blocksOf({ data }: Segment, { width, height }: Size, count: number): number {
  const factors = Array.from({ length: count }, (_, i) => data[7 + 3 * i]!);
  const [across, down] = [factors.map((factor) => factor >> 4), factors.map((factor) => factor & 15)];
  const along = (side: number, own: number, all: readonly number[]) =>
    Math.ceil(Math.ceil((side * own) / Math.max(...all)) / 8);
  return factors.reduce(
    (sum, _, i) => sum + along(width, across[i]!, across) * along(height, down[i]!, down),
    0,
  );
}
