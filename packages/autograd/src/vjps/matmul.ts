import { matmul } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

export const matmulRules: Rules<'matmul'> = {
  // y = A B with A = a or aᵀ, B = b or bᵀ: the cotangent of A is g Bᵀ, that of B is Aᵀ g.
  matmul: ({ g: [g], x: [a, b], params: { transposeA, transposeB } }) => [
    transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true })
      : matmul(g, b, { transposeB: !transposeB }),
    transposeB
      ? matmul(g, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, g, { transposeA: !transposeA }),
  ],
};
