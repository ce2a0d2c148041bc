import type { Image } from '@nlrn/data';
import { encodePng } from '@nlrn/data/node';

/** How much brighter an error is shown than it is: of 29 dB, a typical one is a 28th of the range. */
const GAIN = 3;

/** As the page says it. */
export const DIFFERENCE_RULE = `Below a restored picture is its error, ${GAIN} times as strong: grey where it is right, bright where it is too bright, dark where too dark.`;

/** The error of a restored image, 1/2 + 3 (restored - true), as a `data:` address of a PNG file. */
export function differenceAddress(truth: Image, restored: Image): string {
  const data = truth.data.map((value, i) => 0.5 + GAIN * (restored.data[i]! - value));
  return pngAddress({ ...truth, data });
}

/** An image, as a `data:` address of a PNG file. */
export function pngAddress(image: Image): string {
  const file = Buffer.concat(encodePng({ image, bitDepth: 8, description: [] }));
  return `data:image/png;base64,${file.toString('base64')}`;
}
