import { type Image, type NamedImage, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import type { Quality } from '@nlrn/nn';

/** The seed that draws the noise of every test and every picture: the same for all networks. */
export const NOISE_SEED = 0;

/** Of the PSNR of a noisy image, in dB: a pixel that is rounded otherwise moves it by less, another draw of the noise by hundredths. */
const SAME_NOISE = 1e-4;

/** A test image with its noise, as a run has it. */
interface Tested {
  readonly noisy?: Quality | undefined;
}

/** The PSNRs of noisy images that a run was tested on. */
export function noiseOf({ images }: { readonly images: readonly Tested[] }): number[] {
  return images.flatMap(({ noisy }) => noisy?.psnr ?? []);
}

/**
 * Whether two tests had the same noise, by the PSNRs of their noisy images.
 *
 * Other noise is drawn by other random numbers, which sources that compute may change. These make first weights and batches as
 * well: runs by other ones differ by a seed.
 */
export function isSameNoise(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.length === b.length &&
    a.every((psnr, i) => Object.is(psnr, b[i]) || Math.abs(psnr - b[i]!) <= SAME_NOISE)
  );
}

/** The PSNRs that test images have with the noise that is drawn today, in dB: what `noiseOf` a new run would be. */
export function noiseToday(images: readonly NamedImage[], sigma: number): number[] {
  return images.map((item) => {
    const known = FOUND.get(item.image) ?? new Map<number, number>();
    const found = known.get(sigma) ?? noisyPsnr(item, sigma);
    FOUND.set(item.image, known.set(sigma, found));
    return found;
  });
}

/** What has been found: each method that is compared asks for the same images. */
const FOUND = new WeakMap<Image, Map<number, number>>();

function noisyPsnr(item: NamedImage, sigma: number): number {
  return psnr(toUint8Range(item.image), toUint8Range(noisyVersion(item, sigma, NOISE_SEED)));
}

/**
 * Of runs that should have the same noise, as a key tells, those that have other noise than the one of them that was finished last,
 * which is the likeliest to have today's.
 */
export function otherNoise<R extends { readonly images: readonly Tested[]; readonly finished: string }>(
  runs: readonly R[],
  keyOf: (run: R) => string,
): R[] {
  return [...Map.groupBy(runs, keyOf).values()].flatMap((same) => {
    const last = noiseOf(same.reduce((a, b) => (a.finished > b.finished ? a : b)));
    return same.filter((run) => !isSameNoise(noiseOf(run), last));
  });
}
