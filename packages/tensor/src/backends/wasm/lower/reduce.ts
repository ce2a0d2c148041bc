import { sizeOf, stridesOf } from '../../../shape.ts';
import { asMiddle, type Middle } from '../../middle.ts';
import { type Call, call, type Lowerings, type Place, real, type Scratch } from './call.ts';
import { copy } from './movement.ts';

/** As NORM_CHUNKS in kernels/reduce.ts. */
export const NORM_CHUNKS = 8;

/** Sums of fewer terms than this are done in one go. */
const SMALLEST_CHUNK = 256;
const MOST_CHUNKS = 32;

/** Number of partial sums for n terms: it depends on n alone, so that threads do not change results. */
export function chunksFor(n: number): number {
  return Math.max(1, Math.min(MOST_CHUNKS, Math.floor(n / SMALLEST_CHUNK)));
}

export const reduceLowerings: Lowerings<'sum' | 'globalNorm'> = {
  sum([x], [y], { axes }, scratch) {
    const middle = asMiddle(x!.shape, axes);
    if (middle) return sumMiddle(x!.address, y!.address, middle, scratch);
    // The summed axes are brought to the front first.
    const order = [...axes, ...x!.shape.keys().filter((axis) => !axes.includes(axis))];
    const strides = stridesOf(x!.shape);
    const shape = order.map((axis) => x!.shape[axis]!);
    const ordered = scratch.floats(sizeOf(shape));
    const n = sizeOf(axes.map((axis) => x!.shape[axis]!));
    return [
      copy(
        shape,
        { address: x!.address, strides: order.map((axis) => strides[axis]!) },
        { address: ordered, strides: stridesOf(shape) },
      ),
      ...sumMiddle(ordered, y!.address, { outer: 1, n, inner: sizeOf(y!.shape) }, scratch),
    ];
  },

  globalNorm(inputs: readonly Place[], [y], _, scratch) {
    const sums = inputs.length * NORM_CHUNKS;
    const partial = scratch.floats(2 * sums); // float64
    const tensors = inputs.flatMap(({ address, shape }) => [address, sizeOf(shape)]);
    return [
      call('SQUARE_CHUNKS', partial, inputs.length, ...tensors),
      call('ROOT_OF_SUM', partial, sums, y!.address),
    ];
  },
};

/** y[o, i] = scale · sum over n of x[o, n, i]. */
export function sumMiddle(
  x: number,
  y: number,
  { outer, n, inner }: Middle,
  scratch: Scratch,
  scale = 1,
): Call[] {
  const chunks = chunksFor(n);
  const partial = scratch.floats(outer * chunks * inner);
  return [
    call('SUM_CHUNKS', x, partial, outer, n, inner, chunks),
    call('ADD_CHUNKS', partial, y, outer, chunks, inner, real(scale)),
  ];
}
