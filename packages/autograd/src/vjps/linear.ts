import { conv2d, conv2dFilterGrad, conv2dInputGrad, matmul, sum } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

export const linearRules: Rules<'matmul' | 'conv2d' | 'conv2dFilterGrad'> = {
  // y = A B with A = a or aᵀ, B = b or bᵀ: the cotangent of A is g Bᵀ, that of B is Aᵀ g.
  matmul: ({ g: [g], x: [a, b], params: { transposeA, transposeB } }) => [
    transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true })
      : matmul(g, b, { transposeB: !transposeB }),
    transposeB
      ? matmul(g, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, g, { transposeA: !transposeA }),
  ],

  conv2d: ({ g: [g], x: [x, w, bias], params: { padding } }) => {
    const dx = conv2dInputGrad(g, w, { padding });
    const dw = conv2dFilterGrad(x, g, { padding, height: w.shape[0]!, width: w.shape[1]! });
    return bias ? [dx, dw, sum(g, { axes: [0, 1, 2] })] : [dx, dw];
  },

  // The filter gradient is linear in both arguments; its cotangent u has the shape of filters.
  conv2dFilterGrad: ({ g: [u], x: [x, g], params: { padding } }) => [
    conv2dInputGrad(g, u, { padding }),
    conv2d(x, u, { padding }),
  ],
};
