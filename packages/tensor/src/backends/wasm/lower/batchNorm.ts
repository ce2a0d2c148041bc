import { sizeOf } from '../../../shape.ts';
import { call, type Lowerings, real } from './call.ts';
import { chunksFor, sumMiddle } from './reduce.ts';

export const batchNormLowerings: Lowerings<'batchNorm' | 'batchNormInference' | 'batchNormGrad'> = {
  batchNorm([x, scale, shift], [y, mean, variance], { epsilon, relu }, scratch) {
    const { rows, C } = rowsOf(x!.shape);
    const chunks = chunksFor(rows);
    const partial = scratch.floats(chunks * C);
    const channels = [scale!, shift!, mean!, variance!].map(({ address }) => address);
    return [
      ...sumMiddle(x!.address, mean!.address, { outer: 1, n: rows, inner: C }, scratch, 1 / rows),
      call('DEVIATION_CHUNKS', x!.address, mean!.address, partial, rows, C, chunks),
      call('ADD_CHUNKS', partial, variance!.address, 1, chunks, C, real(1 / rows)),
      call('NORMALIZE', x!.address, y!.address, ...channels, rows, C, real(epsilon), relu),
    ];
  },

  batchNormInference([x, ...channels], [y], { epsilon, relu }) {
    const { rows, C } = rowsOf(x!.shape);
    const addresses = channels.map(({ address }) => address);
    return [call('NORMALIZE', x!.address, y!.address, ...addresses, rows, C, real(epsilon), relu)];
  },

  batchNormGrad(inputs, [dx, dscale, dshift], { epsilon, relu }, scratch) {
    const { rows, C } = rowsOf(dx!.shape);
    const chunks = chunksFor(rows);
    const [shifts, scales] = [scratch.floats(chunks * C), scratch.floats(chunks * C)];
    const given = inputs.map(({ address }) => address);
    const gradients = [dx!.address, dscale!.address, dshift!.address];
    return [
      call('GRADIENT_CHUNKS', ...given, shifts, scales, rows, C, chunks, real(epsilon), relu),
      call('ADD_CHUNKS', shifts, dshift!.address, 1, chunks, C, real(1)),
      call('ADD_CHUNKS', scales, dscale!.address, 1, chunks, C, real(1)),
      call('NORMALIZE_GRAD', ...given, ...gradients, rows, C, real(epsilon), relu),
    ];
  },
};

/** [..., C] as rows of C channels. */
function rowsOf(shape: readonly number[]): { rows: number; C: number } {
  const C = shape.at(-1)!;
  return { rows: sizeOf(shape.slice(0, -1)), C };
}
