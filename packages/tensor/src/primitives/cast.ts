import { type Dtype, expectDtype } from '../elementType.ts';
import type { Shape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';

export const castPrimitive: Primitive<'cast', readonly [x: Shape], readonly [y: Shape], { dtype: Dtype }> = {
  name: 'cast',
  shapes: ([x]) => [x],
  dtype: (_, { dtype }) => dtype,
  expressions: ([x]) => [{ kind: 'elementwise', ...x }],
};

/**
 * x as elements of another type: rounded to the nearest float16, or taken as float32, which every float16 is.
 *
 *   cast(x, 'float16')      65504 is the largest number; what is larger is infinite; 11 bits are kept
 *
 * Every other operation takes both types and gives float32, but for `reshape`, which keeps the type. The gradient passes through as if nothing were rounded.
 */
export function cast(x: Tensor, dtype: Dtype): Tensor {
  expectDtype('cast', 'the result would be', dtype);
  return apply1(castPrimitive, [x], { dtype });
}

/** What an operation that changes no element gives, which is float32 as that of any other. */
export function asFloat32(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x : cast(x, 'float32');
}
