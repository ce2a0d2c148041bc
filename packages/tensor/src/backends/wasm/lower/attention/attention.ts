import type { Shape } from '../../../../shape.ts';
import type { Lowerings } from '../call.ts';
import { lowerDense, lowerDenseGrad } from './dense.ts';
import { fillsLanes, lowerLanes, lowerLanesGrad, stripsOf } from './lanes.ts';
import { lowerWindows, lowerWindowsGrad } from './window.ts';

/** Where the window is the image, every pixel sees all pixels, and attention is two products of matrices. */
const isDense = ([, H, W]: Shape, q: number) => q === H && q === W;

/**
 * Largest window that is computed with images side by side, and largest in the forward pass of so many images that none is
 * cut. Of what the tiles of larger ones compute, more than four fifths are used, and what a block of pixels reads fits the
 * caches better: eight images side by side need eight times the room (measured: in the forward pass q = 25 takes 0.9 times
 * as long in tiles, q = 21 and 15 1.3 times; of an image that is cut q = 15 as long; in the gradient q = 21 as long, q = 15
 * 1.1 times, q = 9 1.7 times, q = 3 three times).
 */
const MOST_IN_LANES = 15;
const MOST_OF_WHOLE_IMAGES = 21;

/** As products of matrices, with images side by side in lanes, or in tiles of windows. */
type Way = 'dense' | 'lanes' | 'windows';

const FORWARD = { dense: lowerDense, lanes: lowerLanes, windows: lowerWindows };
const GRADIENT = { dense: lowerDenseGrad, lanes: lowerLanesGrad, windows: lowerWindowsGrad };

/** How attention is computed over images [B, H, W, …]. */
function wayOf(shape: Shape, q: number, isGrad: boolean): Way {
  if (isDense(shape, q)) return 'dense';
  return q <= mostInLanes(shape, isGrad) ? 'lanes' : 'windows';
}

function mostInLanes(shape: Shape, isGrad: boolean): number {
  if (fillsLanes(shape)) return isGrad ? MOST_IN_LANES : MOST_OF_WHOLE_IMAGES;
  return isGrad ? 0 : MOST_IN_LANES;
}

export const attentionLowerings: Lowerings<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: (inputs, outputs, params, scratch) =>
    FORWARD[wayOf(inputs[0]!.shape, params.q, false)](inputs, outputs, params, scratch),
  windowedAttentionGrad: (inputs, outputs, params, scratch) =>
    GRADIENT[wayOf(inputs[0]!.shape, params.q, true)](inputs, outputs, params, scratch),
};

/** Whether attention has images [B, H, W, …] side by side, with no lane without a pixel; for the gradient whole images. */
export function holdsLanes(shape: Shape, q: number, isGrad: boolean): boolean {
  if (wayOf(shape, q, isGrad) !== 'lanes') return false;
  const strips = stripsOf(shape);
  return isGrad ? strips === 1 : shape[1]! % strips === 0;
}
