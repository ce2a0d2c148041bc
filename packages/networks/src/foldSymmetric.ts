import { add, crop, flip, type Margins, pad, type Tensor } from '@nlrn/tensor';

/**
 * The adjoint of `padBorder` with a border `symmetric` of so many pixels all around: what lies there is added to where it is
 * reflected from.
 *
 *   [B, H + 2 width, W + 2 width, C]  ->  [B, H, W, C]      width <= H, W
 */
export function foldSymmetric(x: Tensor, width: number): Tensor {
  return width === 0 ? x : foldAxis(foldAxis(x, 1, width), 2, width);
}

function foldAxis(x: Tensor, axis: number, width: number): Tensor {
  const n = x.shape[axis]! - 2 * width;
  const along = (before: number, after: number): Margins =>
    x.shape.map((_, a) => (a === axis ? [before, after] : [0, 0]));
  const inside = crop(x, along(width, width));
  const before = flip(crop(x, along(0, n + width)), [axis]);
  const after = flip(crop(x, along(n + width, 0)), [axis]);
  return add(add(inside, pad(before, along(0, n - width))), pad(after, along(n - width, 0)));
}
