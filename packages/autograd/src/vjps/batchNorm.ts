import {
  add,
  batchNormGrad,
  broadcastTo,
  div,
  greater,
  mul,
  neg,
  sizeOf,
  sqrt,
  sub,
  sum,
  type Tensor,
  where,
} from '@nlrn/tensor';
import { notDifferentiable, type Rules } from './rule.ts';

export const batchNormRules: Rules<'batchNorm' | 'batchNormInference' | 'batchNormGrad'> = {
  // Mean and variance are outputs too: mostly for running statistics, through which no gradient flows.
  batchNorm: ({ g: [g, gMean, gVariance], used, x: [x, scale, shift], y: [, mean, variance], params }) => {
    const ofY = used[0] ? batchNormGrad(g, x, scale, shift, mean, variance, params) : undefined;
    if (!used[1] && !used[2]) return [ofY!.dx, ofY!.dscale, ofY!.dshift];
    // mean = sum x / n,  variance = sum (x - mean)² / n
    const n = sizeOf(x.shape) / sizeOf(mean.shape);
    const spread = mul(mul(2 / n, broadcastTo(gVariance, x.shape)), sub(x, broadcastTo(mean, x.shape)));
    const dx = add(div(broadcastTo(gMean, x.shape), n), spread);
    return ofY ? [add(ofY.dx, dx), ofY.dscale, ofY.dshift] : [dx, null, null];
  },
  // y = max(scale x̂ + shift, 0),  x̂ = (x - mean) / deviation
  batchNormInference: ({ g: [g], x: [x, scale, , mean, variance], y: [y], params }) => {
    const { shape } = x;
    const pixels = { axes: shape.slice(0, -1).map((_, axis) => axis) };
    const wide = (t: Tensor) => broadcastTo(t, shape);
    const gy = params.relu ? where(greater(y, 0), g, 0) : g;
    const deviation = sqrt(add(variance, params.epsilon));
    const slope = div(scale, deviation);
    const dshift = sum(gy, pixels);
    const dscale = div(sum(mul(gy, sub(x, wide(mean))), pixels), deviation);
    const dvariance = div(mul(dscale, scale), mul(-2, add(variance, params.epsilon)));
    return [mul(gy, wide(slope)), dscale, dshift, neg(mul(dshift, slope)), dvariance];
  },
  batchNormGrad: notDifferentiable('batchNormGrad'),
};
