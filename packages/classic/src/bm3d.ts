import { type Image, inTiles, type OnProgress } from '@nlrn/data';
import { createAggregate, normalizationBands } from './aggregate.ts';
import type { Channel } from './bm3d/collaborativeFilter.ts';
import { type Profile, profileFor, type Speed, type StepOptions } from './bm3d/parameters.ts';
import { stepWindow } from './bm3d/step.ts';
import { planFor } from './bm3d/tiling.ts';
import { fromChannels, toChannels } from './channels.ts';
import { bandCount, createGroups } from './groups.ts';
import { type ClassicOptions, checkInput, inStages } from './input.ts';
import { fromOpponent, opponentSigmas, toOpponent } from './opponent.ts';
import { type Plane, sharedPlane } from './plane.ts';
import { Crew } from './threads/crew.ts';

export interface Bm3dOptions extends ClassicOptions {
  /** Which constants: those of the normal profile, the default, or those of the fast one, a fifth of the time for grey, a quarter for colour */
  readonly speed?: Speed | undefined;
}

/**
 * BM3D: block matching and collaborative filtering (K. Dabov, A. Foi, V. Katkovnik and K. Egiazarian, "Image denoising by
 * sparse 3-D transform-domain collaborative filtering", IEEE Trans. Image Process. 16, 2007).
 *
 *   noisy [H, W, C]  ->  [H, W, C]      noise of deviation sigma (0-255 scale), neither clipped nor rounded, nor is the result
 *
 * In the framework of Section 3, Z = diag(delta)^-1 Phi(X) G(X), row i of X is the block at pixel i, and
 *
 *   G       is the 2D transform of each block, a linear embedding of its pixels: T X_i Tᵗ
 *   S_i     are the blocks most similar to block i: its group, K_i in number (Eq. 2, block matching)
 *   Phi     is, in a group and for each coefficient c, the matrix Hᵗ diag(W_c) H: the Haar transform H along the group, the
 *           weights W_c, 0 or 1 by a threshold in step 1 and Wiener's in step 2, and the transform back
 *   delta   are the weights of all blocks that cover a pixel; blocks come back to pixels by T^-1 before they are divided
 *
 * Step 1 makes the basic estimate; step 2 matches blocks on it, and takes the energies for Wiener's weights from it.
 * Of a colour image the luminance is matched, and its groups serve the two opponent colours.
 *
 * Differs: blocks are sought inside the image only, which is not extended beyond its border.
 * Throws RangeError when sigma is not a positive number, and DataError when the image has fewer than 8 x 8 pixels (11 x 11
 * above sigma 40) or one that is not a finite number.
 */
export async function bm3d(noisy: Image, options: Bm3dOptions): Promise<Image> {
  const { sigma, onProgress, speed = 'normal' } = options;
  const profile = profileFor(sigma, speed);
  checkInput('BM3D', noisy, options, leastSide(profile));
  const { tiling, threads } = planFor(profile, noisy, options);
  return Crew.during(threads, (crew) =>
    inTiles(
      noisy,
      tiling,
      (tile, told) => restoreTile(crew, tile, profile, { ...options, onProgress: told }),
      onProgress,
    ),
  );
}

/** Whether no side of an image is shorter than the blocks for this noise. */
export function takesSize({ width, height }: Image, { sigma, speed = 'normal' }: Bm3dOptions): boolean {
  return Math.min(width, height) >= leastSide(profileFor(sigma, speed));
}

function leastSide({ basic, final }: Profile): number {
  return Math.max(basic.block, final.block);
}

async function restoreTile(
  crew: Crew,
  noisy: Image,
  { lambda, basic, final }: Profile,
  { sigma, onProgress }: Bm3dOptions,
): Promise<Image> {
  const sigmas = opponentSigmas(noisy.channels, sigma);
  const channels = toOpponent(toChannels(noisy)).map(
    (plane, k): Channel => ({ noisy: plane, sigma: sigmas[k]!, lambda }),
  );
  const next = inStages(onProgress, stageWeights(channels.length));
  const estimates = await runStep(crew, channels, channels[0]!.noisy, basic, next);
  const withBasic = channels.map((channel, k) => ({ ...channel, basic: estimates[k]! }));
  return fromChannels(fromOpponent(await runStep(crew, withBasic, estimates[0]!, final, next)));
}

/** Time that matching and filtering a channel take in each step, on one core, in tenths of a second for 256 x 256 pixels. */
const stageWeights = (channels: number) => [
  3,
  ...Array<number>(channels).fill(2),
  5,
  ...Array<number>(channels).fill(5),
];

/** Matches blocks on the guide, filters the groups of one channel after the other, and adds them up. */
async function runStep(
  crew: Crew,
  channels: readonly Channel[],
  guide: Plane,
  options: StepOptions,
  next: () => OnProgress,
): Promise<Plane[]> {
  const groups = createGroups(guide, options);
  const bands = bandCount(groups);
  await crew.run('matching', { plane: guide, groups, tau: options.tau }, bands, next());
  const restored: Plane[] = [];
  for (const channel of channels) {
    const aggregate = createAggregate(groups, guide);
    const step = { groups, transform: options.transform, channel, aggregate };
    await crew.run('bm3dStep', step, bands, next());
    const out = sharedPlane(guide.width, guide.height);
    const sums = { aggregate, groups, side: stepWindow(groups), out };
    await crew.run('normalization', sums, normalizationBands(out));
    restored.push(out);
  }
  return restored;
}
