import type { Shape } from '../../../shape.ts';
import { lowerDense, lowerDenseGrad } from './attentionDense.ts';
import { fillsLanes, lowerLanes, lowerLanesGrad, stripsOf } from './attentionLanes.ts';
import { lowerWindows, lowerWindowsGrad } from './attentionWindow.ts';
import type { Lowerings } from './call.ts';

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

export const attentionLowerings: Lowerings<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: (inputs, outputs, params, scratch) => {
    const { shape } = inputs[0]!;
    const lowering = params.q <= mostInLanes(shape) ? lowerLanes : lowerWindows;
    return (isDense(shape, params.q) ? lowerDense : lowering)(inputs, outputs, params, scratch);
  },
  windowedAttentionGrad: (inputs, outputs, params, scratch) => {
    const { shape } = inputs[0]!;
    const lowering = params.q <= MOST_IN_LANES && fillsLanes(shape) ? lowerLanesGrad : lowerWindowsGrad;
    return (isDense(shape, params.q) ? lowerDenseGrad : lowering)(inputs, outputs, params, scratch);
  },
};

/** The same for images [B, H, W, …] in the forward pass. */
function mostInLanes(shape: Shape): number {
  return fillsLanes(shape) ? MOST_OF_WHOLE_IMAGES : MOST_IN_LANES;
}

/** Whether attention has images [B, H, W, …] side by side, with no lane without a pixel; for the gradient whole images. */
export function holdsLanes(shape: Shape, q: number, isGrad: boolean): boolean {
  const strips = stripsOf(shape);
  const isSideBySide = isGrad
    ? q <= MOST_IN_LANES && strips === 1 && fillsLanes(shape)
    : q <= mostInLanes(shape) && shape[1]! % strips === 0;
  return !isDense(shape, q) && isSideBySide;
}
