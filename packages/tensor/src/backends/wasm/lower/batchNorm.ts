import { sizeOf } from '../../../shape.ts';
import { type Call, call, type Lowerings, type Place, real, type Scratch } from './call.ts';
import { chunksFor, SUM } from './reduce.ts';

export const batchNormLowerings: Lowerings<'batchNorm' | 'batchNormGrad'> = {
  batchNorm([x, scale, shift], [y, mean, variance], { epsilon, relu }, scratch) {
    const { rows, C } = rowsOf(x.shape);
    const chunks = chunksFor(rows);
    const [means, deviations] = [scratch.floats(chunks * C), scratch.floats(chunks * C)];
    const { inverse, invert } = inverseOf(variance, epsilon, scratch);
    const channels = [scale.address, shift.address, mean.address, inverse];
    return [
      call('MOMENT_CHUNKS', x.address, means, deviations, rows, C, chunks),
      call('JOIN_MOMENTS', means, deviations, mean.address, variance.address, rows, C, chunks),
      invert,
      call('NORMALIZE', x.address, y.address, ...channels, rows, C, relu),
    ];
  },

  batchNormGrad([g, x, scale, shift, mean, variance], [dx, dscale, dshift], { epsilon, relu }, scratch) {
    const { rows, C } = rowsOf(dx.shape);
    const chunks = chunksFor(rows);
    const [shifts, scales] = [scratch.floats(chunks * C), scratch.floats(chunks * C)];
    const { inverse, invert } = inverseOf(variance, epsilon, scratch);
    const given = [g, x, scale, shift, mean].map(({ address }) => address);
    const gradients = [dx.address, dscale.address, dshift.address];
    return [
      invert,
      call('GRADIENT_CHUNKS', ...given, inverse, shifts, scales, rows, C, chunks, relu),
      call('JOIN_CHUNKS', SUM, shifts, dshift.address, 1, chunks, C),
      call('JOIN_CHUNKS', SUM, scales, dscale.address, 1, chunks, C),
      call('NORMALIZE_GRAD', ...given, inverse, ...gradients, rows, C, relu),
    ];
  },
};

/** 1 / sqrt(variance + epsilon), once for all rows. */
function inverseOf(variance: Place, epsilon: number, scratch: Scratch): { inverse: number; invert: Call } {
  const C = sizeOf(variance.shape);
  const inverse = scratch.floats(C);
  return { inverse, invert: call('INVERSE_DEVIATIONS', variance.address, inverse, C, real(epsilon)) };
}

/** [..., C] as rows of C channels. */
function rowsOf(shape: readonly number[]): { rows: number; C: number } {
  const C = shape.at(-1)!;
  return { rows: sizeOf(shape.slice(0, -1)), C };
}
