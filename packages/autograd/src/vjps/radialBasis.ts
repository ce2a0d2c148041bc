import { mul, neg, radialBasis, radialBasisWeightsGrad, sum } from '@nlrn/tensor';
import { notDifferentiable, type Rules } from './rule.ts';

export const radialBasisRules: Rules<'radialBasis' | 'radialBasisWeightsGrad'> = {
  // y = sum_j w_j phi(x - c_j):  dx = g sum_j w_j phi',  dw_j = sum g phi,  dc_j = -w_j sum g phi'
  radialBasis: (context) => {
    const {
      g: [g],
      x: [x, weights, centres],
      params: { width, derivative },
    } = context;
    if (derivative !== 0) return notDifferentiable('the slope of radialBasis')();
    const slopes = radialBasisWeightsGrad(g, x, centres, { width, derivative: 1 });
    return [
      mul(g, radialBasis(x, weights, centres, { width, derivative: 1 })),
      radialBasisWeightsGrad(g, x, centres, { width, derivative: 0 }),
      neg(sum(mul(weights, slopes), { axes: [1] })),
    ];
  },
  radialBasisWeightsGrad: notDifferentiable('radialBasisWeightsGrad'),
};
