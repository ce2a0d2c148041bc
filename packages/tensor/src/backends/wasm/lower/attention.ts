import { lowerDense, lowerDenseGrad } from './attentionDense.ts';
import { lowerWindows, lowerWindowsGrad } from './attentionWindow.ts';
import type { Lowerings } from './call.ts';

/** Where the window is the image, every pixel sees all pixels, and attention is two products of matrices. */
const isDense = ({ shape: [, H, W] }: { shape: readonly number[] }, q: number) => q === H && q === W;

export const attentionLowerings: Lowerings<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: (inputs, outputs, params, scratch) =>
    (isDense(inputs[0]!, params.q) ? lowerDense : lowerWindows)(inputs, outputs, params, scratch),
  windowedAttentionGrad: (inputs, outputs, params, scratch) =>
    (isDense(inputs[1]!, params.q) ? lowerDenseGrad : lowerWindowsGrad)(inputs, outputs, params, scratch),
};
