import { expect, formatShape, type Shape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';
import {
  type Conv2dOptions,
  type Conv2dParams,
  checkGeometry,
  checkGroups,
  convolution,
  filteredSize,
  formatPadding,
  paramsOf,
  USUAL,
} from './conv2d.ts';
import { crop, flip, pad, reshape, transpose } from './movement.ts';
import { type Geometry, type PerAxis, reachOf, windowsOf } from './slidingWindow.ts';

export type Conv2dFilterGradParams = Omit<Conv2dParams, 'inputDilation'> & {
  readonly height: number;
  readonly width: number;
};

export const conv2dFilterGradPrimitive: Primitive<
  'conv2dFilterGrad',
  readonly [x: Shape, g: Shape],
  readonly [filters: Shape],
  Conv2dFilterGradParams
> = {
  name: 'conv2dFilterGrad',
  usual: USUAL,
  shapes([x, g], { height, width, ...rest }) {
    expect(
      x.length === 4 && g.length === 4 && x[0] === g[0],
      'conv2dFilterGrad',
      `x must be [B, H, W, C] and g [B, H', W', K], are ${formatShape(x)} and ${formatShape(g)}`,
    );
    const params = { ...rest, inputDilation: USUAL.inputDilation };
    const [, H, W, C] = x as [number, number, number, number];
    const K = g[3]!;
    checkGeometry('conv2dFilterGrad', params);
    checkGroups('conv2dFilterGrad', params.groups, { C, K });
    const size = filteredSize('conv2dFilterGrad', [H, W], [height, width], params);
    expect(
      size[0] === g[1] && size[1] === g[2],
      'conv2dFilterGrad',
      `g must be ${size[0]} x ${size[1]} as x ${formatShape(x)} is filtered by ${height} x ${width}, is ${formatShape(g)}`,
    );
    return [[height, width, C / params.groups, K]];
  },
};

/**
 * The gradient of `sum(conv2d(x, filters, options) * g)` in x: g correlated with the turned filters.
 *
 *   g [B, H', W', K], filters [h, w, C / groups, K]  ->  [B, H, W, C]
 *
 * `size` is [H, W]; without it, the least that has an output of g's size.
 */
export function conv2dInputGrad(
  g: Tensor,
  filters: Tensor,
  { size, ...options }: Conv2dOptions & { size?: PerAxis<number> } = {},
): Tensor {
  const params = paramsOf(options);
  checkTransposed('conv2dInputGrad', g.shape, filters.shape);
  const image = size ?? smallestImage(g.shape, filters.shape, params);
  if (size) checkSizeOf(g.shape, filters.shape, size, params);
  return transposedConvolution('conv2dInputGrad', g, filters, undefined, image, params);
}

function checkSizeOf(g: Shape, filters: Shape, size: PerAxis<number>, geometry: Geometry): void {
  const filter = [filters[0]!, filters[1]!] as const;
  const [rows, columns] = filteredSize('conv2dInputGrad', size, filter, geometry);
  expect(
    rows === g[1] && columns === g[2],
    'conv2dInputGrad',
    `g must be ${rows} x ${columns} as ${size.join(' x ')} pixels are filtered by ${filter.join(' x ')}, is ${formatShape(g)}`,
  );
}

export function checkTransposed(operation: string, x: Shape, filters: Shape): void {
  expect(x.length === 4, operation, `the image must be [B, H, W, C], is ${formatShape(x)}`);
  expect(filters.length === 4, operation, `filters must have four axes, are ${formatShape(filters)}`);
  expect(
    x[3] === filters[3],
    operation,
    `filters ${formatShape(filters)} want ${filters[3]} channels, the image ${formatShape(x)} has ${x[3]}`,
  );
}

/** Rows and columns of the smallest image whose convolution has the size of g. */
export function smallestImage(g: Shape, filters: Shape, geometry: Geometry): [number, number] {
  const windows = windowsOf([filters[0]!, filters[1]!], geometry);
  const [rows, columns] = windows.map(({ taps, stride, before, after, dilation, inputDilation }, axis) => {
    const seen = (g[axis + 1]! - 1) * stride + reachOf(taps, dilation) - before - after;
    return Math.ceil((seen - 1) / inputDilation) + 1;
  });
  return [rows!, columns!];
}

/**
 * The convolution that undoes the way of one: its strides put zeros into g, the image's dilation is the stride.
 * Output i of the first saw pixel p by tap u if i stride + u dilation - before = p inputDilation.
 */
export function transposedConvolution(
  operation: string,
  g: Tensor,
  filters: Tensor,
  bias: Tensor | undefined,
  size: PerAxis<number>,
  { groups, ...geometry }: Conv2dParams,
): Tensor {
  checkGroups(operation, groups, { C: filters.shape[2]! * groups, K: filters.shape[3]! });
  expect(
    Math.min(...size) >= 1,
    operation,
    `padding ${formatPadding(geometry.padding)} leaves no output of ${formatShape(g.shape)} and filters ${formatShape(filters.shape)}: it would be ${size.join(' x ')}`,
  );
  const windows = windowsOf([filters.shape[0]!, filters.shape[1]!], geometry);
  const [rows, columns] = windows.map(({ taps, stride, before, dilation, inputDilation }, axis) => {
    const reach = reachOf(taps, dilation);
    const first = reach - 1 - before;
    const last = reachOf(size[axis]!, inputDilation) + before - reachOf(g.shape[axis + 1]!, stride);
    return [first, last] as const;
  });
  return convolution(g, turned(filters, groups), bias, {
    stride: geometry.inputDilation,
    padding: [rows!, columns!],
    dilation: geometry.dilation,
    inputDilation: geometry.stride,
    groups,
  });
}

/** Filters [h, w, C / groups, K] turned by 180 degrees, with inputs and outputs exchanged: [h, w, K / groups, C]. */
function turned(filters: Tensor, groups: number): Tensor {
  const [height, width, C, K] = filters.shape as [number, number, number, number];
  const flipped = flip(filters, [0, 1]);
  if (groups === 1) return transpose(flipped, [0, 1, 3, 2]);
  const grouped = reshape(flipped, [height, width, C, groups, K / groups]);
  return reshape(transpose(grouped, [0, 1, 4, 3, 2]), [height, width, K / groups, groups * C]);
}

/**
 * The gradient of `sum(conv2d(x, filters, options) * g)` in the filters.
 *
 *   x [B, H, W, C], g [B, H', W', K]  ->  [height, width, C / groups, K]
 *   w[u, v, c, k] = sum_{b, i, j} x[b, i s + u d - p, j s + v d - p, c] g[b, i, j, k]
 */
export function conv2dFilterGrad(
  x: Tensor,
  g: Tensor,
  { height, width, ...options }: Conv2dOptions & { height: number; width: number },
): Tensor {
  const { inputDilation, ...params } = paramsOf(options);
  if (Math.max(...inputDilation) === 1) {
    return apply1(conv2dFilterGradPrimitive, [x, g], { ...params, height, width });
  }
  if (Math.max(...params.stride) === 1)
    return swappedFilterGrad(x, g, { ...params, inputDilation, height, width });
  return conv2dFilterGrad(withZerosBetween(x, inputDilation), g, { ...params, height, width });
}

/**
 * The filter gradient of a convolution with an input dilation and no stride: that of the convolution which undoes it,
 * where g is the image, so that the zeros put into x are not multiplied.
 */
function swappedFilterGrad(
  x: Tensor,
  g: Tensor,
  { height, width, groups, ...geometry }: Conv2dParams & { height: number; width: number },
): Tensor {
  const [rows, columns] = windowsOf([height, width], geometry).map(
    ({ taps, before, dilation, inputDilation }, axis) => {
      const reach = reachOf(taps, dilation);
      const last = reachOf(x.shape[axis + 1]!, inputDilation) + before - g.shape[axis + 1]!;
      return [reach - 1 - before, last] as const;
    },
  );
  const swapped = apply1(conv2dFilterGradPrimitive, [g, x], {
    stride: geometry.inputDilation,
    padding: [rows!, columns!],
    dilation: geometry.dilation,
    groups,
    height,
    width,
  });
  return turned(swapped, groups);
}

/** Images with zeros between their pixels, which then lie `dilation` apart. */
function withZerosBetween(x: Tensor, [rows, columns]: PerAxis<number>): Tensor {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const apart = pad(reshape(x, [B, H, 1, W, 1, C]), [
    [0, 0],
    [0, 0],
    [0, rows - 1],
    [0, 0],
    [0, columns - 1],
    [0, 0],
  ]);
  return crop(reshape(apart, [B, H * rows, W * columns, C]), [
    [0, 0],
    [0, rows - 1],
    [0, columns - 1],
    [0, 0],
  ]);
}
