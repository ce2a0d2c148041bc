import { type Image, mapPixels, type OnProgress, pieceOf } from '@nlrn/data';
import { Random } from '@nlrn/tensor';

/** Below this level (0-255 scale) what a network changes may be detail more than noise. */
export const LITTLE_NOISE = 2.5;

/** How much pixels are disturbed, beside the noise; and at least, that rounding in float32 stays small beside it. */
const DISTURBANCE = 0.1;
const LEAST_DISTURBANCE = 1e-4;

/**
 * A noisy image y with as much of what a method removes, r(y), as is noise in it:
 *
 *   y - a r(y),   a = <n, r> / <r, r>,   between 0 and 1
 *
 * which of all a gives the least square error, so that it is not worse than y. The noise n is not known, but what it has in common
 * with r is (Stein's identity): E <n, r> = sigma² div r, and the divergence is estimated from one disturbed image more:
 * div r = E <b, r(y + ε b) - r(y)> / ε with b = ±1.
 *
 * Source: S. Ramani, T. Blu and M. Unser, "Monte-Carlo SURE: A black-box optimization of regularization parameters for general
 * denoising algorithms", IEEE Trans. Image Process. 17 (2008), Section III; a, which is between two images, is ours.
 * Sigma is on the 0-255 scale, pixels in [0, 1].
 */
export async function asFarAsItIsNoise(
  y: Image,
  sigma: number,
  restore: (image: Image, onProgress: OnProgress) => Promise<Image>,
  onProgress?: OnProgress,
): Promise<Image> {
  if (sigma === 0) return mapPixels(y, (value) => value);
  const level = sigma / 255;
  const epsilon = Math.max(DISTURBANCE * level, LEAST_DISTURBANCE);
  const random = new Random('littleNoise');
  const b = mapPixels(y, () => (random.uniform() < 0.5 ? -1 : 1));
  const disturbed = { ...y, data: y.data.map((value, i) => value + epsilon * b.data[i]!) };
  const restored = await restore(y, pieceOf(0, 2, onProgress));
  const other = await restore(disturbed, pieceOf(1, 2, onProgress));
  let [square, divergence] = [0, 0];
  for (const [i, value] of y.data.entries()) {
    const r = value - restored.data[i]!;
    square += r * r;
    divergence += (b.data[i]! * (disturbed.data[i]! - other.data[i]! - r)) / epsilon;
  }
  const a = square === 0 ? 0 : Math.min(1, Math.max(0, (level * level * divergence) / square));
  return { ...y, data: y.data.map((value, i) => value + a * (restored.data[i]! - value)) };
}
