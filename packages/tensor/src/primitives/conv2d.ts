import { expect, expectWhole, formatShape, type Shape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';
import { flip, transpose } from './movement.ts';

/** Rows of zeros above and below, columns of zeros left and right. */
export type Padding = readonly [number, number];

export type Conv2dParams = { padding: Padding };
export type Conv2dFilterGradParams = { padding: Padding; height: number; width: number };

export const conv2dPrimitive: Primitive<
  'conv2d',
  readonly [x: Shape, filters: Shape, bias?: Shape],
  readonly [y: Shape],
  Conv2dParams
> = {
  name: 'conv2d',
  shapes([x, w, bias], { padding }) {
    expect(x.length === 4, 'conv2d', `x must be [B, H, W, C], is ${formatShape(x)}`);
    expect(w.length === 4, 'conv2d', `filters must be [height, width, C, K], are ${formatShape(w)}`);
    const [B, H, W, C] = x as [number, number, number, number];
    const [height, width, filterC, K] = w as [number, number, number, number];
    expect(
      C === filterC,
      'conv2d',
      `filters ${formatShape(w)} want ${filterC} channels, x ${formatShape(x)} has ${C}`,
    );
    expect(
      bias === undefined || (bias.length === 1 && bias[0] === K),
      'conv2d',
      `bias must be [${K}] as filters ${formatShape(w)} have ${K} outputs, is ${bias && formatShape(bias)}`,
    );
    checkPadding('conv2d', padding, height, width);
    return [[B, ...filteredSize('conv2d', [H, W], [height, width], padding), K]];
  },
};

export const conv2dFilterGradPrimitive: Primitive<
  'conv2dFilterGrad',
  readonly [x: Shape, g: Shape],
  readonly [filters: Shape],
  Conv2dFilterGradParams
> = {
  name: 'conv2dFilterGrad',
  shapes([x, g], { padding, height, width }) {
    expect(
      x.length === 4 && g.length === 4 && x[0] === g[0],
      'conv2dFilterGrad',
      `x must be [B, H, W, C] and g [B, H', W', K], are ${formatShape(x)} and ${formatShape(g)}`,
    );
    checkPadding('conv2dFilterGrad', padding, height, width);
    const size = filteredSize('conv2dFilterGrad', [x[1]!, x[2]!], [height, width], padding);
    expect(
      size[0] === g[1] && size[1] === g[2],
      'conv2dFilterGrad',
      `g must be ${size[0]} x ${size[1]} as x ${formatShape(x)} is filtered by ${height} x ${width}, is ${formatShape(g)}`,
    );
    return [[height, width, x[3]!, g[3]!]];
  },
};

function checkPadding(operation: string, padding: Padding, height: number, width: number): void {
  for (const n of padding) expectWhole(operation, 'padding', n, 0);
  expect(
    padding[0] < height && padding[1] < width,
    operation,
    `padding ${padding.join(' x ')} must be smaller than the ${height} x ${width} filter`,
  );
}

function filteredSize(operation: string, image: Shape, filter: Shape, padding: Padding): [number, number] {
  const [H, W] = image.map((n, axis) => n + 2 * padding[axis]! - filter[axis]! + 1) as [number, number];
  expect(
    H >= 1 && W >= 1,
    operation,
    `a ${filter.join(' x ')} filter does not fit in a ${image.join(' x ')} image with padding ${padding.join(' x ')}`,
  );
  return [H, W];
}

/**
 * Correlation of images with filters, stride 1, zero padding on all four sides.
 *
 *   x [B, H, W, C], filters [h, w, C, K], bias [K]  ->  y [B, H + 2p - h + 1, W + 2p - w + 1, K]
 *   y[b, i, j, k] = bias[k] + sum_{u, v, c} x[b, i + u - p, j + v - p, c] filters[u, v, c, k]
 *
 * `padding` p (one number, or one for rows and one for columns; 0 by default) is smaller than the
 * filter; the bias may be left out. Throws `ShapeError`.
 */
export function conv2d(
  x: Tensor,
  filters: Tensor,
  params: { padding?: number | Padding; bias?: Tensor | undefined } = {},
): Tensor {
  const { padding = 0, bias } = params;
  return apply1(conv2dPrimitive, bias ? [x, filters, bias] : [x, filters], {
    padding: typeof padding === 'number' ? [padding, padding] : padding,
  });
}

/**
 * The gradient of `sum(conv2d(x, filters) * g)` in x: g correlated with the turned filters.
 *
 *   g [B, H', W', K], filters [h, w, C, K]  ->  [B, H, W, C]
 */
export function conv2dInputGrad(g: Tensor, filters: Tensor, { padding }: Conv2dParams): Tensor {
  const [height, width] = filters.shape as [number, number, number, number];
  const turned = transpose(flip(filters, [0, 1]), [0, 1, 3, 2]);
  return conv2d(g, turned, { padding: [height - 1 - padding[0], width - 1 - padding[1]] });
}

/**
 * The gradient of `sum(conv2d(x, filters) * g)` in the filters.
 *
 *   x [B, H, W, C], g [B, H', W', K]  ->  [height, width, C, K]
 *   w[u, v, c, k] = sum_{b, i, j} x[b, i + u - p, j + v - p, c] g[b, i, j, k]
 */
export function conv2dFilterGrad(x: Tensor, g: Tensor, params: Conv2dFilterGradParams): Tensor {
  return apply1(conv2dFilterGradPrimitive, [x, g], params);
}
