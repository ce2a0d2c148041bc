import { gaussianWeights, type Image } from '@nlrn/data';
import { type ClassicOptions, checkInput } from './input.ts';
import { inWindows } from './inWindows.ts';
import { prepareWindowMean, type WindowMean } from './windowMean.ts';

/** S_i is the window of 2 · 7 + 1 pixels squared around i. */
const RADIUS = 7;
/** X_i is the patch of 2 · 3 + 1 pixels squared around i. */
const PATCH = 3;
/** Deviation a of the patch's Gaussian weights, in pixels */
const SPREAD = 2;
/** Bandwidth h in units of sigma */
const BANDWIDTH = 0.8;

/** The task's input: sigma on the 0-255 scale. */
interface PatchMean extends WindowMean {
  readonly sigma: number;
}

/**
 * Non-local means (A. Buades, B. Coll and J.-M. Morel, "A non-local algorithm for image denoising", CVPR 2005).
 *
 *   noisy [H, W, C]  ->  [H, W, C]      noise of deviation sigma (0-255 scale), neither clipped nor rounded, nor is the result
 *
 * In the framework of Section 3, Z = diag(delta)^-1 Phi(X) G(X), it is the paper's Eq. (3):
 *
 *   S_i     the window around i
 *   Phi     exp(-|X_i - X_j|²_(2,a) / h²), of the patches around i and j, their differences weighted by a Gaussian, mean over channels
 *   G       the identity: the pixels themselves
 *   delta   the sum of Phi over S_i
 *
 * Differs: of |X_i - X_j|² the part that the noise alone is expected to make, 2 sigma², is taken off, down to zero (Buades, Coll
 * and Morel, "Non-local means denoising", IPOL 1, 2011, Section 4). Window, patch, a and h are those with the best PSNR on
 * eight images of Train400 at sigma 25 and 50; the paper of the framework, NLRN's, gives none. The image is reflected beyond its border.
 * Throws RangeError when sigma is not a positive number, and DataError when a pixel is not a finite number.
 */
export async function nonLocalMeans(noisy: Image, options: ClassicOptions): Promise<Image> {
  checkInput('non-local means', noisy, options, 1);
  return inWindows(noisy, { task: 'nonLocalMeans', radius: RADIUS, margin: RADIUS + PATCH }, options);
}

/** The means of a band of rows. */
export function prepareNonLocalMeans(input: PatchMean): (band: number) => void {
  const { extended, sigma } = input;
  const stride = extended[0]!.width;
  const a = gaussianWeights(PATCH, SPREAD);
  const scale = 1 / (extended.length * (BANDWIDTH * sigma) ** 2);
  const expected = 2 * extended.length * sigma ** 2;
  const columns = new Float64Array(input.out[0]!.width + 2 * PATCH);

  return prepareWindowMean(input, ({ here, there }, Phi) => {
    columns.fill(0);
    for (const { data } of extended) {
      for (let k = -PATCH; k <= PATCH; k++) {
        const row = k * stride - PATCH;
        addSquares(a[k + PATCH]!, data, here + row, there + row, columns);
      }
    }
    for (let x = 0; x < Phi.length; x++) {
      let distance = 0;
      for (let k = 0; k < a.length; k++) distance += a[k]! * columns[x + k]!;
      Phi[x] = Math.exp(-Math.max(0, distance - expected) * scale);
    }
  });
}

/** columns += weight · (difference of two rows of pixels)² */
function addSquares(
  weight: number,
  data: Float32Array,
  here: number,
  there: number,
  columns: Float64Array,
): void {
  for (let x = 0; x < columns.length; x++) {
    const difference = data[here + x]! - data[there + x]!;
    columns[x]! += weight * difference * difference;
  }
}
