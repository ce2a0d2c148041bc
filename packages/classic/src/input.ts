import { DataError, dimensionsOf, type Image } from '@nlrn/data';

/** What every method is told. */
export interface ClassicOptions {
  /** Standard deviation of the noise, on the 0-255 scale */
  readonly sigma: number;
  /** Threads that share the work, all cores by default; the result does not depend on it. */
  readonly threads?: number | undefined;
}

/**
 * Throws RangeError when sigma is not a positive number, and DataError when the image has a pixel that is not a finite number
 * or a side of less than `side` pixels.
 */
export function checkInput(method: string, image: Image, { sigma }: ClassicOptions, side: number): void {
  if (!(Number.isFinite(sigma) && sigma > 0)) {
    throw new RangeError(`sigma = ${sigma}: ${method} needs sigma > 0 (0-255 scale)`);
  }
  if (Math.min(image.width, image.height) < side) {
    throw new DataError(
      `${dimensionsOf(image)} pixels are too few: ${method} at sigma ${sigma} needs at least ${side} x ${side}`,
    );
  }
  const wrong = image.data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const pixel = Math.floor(wrong / image.channels);
  const place = `column ${pixel % image.width}, row ${Math.floor(pixel / image.width)}`;
  throw new DataError(`${method}: the pixel at ${place} is ${image.data[wrong]}, not a finite number`);
}
