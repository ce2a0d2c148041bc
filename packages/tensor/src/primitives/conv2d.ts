import { expect, expectWhole, formatShape, type Shape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';
import { type Border, padBorder } from './border.ts';
import { type Geometry, outputsOf, type Padding, type PerAxis, reachOf, windowsOf } from './slidingWindow.ts';

export type Conv2dParams = Geometry & { readonly groups: number };

/** What convolutions do where nothing else is said. */
export const USUAL: Conv2dParams = {
  stride: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  inputDilation: [1, 1],
  groups: 1,
};

export const conv2dPrimitive: Primitive<
  'conv2d',
  readonly [x: Shape, filters: Shape, bias?: Shape],
  readonly [y: Shape],
  Conv2dParams
> = {
  name: 'conv2d',
  usual: USUAL,
  shapes([x, w, bias], params) {
    expect(x.length === 4, 'conv2d', `x must be [B, H, W, C], is ${formatShape(x)}`);
    expect(w.length === 4, 'conv2d', `filters must be [height, width, C, K], are ${formatShape(w)}`);
    const [B, H, W, C] = x as [number, number, number, number];
    const [height, width, filterC, K] = w as [number, number, number, number];
    checkGeometry('conv2d', params);
    checkGroups('conv2d', params.groups, { C, K });
    expect(
      C === filterC * params.groups,
      'conv2d',
      `filters ${formatShape(w)} want ${wanted(filterC, params.groups)}, x ${formatShape(x)} has ${C}`,
    );
    expect(
      bias === undefined || (bias.length === 1 && bias[0] === K),
      'conv2d',
      `bias must be [${K}] as filters ${formatShape(w)} have ${K} outputs, is ${bias && formatShape(bias)}`,
    );
    return [[B, ...filteredSize('conv2d', [H, W], [height, width], params), K]];
  },
};

export function checkGeometry(
  operation: string,
  { stride, padding, dilation, inputDilation }: Geometry,
): void {
  const named = { stride, dilation, inputDilation };
  for (const [name, numbers] of Object.entries(named)) {
    for (const n of numbers) expectWhole(operation, name, n, 1);
  }
  for (const n of padding.flat()) expect(Number.isInteger(n), operation, `padding must be whole, is ${n}`);
}

export function checkGroups(operation: string, groups: number, { C, K }: { C: number; K: number }): void {
  expectWhole(operation, 'groups', groups, 1);
  expect(C % groups === 0, operation, `${groups} groups do not divide the ${C} channels of x`);
  expect(K % groups === 0, operation, `${groups} groups do not divide the ${K} output channels`);
}

function wanted(channels: number, groups: number): string {
  return groups === 1 ? `${channels} channels` : `${groups} groups of ${channels} channels`;
}

export function filteredSize(
  operation: string,
  image: PerAxis<number>,
  filter: PerAxis<number>,
  geometry: Geometry,
): [number, number] {
  const windows = windowsOf(filter, geometry);
  const size: [number, number] = [outputsOf(image[0], windows[0]), outputsOf(image[1], windows[1])];
  expect(
    Math.min(...size) >= 1,
    operation,
    `a ${filter.join(' x ')} filter${spread(filter, geometry.dilation)} does not fit in a ${image.join(' x ')} image${spread(image, geometry.inputDilation)} with padding ${formatPadding(geometry.padding)}`,
  );
  return size;
}

/** What dilation makes of a size, as text: nothing where it does nothing. */
function spread(size: PerAxis<number>, dilation: PerAxis<number>): string {
  const reach = size.map((n, axis) => reachOf(n, dilation[axis]!)).join(' x ');
  return reach === size.join(' x ') ? '' : `, dilated to ${reach},`;
}

export function formatPadding(padding: Padding): string {
  return padding.map(([before, after]) => (before === after ? before : `(${before}, ${after})`)).join(' x ');
}

/** A number for both axes, or one for rows and one for columns. */
export type PerAxisOption = number | PerAxis<number>;

/** As `PerAxisOption`, where an axis may have one number before it and another one after it. */
export type PaddingOption = number | PerAxis<number | readonly [before: number, after: number]>;

/** What convolutions may be told; without it they have stride 1, no padding, no dilation and one group. */
export interface Conv2dOptions {
  readonly stride?: PerAxisOption;
  readonly padding?: PaddingOption;
  readonly dilation?: PerAxisOption;
  readonly inputDilation?: PerAxisOption;
  readonly groups?: number;
}

/** Options with everything said. */
export function paramsOf(options: Conv2dOptions): Conv2dParams {
  const { stride = 1, padding = 0, dilation = 1, inputDilation = 1, groups = 1 } = options;
  return {
    stride: bothAxes(stride),
    padding: paddingOf(padding),
    dilation: bothAxes(dilation),
    inputDilation: bothAxes(inputDilation),
    groups,
  };
}

export function bothAxes(option: PerAxisOption): PerAxis<number> {
  return typeof option === 'number' ? [option, option] : option;
}

function paddingOf(option: PaddingOption): Padding {
  const [rows, columns] = typeof option === 'number' ? [option, option] : option;
  return [bothAxes(rows), bothAxes(columns)];
}

/**
 * Correlation of images with filters: XLA's general convolution of two dimensions.
 *
 *   x [B, H, W, C], filters [h, w, C / groups, K], bias [K]  ->  y [B, H', W', K]
 *   y[b, i, j, k] = bias[k] + sum_{u, v, c} x[b, i s + u d - p, j s + v d - p, c] filters[u, v, c, k]
 *
 * with stride s, dilation d of the filter and padding p: H' = floor((H + p before + p after - (h - 1) d - 1) / s) + 1.
 * Each is one number or one for rows and one for columns (1, 1 and 0 by default); a padding may be [before, after] on
 * either axis, and cuts pixels off where it is negative. `border` says what stands in the padding: zeros, or pixels of the
 * image (see `padBorder`).
 *
 * Channels lie in `groups` runs of the same length, inputs and outputs, and an output sees the inputs of its own run:
 * with C groups every channel has filters of its own ("depthwise"). `inputDilation` puts zeros between the image's
 * pixels, before the padding: pixel i then lies at i inputDilation. The bias may be left out. Throws `ShapeError`.
 */
export function conv2d(
  x: Tensor,
  filters: Tensor,
  { bias, border = 'zeros', ...options }: Conv2dOptions & { bias?: Tensor | undefined; border?: Border } = {},
): Tensor {
  const params = paramsOf(options);
  if (border === 'zeros') return convolution(x, filters, bias, params);
  expect(
    Math.max(...params.inputDilation) === 1,
    'conv2d',
    `a border ${border} has no meaning for an image with zeros put in`,
  );
  const surrounded = padBorder(x, params.padding, border);
  return convolution(surrounded, filters, bias, { ...params, padding: USUAL.padding });
}

/** `conv2d` with everything said. */
export function convolution(
  x: Tensor,
  filters: Tensor,
  bias: Tensor | undefined,
  params: Conv2dParams,
): Tensor {
  return apply1(conv2dPrimitive, bias ? [x, filters, bias] : [x, filters], params);
}
