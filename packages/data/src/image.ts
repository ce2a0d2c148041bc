import { DataError } from './dataError.ts';

/**
 * An image in memory.
 *
 *   data [height, width, channels]      row-major, channels interleaved, 0 = black, 1 = white
 *
 * Pixels of a photograph lie in [0, 1]; noise may take them outside.
 */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/** An image and the name by which messages, results and noise streams refer to it. */
export interface NamedImage {
  readonly name: string;
  readonly image: Image;
}

/** A rectangle of whole pixels; `x`, `y` is its top left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Makes an image of width x height pixels, black unless `data` is given (which is not copied).
 *
 * Throws RangeError when a side is not a positive integer or `data` has another length.
 */
export function createImage(width: number, height: number, channels: 1 | 3 = 1, data?: Float32Array): Image {
  if (!isSide(width) || !isSide(height)) {
    throw new RangeError(`an image of ${width} x ${height} pixels: both sides must be positive integers`);
  }
  const length = width * height * channels;
  const pixels = data ?? new Float32Array(length);
  if (pixels.length !== length) {
    throw new RangeError(
      `${width} x ${height} x ${channels} pixels need ${length} values, not ${pixels.length}`,
    );
  }
  return { width, height, channels, data: pixels };
}

/** Makes a grey image from rows of pixels: `greyImage([[0, 1], [1, 0]])`. Throws RangeError when rows differ in length. */
export function greyImage(rows: readonly (readonly number[])[]): Image {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) throw new RangeError('the rows of an image differ in length');
  return createImage(width, rows.length, 1, Float32Array.from(rows.flat()));
}

/** The same image with every value replaced by f(value). */
export function mapPixels(image: Image, f: (value: number) => number): Image {
  return { ...image, data: image.data.map(f) };
}

/**
 * Copies a rectangle out of an image.
 *
 *   [height, width, C]  ->  [rectangle.height, rectangle.width, C]
 *
 * Throws RangeError when the rectangle is empty, not of whole pixels, or not inside the image.
 */
export function cropImage(image: Image, rectangle: Rectangle): Image {
  const { x, y, width, height } = rectangle;
  if (!isInside(image, rectangle)) {
    throw new RangeError(
      `the rectangle ${width} x ${height} at (${x}, ${y}) is not inside ${dimensionsOf(image)} pixels`,
    );
  }
  const C = image.channels;
  const out = createImage(width, height, C);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * image.width + x) * C;
    out.data.set(image.data.subarray(start, start + width * C), row * width * C);
  }
  return out;
}

/**
 * Copies an image into a larger one of as many channels, its top left corner to (x, y).
 *
 * Throws RangeError when it is not inside, (x, y) is no whole pixel, or it has other channels.
 */
export function pasteImage(from: Image, to: Image, { x, y }: { x: number; y: number }): void {
  const { width, height } = from;
  if (!isInside(to, { x, y, width, height }) || from.channels !== to.channels) {
    throw new RangeError(
      `an image of ${dimensionsOf(from)} at (${x}, ${y}) is not inside one of ${dimensionsOf(to)} pixels, with as many channels`,
    );
  }
  const length = width * from.channels;
  for (let row = 0; row < height; row++) {
    const pixels = from.data.subarray(row * length, (row + 1) * length);
    to.data.set(pixels, ((y + row) * to.width + x) * to.channels);
  }
}

/** The size for messages: `256 x 256`, or `256 x 256 x 3` for colour (width x height). */
export function dimensionsOf(image: Image): string {
  return `${image.width} x ${image.height}${image.channels === 3 ? ' x 3' : ''}`;
}

/** Throws DataError unless both images have the same width, height and channels; `what` names the comparison. */
export function expectSameSize(what: string, a: Image, b: Image): void {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) {
    throw new DataError(
      `${what} compares images of one size, got ${dimensionsOf(a)} and ${dimensionsOf(b)} pixels`,
    );
  }
}

function isSide(n: number): boolean {
  return Number.isInteger(n) && n > 0;
}

function isInside(image: Image, { x, y, width, height }: Rectangle): boolean {
  const whole = Number.isInteger(x) && Number.isInteger(y) && isSide(width) && isSide(height);
  return whole && x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
}
