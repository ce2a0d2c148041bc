import type { Image, OnProgress } from '@nlrn/data';
import { createAggregate, normalizationBands } from './aggregate.ts';
import { fromChannels, toChannels } from './channels.ts';
import { bandCount, bandsOf, createGroups, type Groups } from './groups.ts';
import { type ClassicOptions, checkInput, checkSigma, inStages } from './input.ts';
import { type Plane, sharedPlane } from './plane.ts';
import { Crew, threadCount } from './threads/crew.ts';
import { lowRankModule } from './wnnm/instance.ts';
import { flatWindow } from './wnnm/lowRankStep.ts';
import { optionsFor, type WnnmOptions } from './wnnm/parameters.ts';

/** Half the side of the window in which similar patches are sought: it has 61 x 61 of them. */
const SEARCH = 30;
/** Patches fewer in a group at each matching, of which there is one every second iteration. */
const FEWER = 10;
const MATCHING_EVERY = 2;
/** Share of the noisy image that comes back before each iteration: δ. */
const DELTA = 0.1;

/**
 * Weighted nuclear norm minimisation (S. Gu, L. Zhang, W. Zuo and X. Feng, "Weighted nuclear norm minimization with application
 * to image denoising", CVPR 2014).
 *
 *   noisy [H, W, C]  ->  [H, W, C]      noise of deviation sigma (0-255 scale), neither clipped nor rounded, nor is the result
 *
 * In the framework of Section 3, Z = diag(delta)^-1 Phi(X) G(X), row i of X is the patch at pixel i, and
 *
 *   S_i     are the patches most similar to patch i: its group X_C, as many for each (Eq. 2, block matching)
 *   G       takes off the mean of the group's patches, which comes back afterwards
 *   Phi     is, in a group, V diag(X_k / S_k) Vᵗ, with the singular values S_k of X_C and its left singular vectors V, one value
 *           a patch: the same as projecting the patches onto the eigenvectors of X_Cᵗ X_C, weighted by X_k / S_k
 *   delta   is the number of patches of all groups that cover a pixel
 *
 * It is applied again and again, to its result with a tenth of what it has taken off.
 * Differs: of a colour image each channel is denoised by itself; the paper has grey images only.
 * Throws RangeError when sigma is not a positive number, and DataError when the image has fewer pixels than a patch (6 x 6 up to
 * sigma 20, 7 x 7 up to 40, 8 x 8 up to 60, else 9 x 9) or one that is not a finite number.
 */
export async function wnnm(noisy: Image, options: ClassicOptions): Promise<Image> {
  checkSigma('WNNM', options);
  const constants = optionsFor(options.sigma);
  checkInput('WNNM', noisy, options, constants.block);
  const channels = toChannels(noisy);
  const next = inStages(
    options.onProgress,
    channels.flatMap(() => stageWeights(constants)),
  );
  const threads = Math.min(threadCount(options.threads), bandsOf(noisy.height, constants));
  return Crew.during(threads, async (crew) => {
    const restored: Plane[] = [];
    for (const channel of channels) {
      restored.push(await restoreChannel(crew, channel, options.sigma, constants, next));
    }
    return fromChannels(restored);
  });
}

/** Time of matching, in every second iteration, and of the low-rank step: about the same. */
function stageWeights({ iterations }: WnnmOptions): number[] {
  return Array.from({ length: iterations }, (_, k) => (isMatching(k) ? [1, 1] : [1])).flat();
}

const isMatching = (k: number) => k % MATCHING_EVERY === 0;

async function restoreChannel(
  crew: Crew,
  noisy: Plane,
  sigma: number,
  options: WnnmOptions,
  next: () => OnProgress,
): Promise<Plane> {
  const estimate = sharedPlane(noisy.width, noisy.height);
  estimate.data.set(noisy.data);
  const module = await lowRankModule();
  let groups = groupsOf(noisy, options, 0);
  for (let k = 0; k < options.iterations; k++) {
    bringBack(noisy, estimate);
    if (isMatching(k)) {
      groups = groupsOf(noisy, options, k);
      const matching = { plane: estimate, groups, tau: Number.POSITIVE_INFINITY };
      await crew.run('matching', matching, bandCount(groups), next());
    }
    const aggregate = createAggregate(groups, noisy);
    const lambda = k === 0 ? undefined : options.lambda;
    const step = { groups, noisy, estimate, sigma, lambda, aggregate, module };
    await crew.run('lowRankStep', step, bandCount(groups), next());
    const sums = { aggregate, groups, side: flatWindow(groups), out: estimate };
    await crew.run('normalization', sums, normalizationBands(estimate));
  }
  return estimate;
}

/** Room for the groups of iteration k, which has ten patches fewer in each at every matching, the first included. */
function groupsOf(plane: Plane, { block, step, size }: WnnmOptions, k: number): Groups {
  const matchings = Math.floor(k / MATCHING_EVERY) + 1;
  return createGroups(plane, { block, step, search: SEARCH, size: size - FEWER * matchings });
}

/** Adds a share of what has been taken off the noisy image to the estimate. */
function bringBack(noisy: Plane, estimate: Plane): void {
  for (let i = 0; i < noisy.data.length; i++) {
    estimate.data[i]! += DELTA * (noisy.data[i]! - estimate.data[i]!);
  }
}
