import { elementwise } from '../expressions/expression.ts';
import { base } from '../expressions/formula.ts';
import { expect, formatShape, type Shape, sameShape } from '../shape.ts';
import { apply, apply1, type Primitive, type Tensor } from '../tensor.ts';
import { crop, reshape } from './movement.ts';

/**
 * `epsilon`, at least 0, is added to the variance: without it, channels whose values are all equal become NaN. `relu`
 * applies max(y, 0) to the result in the same pass.
 */
export type BatchNormParams = { epsilon: number; relu: boolean };

export const batchNormPrimitive: Primitive<
  'batchNorm',
  readonly [x: Shape, scale: Shape, shift: Shape],
  readonly [y: Shape, mean: Shape, variance: Shape],
  BatchNormParams
> = {
  name: 'batchNorm',
  shapes([x, ...channels], { epsilon }) {
    const C = checkChannels('batchNorm', x, channels, epsilon);
    return [x, [C], [C]];
  },
};

export const batchNormInferencePrimitive: Primitive<
  'batchNormInference',
  readonly [x: Shape, scale: Shape, shift: Shape, mean: Shape, variance: Shape],
  readonly [y: Shape],
  BatchNormParams
> = {
  name: 'batchNormInference',
  shapes([x, ...channels], { epsilon }) {
    checkChannels('batchNormInference', x, channels, epsilon);
    return [x];
  },
  expressions(inputs, { epsilon, relu }) {
    const { add, sub, mul, div, sqrt, maximum } = base;
    return [
      elementwise(inputs[0].shape, inputs, (x, scale, shift, mean, variance) => {
        // What depends on the channel alone is computed once.
        const factor = div(scale, sqrt(add(variance, epsilon)));
        const y = add(mul(sub(x, mean), factor), shift);
        return relu ? maximum(y, 0) : y;
      }),
    ];
  },
};

export const batchNormGradPrimitive: Primitive<
  'batchNormGrad',
  readonly [g: Shape, x: Shape, scale: Shape, shift: Shape, mean: Shape, variance: Shape],
  readonly [dx: Shape, sums: Shape],
  BatchNormParams
> = {
  name: 'batchNormGrad',
  shapes([g, x, ...channels], { epsilon }) {
    const C = checkChannels('batchNormGrad', x, channels, epsilon);
    expect(sameShape(g, x), 'batchNormGrad', `g must be as x, ${formatShape(x)}, is ${formatShape(g)}`);
    // Those of shift, then those of scale.
    return [g, [2, C]];
  },
  inPlace: [[0, 0]],
};

function checkChannels(operation: string, x: Shape, channels: readonly Shape[], epsilon: number): number {
  expect(epsilon >= 0, operation, `epsilon must be at least 0, is ${epsilon}`);
  expect(x.length >= 2, operation, `x must be [..., C], is ${formatShape(x)}`);
  const C = x.at(-1)!;
  for (const shape of channels) {
    expect(
      shape.length === 1 && shape[0] === C,
      operation,
      `x ${formatShape(x)} has ${C} channels, scale, shift and statistics must be [${C}], one is ${formatShape(shape)}`,
    );
  }
  return C;
}

/**
 * Batch normalisation with the statistics of this batch (Ioffe and Szegedy 2015, Algorithm 1).
 *
 *   x [..., C], scale [C], shift [C]  ->  y [..., C], mean [C], variance [C]
 *   y = scale (x - mean) / sqrt(variance + epsilon) + shift,      then max(y, 0) if `relu`
 *
 * Mean and variance (divided by n, not n - 1) are taken over all axes but the last.
 */
export function batchNorm(x: Tensor, scale: Tensor, shift: Tensor, params: BatchNormParams) {
  const [y, mean, variance] = apply(batchNormPrimitive, [x, scale, shift], params);
  return { y, mean, variance };
}

/** Batch normalisation with given statistics: as `batchNorm`, with mean [C] and variance [C] as inputs. */
export function batchNormInference(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  mean: Tensor,
  variance: Tensor,
  params: BatchNormParams,
): Tensor {
  return apply1(batchNormInferencePrimitive, [x, scale, shift, mean, variance], params);
}

/**
 * The gradients of `sum(batchNorm(x, scale, shift).y * g)`.
 *
 *   g, x [..., C], scale, shift, mean, variance [C]  ->  gradients of x [..., C], scale [C], shift [C]
 *
 * Mean and variance are the ones that the forward pass found. With n values a channel,
 * x̂ the normalised x and g zero where `relu` cut off:
 *
 *   dshift = sum g,   dscale = sum g x̂,   dx = scale / sqrt(variance + epsilon) (g - dshift / n - x̂ dscale / n)
 */
export function batchNormGrad(
  g: Tensor,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  mean: Tensor,
  variance: Tensor,
  params: BatchNormParams,
) {
  const [dx, sums] = apply(batchNormGradPrimitive, [g, x, scale, shift, mean, variance], params);
  const row = (margins: readonly [number, number]) => reshape(crop(sums, [margins, [0, 0]]), scale.shape);
  return { dx, dscale: row([1, 0]), dshift: row([0, 1]) };
}
