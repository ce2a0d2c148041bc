import type { Shape } from '../../../shape.ts';
import { lowerDense, lowerDenseGrad } from './attentionDense.ts';
import { fillsLanes, lowerLanes, lowerLanesGrad, stripsOf } from './attentionLanes.ts';
import { lowerWindows, lowerWindowsGrad } from './attentionWindow.ts';
import type { Lowerings } from './call.ts';

/** Where the window is the image, every pixel sees all pixels, and attention is two products of matrices. */
const isDense = ([, H, W]: Shape, q: number) => q === H && q === W;

/**
 * Largest window that is computed with images side by side. Of what the tiles of larger ones compute, more than four fifths
 * are used, and what a block of pixels reads fits the caches better (measured: q = 15 takes the same time either way, q = 13
 * 1.2 times as long in tiles, q = 9 1.7 times, q = 3 three times).
 */
const MOST_IN_LANES = 13;

export const attentionLowerings: Lowerings<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: (inputs, outputs, params, scratch) => {
    const { shape } = inputs[0]!;
    const lowering = params.q <= MOST_IN_LANES ? lowerLanes : lowerWindows;
    return (isDense(shape, params.q) ? lowerDense : lowering)(inputs, outputs, params, scratch);
  },
  windowedAttentionGrad: (inputs, outputs, params, scratch) => {
    const { shape } = inputs[0]!;
    const lowering = params.q <= MOST_IN_LANES && fillsLanes(shape) ? lowerLanesGrad : lowerWindowsGrad;
    return (isDense(shape, params.q) ? lowerDenseGrad : lowering)(inputs, outputs, params, scratch);
  },
};

/** Whether attention has images [B, H, W, …] side by side, with no lane without a pixel; for the gradient whole images. */
export function holdsLanes(shape: Shape, q: number, isGrad: boolean): boolean {
  const strips = stripsOf(shape);
  return !isDense(shape, q) && q <= MOST_IN_LANES && (isGrad ? strips === 1 : shape[1]! % strips === 0);
}
