import { expect, expectWhole } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { bothAxes, type Conv2dOptions, checkGeometry, type PerAxisOption, paramsOf } from './conv2d.ts';
import { checkTransposed, smallestImage, transposedConvolution } from './conv2dGrads.ts';

/**
 * Transposed convolution: `conv2d` with the roles of input and output exchanged, which makes images larger by its stride.
 *
 *   x [B, H, W, C], filters [h, w, K / groups, C], bias [K]  ->  y [B, H', W', K]
 *   H' = (H - 1) s + (h - 1) d + 1 - p before - p after + outputPadding
 *
 * The filters are those of the convolution [B, H', W', K] -> [B, H, W, C] of which this is the gradient in the image.
 * `outputPadding` (0) is as in PyTorch: rows and columns more at the end, less than stride or dilation. Throws `ShapeError`.
 */
export function convTranspose2d(
  x: Tensor,
  filters: Tensor,
  {
    bias,
    outputPadding = 0,
    ...options
  }: Omit<Conv2dOptions, 'inputDilation'> & { bias?: Tensor | undefined; outputPadding?: PerAxisOption } = {},
): Tensor {
  const params = paramsOf(options);
  const extra = bothAxes(outputPadding);
  checkGeometry('convTranspose2d', params);
  for (const [axis, n] of extra.entries()) {
    const [stride, dilation] = [params.stride[axis]!, params.dilation[axis]!];
    expectWhole('convTranspose2d', 'outputPadding', n, 0);
    expect(
      n < Math.max(stride, dilation),
      'convTranspose2d',
      `outputPadding ${n} must be less than the stride ${stride} or the dilation ${dilation}`,
    );
  }
  checkTransposed('convTranspose2d', x.shape, filters.shape);
  const [rows, columns] = smallestImage(x.shape, filters.shape, params);
  return transposedConvolution(
    'convTranspose2d',
    x,
    filters,
    bias,
    [rows + extra[0], columns + extra[1]],
    params,
  );
}
