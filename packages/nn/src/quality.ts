import { DataError, type Image, type NamedImage, psnr, ssim, toUint8Range } from '@nlrn/data';

/** PSNR in dB, peak 1, and SSIM, of an image clipped to [0, 1] and rounded to 8 bits. */
export interface Quality {
  readonly psnr: number;
  readonly ssim: number;
}

/** How close an image is to the truth, both as 8-bit files would hold them. */
export function quality({ name, image }: NamedImage, approximation: Image): Quality {
  const [truth, measured] = [toUint8Range(image), toUint8Range(approximation)];
  try {
    return { psnr: psnr(truth, measured), ssim: ssim(truth, measured) };
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${name}: ${error.message}`, { cause: error }) : error;
  }
}

/** The means of several. Throws RangeError for none. */
export function meanQuality(qualities: readonly Quality[]): Quality {
  if (qualities.length === 0)
    throw new RangeError('meanQuality: there is no mean of nothing; give at least one');
  const mean = (of: (quality: Quality) => number) =>
    qualities.reduce((total, q) => total + of(q), 0) / qualities.length;
  return { psnr: mean((q) => q.psnr), ssim: mean((q) => q.ssim) };
}
