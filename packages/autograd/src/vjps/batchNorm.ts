import { add, batchNormGrad, broadcastTo, div, mul, sizeOf, sub } from '@nlrn/tensor';
import { notDifferentiable, type Rules } from './rule.ts';

export const batchNormRules: Rules<'batchNorm' | 'batchNormInference' | 'batchNormGrad'> = {
  // Mean and variance are outputs too: mostly for running statistics, through which no gradient flows.
  batchNorm: ({ g: [g, gMean, gVariance], used, x: [x, scale, shift], y: [, mean, variance], params }) => {
    const { dx, dscale, dshift } = batchNormGrad(g!, x!, scale!, shift!, mean!, variance!, params);
    if (!used[1] && !used[2]) return [dx, dscale, dshift];
    // mean = sum x / n,  variance = sum (x - mean)² / n
    const n = sizeOf(x!.shape) / sizeOf(mean!.shape);
    const spread = mul(mul(2 / n, broadcastTo(gVariance!, x!.shape)), sub(x!, broadcastTo(mean!, x!.shape)));
    return [add(dx, add(div(broadcastTo(gMean!, x!.shape), n), spread)), dscale, dshift];
  },
  batchNormInference: notDifferentiable('batchNormInference'),
  batchNormGrad: notDifferentiable('batchNormGrad'),
};
