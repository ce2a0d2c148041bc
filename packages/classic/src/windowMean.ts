import { type Image, mirror } from '@nlrn/data';
import { toChannels } from './channels.ts';
import { type Plane, sharedPlane } from './plane.ts';

/** Rows of pixels that are worked on together: what threads share out among themselves. */
const BAND = 16;

/** A mean over windows: what it is given, and where it goes. */
export interface WindowMean {
  /** The channels, extended by `margin` pixels on each side */
  readonly extended: readonly Plane[];
  readonly margin: number;
  /** S_i are the pixels at most so far from i, along rows and along columns. */
  readonly radius: number;
  /** The means of each channel, as large as the image */
  readonly out: readonly Plane[];
}

/** The pixels i of a row, and their j, which are (dy, dx) away: the first of each in the extended planes. */
export interface Pairs {
  readonly here: number;
  readonly there: number;
  readonly dy: number;
  readonly dx: number;
}

/** Computes Phi(i, j) [width] of the pairs of a row. */
export type Correlation = (pairs: Pairs, Phi: Float64Array) => void;

/** Room for the means of an image's channels, and the channels extended so far that all that is read is there. */
export function windowMean(image: Image, radius: number, margin: number): WindowMean {
  const channels = toChannels(image);
  const out = channels.map(({ width, height }) => sharedPlane(width, height));
  return { extended: channels.map((plane) => extend(plane, margin)), margin, radius, out };
}

export function windowBands(height: number): number {
  return Math.ceil(height / BAND);
}

/**
 * Eq. (1) with G the identity and delta the sums of Phi's rows, over windows S_i:
 *
 *   Z_i = sum_(j in S_i) Phi(i, j) X_j / sum_(j in S_i) Phi(i, j)
 */
export function prepareWindowMean(mean: WindowMean, correlate: Correlation): (band: number) => void {
  const { extended, margin, radius, out } = mean;
  const { width, height } = out[0]!;
  const stride = extended[0]!.width;
  const Phi = new Float64Array(width);
  const delta = new Float64Array(BAND * width);
  const sums = out.map(() => new Float64Array(BAND * width));

  return (band) => {
    const top = band * BAND;
    const rows = Math.min(BAND, height - top);
    delta.fill(0);
    for (const sum of sums) sum.fill(0);
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        for (let row = 0; row < rows; row++) {
          const here = (top + row + margin) * stride + margin;
          const there = here + dy * stride + dx;
          correlate({ here, there, dy, dx }, Phi);
          for (let x = 0; x < width; x++) delta[row * width + x]! += Phi[x]!;
          extended.forEach(({ data }, c) => {
            addProducts(Phi, data, there, sums[c]!, row * width);
          });
        }
      }
    }
    out.forEach(({ data }, c) => {
      for (let i = 0; i < rows * width; i++) data[top * width + i] = sums[c]![i]! / delta[i]!;
    });
  };
}

function addProducts(
  Phi: Float64Array,
  data: Float32Array,
  from: number,
  sums: Float64Array,
  to: number,
): void {
  for (let x = 0; x < Phi.length; x++) sums[to + x]! += Phi[x]! * data[from + x]!;
}

/** The plane with a margin on each side, in which it is reflected, the pixel at the border repeated: c b a | a b c. */
function extend(plane: Plane, margin: number): Plane {
  const out = sharedPlane(plane.width + 2 * margin, plane.height + 2 * margin);
  for (let y = 0; y < out.height; y++) {
    const row = mirror(y - margin, plane.height) * plane.width;
    for (let x = 0; x < out.width; x++) {
      out.data[y * out.width + x] = plane.data[row + mirror(x - margin, plane.width)]!;
    }
  }
  return out;
}
