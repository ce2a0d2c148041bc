import { conv2d, conv2dFilterGrad, conv2dInputGrad, sum, type Tensor } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

export const conv2dRules: Rules<'conv2d' | 'conv2dFilterGrad'> = {
  conv2d: ({ g: [g], x: [x, w, bias], params }) => {
    const dx = conv2dInputGrad(g, w, { ...params, size: sizeOfImage(x) });
    const dw = conv2dFilterGrad(x, g, { ...params, height: w.shape[0]!, width: w.shape[1]! });
    return bias ? [dx, dw, sum(g, { axes: [0, 1, 2] })] : [dx, dw];
  },

  // The filter gradient is linear in both arguments; its cotangent u has the shape of filters.
  conv2dFilterGrad: ({ g: [u], x: [x, g], params }) => [
    conv2dInputGrad(g, u, { ...params, size: sizeOfImage(x) }),
    conv2d(x, u, params),
  ],
};

function sizeOfImage({ shape }: Tensor): [number, number] {
  return [shape[1]!, shape[2]!];
}
