import { DataError, dimensionsOf, type Image, type OnProgress } from '@nlrn/data';

/** What every method is told. */
export interface ClassicOptions {
  /** Standard deviation of the noise, on the 0-255 scale */
  readonly sigma: number;
  /**
   * Threads that share the work, all cores by default; fewer where there is not so much to share, or no room for them in
   * `memory`. The result does not depend on it.
   */
  readonly threads?: number | undefined;
  /** Bytes that may be taken beside the image and its result, 400 MB by default: large images are restored in tiles; not by WNNM */
  readonly memory?: number | undefined;
  /** Told the share of the image that is done, 0 to 1, again and again; what it throws ends the work. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Divides progress among stages of such weights: each call gives what the next stage tells its own share, 0 to 1.
 */
export function inStages(onProgress: OnProgress | undefined, weights: readonly number[]): () => OnProgress {
  const all = weights.reduce((a, b) => a + b, 0);
  let [stage, before] = [0, 0];
  return () => {
    const [start, weight] = [before, weights[stage++]!];
    before += weight;
    return (share) => onProgress?.((start + weight * share) / all);
  };
}

/** Throws RangeError when sigma is not a positive number. */
export function checkSigma(method: string, { sigma }: ClassicOptions): void {
  if (!(Number.isFinite(sigma) && sigma > 0)) {
    throw new RangeError(`sigma = ${sigma}: ${method} needs sigma > 0 (0-255 scale)`);
  }
}

/**
 * Throws as `checkSigma`, and DataError when the image has a pixel that is not a finite number
 * or a side of less than `side` pixels.
 */
export function checkInput(method: string, image: Image, options: ClassicOptions, side: number): void {
  checkSigma(method, options);
  if (Math.min(image.width, image.height) < side) {
    throw new DataError(
      `${dimensionsOf(image)} pixels are too few: ${method} at sigma ${options.sigma} needs at least ${side} x ${side}; non-local means (nlm) takes any size`,
    );
  }
  const wrong = image.data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const pixel = Math.floor(wrong / image.channels);
  const place = `column ${pixel % image.width}, row ${Math.floor(pixel / image.width)}`;
  throw new DataError(`${method}: the pixel at ${place} is ${image.data[wrong]}, not a finite number`);
}
