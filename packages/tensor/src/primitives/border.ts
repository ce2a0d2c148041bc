import { lookUp } from '../lookUp.ts';
import { expect, expectWhole, formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { asFloat32 } from './cast.ts';
import { concatenate, crop, flip } from './movement.ts';
import { broadcastTo } from './reduce.ts';
import type { Padding } from './slidingWindow.ts';

/**
 * What stands around an image a b c d, here three pixels wide:
 *
 *   zeros       0 0 0 | a b c d | 0 0 0
 *   replicate   a a a | a b c d | d d d     the nearest pixel
 *   symmetric   c b a | a b c d | d c b     reflected half a pixel outside, as NumPy and MATLAB call it
 *   reflect     d c b | a b c d | c b a     reflected at the last pixel, as NumPy and PyTorch call it
 */
export type Border = 'zeros' | 'replicate' | 'symmetric' | 'reflect';
type OwnPixels = Exclude<Border, 'zeros'>;

/**
 * Surrounds images [B, H, W, C] with pixels of their own: `padding` says with how many rows and columns, at most as many
 * as there are (`symmetric`), one less (`reflect`), or any number (`replicate`). Throws `ShapeError`.
 */
export function padBorder(x: Tensor, padding: Padding, border: OwnPixels): Tensor {
  expect(x.shape.length === 4, 'padBorder', `x must be [B, H, W, C], is ${formatShape(x.shape)}`);
  return asFloat32(
    padding.reduce((image, [before, after], i) => padAxis(image, i + 1, before, after, border), x),
  );
}

function padAxis(x: Tensor, axis: number, before: number, after: number, border: OwnPixels): Tensor {
  const most = lookUp(MOST, border, 'border')(x.shape[axis]!);
  for (const width of [before, after]) {
    expectWhole('padBorder', 'padding', width, 0);
    expect(
      width <= most,
      'padBorder',
      `a border ${border} of ${width} pixels is wider than the ${most} that ${formatShape(x.shape)} has for it`,
    );
  }
  const start = before > 0 ? [edge(x, axis, before, border, 'start')] : [];
  const end = after > 0 ? [edge(x, axis, after, border, 'end')] : [];
  return start.length + end.length === 0 ? x : concatenate([...start, x, ...end], axis);
}

/** The widest border of an axis with n pixels. */
const MOST: Readonly<Record<OwnPixels, (n: number) => number>> = {
  replicate: () => Number.POSITIVE_INFINITY,
  symmetric: (n) => n,
  reflect: (n) => n - 1,
};

function edge(x: Tensor, axis: number, width: number, border: OwnPixels, side: 'start' | 'end'): Tensor {
  const first = border === 'reflect' ? 1 : 0;
  const count = border === 'replicate' ? 1 : width;
  const part = slice(x, axis, side === 'start' ? first : x.shape[axis]! - first - count, count);
  if (border !== 'replicate') return flip(part, [axis]);
  return broadcastTo(
    part,
    part.shape.map((n, a) => (a === axis ? width : n)),
  );
}

function slice(x: Tensor, axis: number, start: number, count: number): Tensor {
  return crop(
    x,
    x.shape.map((n, a) => (a === axis ? [start, n - start - count] : [0, 0])),
  );
}
