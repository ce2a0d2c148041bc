import { type Shape, sizeOf, stridesOf } from '../../../shape.ts';
import { type Call, call, type Lowerings, type Place, real } from './call.ts';

/** A strided view: address in bytes, strides in elements. */
interface Strided {
  readonly address: number;
  readonly strides: readonly number[];
}

export const movementLowerings: Lowerings<
  'broadcastTo' | 'reshape' | 'transpose' | 'flip' | 'pad' | 'crop' | 'concatenate'
> = {
  broadcastTo([x], [y]) {
    const strides = stridesOf(x!.shape).map((stride, axis) => (x!.shape[axis] === 1 ? 0 : stride));
    return [copy(y!.shape, { address: x!.address, strides }, dense(y!))];
  },
  reshape: ([x], [y]) => [copy([sizeOf(y!.shape)], flat(x!), flat(y!))],
  transpose([x], [y], { axes }) {
    const strides = stridesOf(x!.shape);
    return [copy(y!.shape, { address: x!.address, strides: axes.map((axis) => strides[axis]!) }, dense(y!))];
  },
  flip([x], [y], { axes }) {
    const { strides } = dense(x!);
    const last = strides.map((_, axis) => (axes.includes(axis) ? x!.shape[axis]! - 1 : 0));
    const turned = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return [copy(y!.shape, { address: from(x!, last).address, strides: turned }, dense(y!))];
  },
  pad: ([x], [y], { margins }) => [
    call('FILL', y!.address, sizeOf(y!.shape), real(0)),
    copy(
      x!.shape,
      dense(x!),
      from(
        y!,
        margins.map(([before]) => before),
      ),
    ),
  ],
  crop: ([x], [y], { margins }) => [
    copy(
      y!.shape,
      from(
        x!,
        margins.map(([before]) => before),
      ),
      dense(y!),
    ),
  ],
  concatenate(inputs, [y], { axis }) {
    let start = 0;
    return inputs.map((x) => {
      const target = from(
        y!,
        y!.shape.map((_, a) => (a === axis ? start : 0)),
      );
      start += x.shape[axis]!;
      return copy(x.shape, dense(x), target);
    });
  },
};

/** A call that copies elements from one view to another, both of this shape. */
export function copy(shape: Shape, source: Strided, target: Strided): Call {
  // The kernel needs an axis to run along.
  if (shape.length === 0) return copy([1], { ...source, strides: [1] }, { ...target, strides: [1] });
  return call(
    'COPY_STRIDED',
    source.address,
    target.address,
    shape.length,
    ...shape,
    ...source.strides,
    ...target.strides,
  );
}

/** A value's elements as they lie. */
export function dense({ address, shape }: Place): Strided {
  return { address, strides: stridesOf(shape) };
}

/** A value's elements in one run. */
export function flat({ address }: Place): Strided {
  return { address, strides: [1] };
}

/** As `dense`, beginning at an index. */
function from({ address, shape }: Place, index: readonly number[]): Strided {
  const strides = stridesOf(shape);
  const offset = index.reduce((total, i, axis) => total + i * strides[axis]!, 0);
  return { address: address + 4 * offset, strides };
}
