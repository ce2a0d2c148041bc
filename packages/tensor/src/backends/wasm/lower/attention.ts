import { lowerDense, lowerDenseGrad } from './attentionDense.ts';
import { fillsLanes, lowerLanes, lowerLanesGrad } from './attentionLanes.ts';
import { lowerWindows, lowerWindowsGrad } from './attentionWindow.ts';
import type { Lowerings, Place } from './call.ts';

/** Where the window is the image, every pixel sees all pixels, and attention is two products of matrices. */
const isDense = ({ shape: [, H, W] }: Place, q: number) => q === H && q === W;

/**
 * Largest window that is computed with images side by side. Of what the tiles of larger ones compute, more than four fifths
 * are used, and what a block of pixels reads fits the caches better (measured: q = 15 takes the same time either way, q = 13
 * 1.2 times as long in tiles, q = 9 1.7 times, q = 3 three times).
 */
const MOST_IN_LANES = 13;

export const attentionLowerings: Lowerings<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: (inputs, outputs, params, scratch) => {
    const lowering = params.q <= MOST_IN_LANES ? lowerLanes : lowerWindows;
    return (isDense(inputs[0]!, params.q) ? lowerDense : lowering)(inputs, outputs, params, scratch);
  },
  windowedAttentionGrad: (inputs, outputs, params, scratch) => {
    const inLanes = params.q <= MOST_IN_LANES && fillsLanes(inputs[1]!);
    const lowering = inLanes ? lowerLanesGrad : lowerWindowsGrad;
    return (isDense(inputs[1]!, params.q) ? lowerDenseGrad : lowering)(inputs, outputs, params, scratch);
  },
};
