import { type Expression, look, type Source } from '../expressions/expression.ts';
import { base, type Formula, total } from '../expressions/formula.ts';
import { broadcast, reshape } from '../expressions/view.ts';
import { expect, formatShape, type Shape, sameShape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';

/** `width` is the Gaussians' standard deviation; of `derivative` 1 their slope is taken instead of their value. */
export type RadialBasisParams = { width: number; derivative: 0 | 1 };

export const radialBasisPrimitive: Primitive<
  'radialBasis',
  readonly [x: Shape, weights: Shape, centres: Shape],
  readonly [y: Shape],
  RadialBasisParams
> = {
  name: 'radialBasis',
  shapes([x, weights, centres], params) {
    const space = spaceOf('radialBasis', x, centres, params);
    expect(
      weights.length === 2 && weights[0] === space.at(-2) && weights[1] === space.at(-1),
      'radialBasis',
      `weights must be [${space.slice(-2).join(', ')}] for x ${formatShape(x)} and ${centres[0]} centres, are ${formatShape(weights)}`,
    );
    return [x];
  },
  expressions([x, weights, centres], params) {
    const space = spaceOf('radialBasis', x.shape, centres.shape, params);
    const weight = look(weights, (view) => broadcast(view, space));
    return [summed(space, [space.length - 2], base.mul(weight, bump(x, centres, space, params)))];
  },
};

export const radialBasisWeightsGradPrimitive: Primitive<
  'radialBasisWeightsGrad',
  readonly [g: Shape, x: Shape, centres: Shape],
  readonly [weights: Shape],
  RadialBasisParams
> = {
  name: 'radialBasisWeightsGrad',
  shapes([g, x, centres], params) {
    const space = spaceOf('radialBasisWeightsGrad', x, centres, params);
    expect(
      sameShape(g, x),
      'radialBasisWeightsGrad',
      `g must be as x, ${formatShape(x)}, is ${formatShape(g)}`,
    );
    return [space.slice(-2)];
  },
  expressions([g, x, centres], params) {
    const space = spaceOf('radialBasisWeightsGrad', x.shape, centres.shape, params);
    const places = space.slice(0, -2).map((_, axis) => axis);
    return [summed(space, places, base.mul(alongCentres(g, space), bump(x, centres, space, params)))];
  },
};

/** `[..., J, C]`: every centre for every element of x. */
function spaceOf(operation: string, x: Shape, centres: Shape, { width }: RadialBasisParams): Shape {
  expect(width > 0, operation, `width must be positive, is ${width}`);
  expect(x.length >= 1, operation, `x must be [..., C], is ${formatShape(x)}`);
  expect(centres.length === 1, operation, `centres must be [J], are ${formatShape(centres)}`);
  return [...x.slice(0, -1), centres[0]!, x.at(-1)!];
}

function alongCentres(x: Source, space: Shape): Formula {
  const row = [...x.shape.slice(0, -1), 1, x.shape.at(-1)!];
  return look(x, (view) => {
    const rows = reshape(view, row);
    return rows && broadcast(rows, space);
  });
}

/** The Gaussian around a centre, or its slope, at an element of x. */
function bump(x: Source, centres: Source, space: Shape, { width, derivative }: RadialBasisParams): Formula {
  const { sub, mul, exp } = base;
  const centre = look(centres, (view) => {
    const column = reshape(view, [view.shape[0]!, 1]);
    return column && broadcast(column, space);
  });
  const distance = sub(alongCentres(x, space), centre);
  const value = exp(mul(mul(distance, distance), -1 / (2 * width ** 2)));
  return derivative === 0 ? value : mul(mul(distance, -1 / width ** 2), value);
}

function summed(shape: Shape, axes: readonly number[], element: Formula): Expression {
  return { kind: 'reduction', by: 'sum', of: [{ shape, axes, element }], finish: total };
}

/**
 * A learned function of one number for each channel, as the sum of Gaussians around J centres: the activation of TNRD (Chen
 * and Pock 2017, "Trainable nonlinear reaction diffusion") and of NLNet (Lefkimmiatis 2017). Nothing of the size J times
 * that of x is kept in memory.
 *
 *   x [..., C], weights [J, C], centres [J]  ->  [..., C]
 *   y[..., c] = sum_j weights[j, c] exp(-(x[..., c] - centres[j])² / (2 width²))
 */
export function radialBasis(
  x: Tensor,
  weights: Tensor,
  centres: Tensor,
  { width, derivative = 0 }: Partial<RadialBasisParams> & Pick<RadialBasisParams, 'width'>,
): Tensor {
  return apply1(radialBasisPrimitive, [x, weights, centres], { width, derivative });
}

/** The gradient of `sum(radialBasis(x, weights, centres) * g)` in the weights [J, C]. */
export function radialBasisWeightsGrad(
  g: Tensor,
  x: Tensor,
  centres: Tensor,
  params: RadialBasisParams,
): Tensor {
  return apply1(radialBasisWeightsGradPrimitive, [g, x, centres], params);
}
