import { sizeOf } from '../../../shape.ts';
import { SUM } from '../kernels/constants.ts';
import { type Call, call, elementAt, type Lowerings, type Place, type Scratch } from './call.ts';
import { chunksFor } from './reduce.ts';

export const batchNormLowerings: Lowerings<'batchNorm' | 'batchNormGrad'> = {
  batchNorm([x, scale, shift], [y, mean, variance], { epsilon, relu }, scratch) {
    const { rows, C } = rowsOf(x.shape);
    const chunks = chunksFor(rows);
    const [means, deviations] = [scratch.floats(chunks * C), scratch.floats(chunks * C)];
    const { inverse, invert } = inverseOf(variance, epsilon, scratch);
    return [
      call('momentChunks', { x, means, deviations, rows, C, chunks }),
      call('joinMoments', { means, deviations, mean, variance, rows, C, chunks }),
      invert,
      call('normalize', { x, scale, shift, mean, inverse, y, rows, C, relu }),
    ];
  },

  batchNormGrad([g, x, scale, shift, mean, variance], [dx, sums], { epsilon, relu }, scratch) {
    const { rows, C } = rowsOf(dx.shape);
    const chunks = chunksFor(rows);
    const [shifts, scales] = [scratch.floats(chunks * C), scratch.floats(chunks * C)];
    const { inverse, invert } = inverseOf(variance, epsilon, scratch);
    const given = { g, x, scale, shift, mean, inverse };
    const [dshift, dscale] = [elementAt(sums, 0), elementAt(sums, C)];
    const join = { way: SUM, outer: 1, chunks, inner: C };
    return [
      invert,
      call('gradientChunks', { ...given, shifts, scales, rows, C, chunks, relu }),
      call('joinChunks', { partial: shifts, y: dshift, ...join }),
      call('joinChunks', { partial: scales, y: dscale, ...join }),
      call('normalizeGrad', { ...given, dx, dscale, dshift, rows, C, relu }),
    ];
  },
};

/** 1 / sqrt(variance + epsilon), once for all rows. */
function inverseOf(variance: Place, epsilon: number, scratch: Scratch): { inverse: number; invert: Call } {
  const C = sizeOf(variance.shape);
  const inverse = scratch.floats(C);
  return { inverse, invert: call('inverseDeviations', { variance, inverse, C, epsilon }) };
}

/** [..., C] as rows of C channels. */
function rowsOf(shape: readonly number[]): { rows: number; C: number } {
  const C = shape.at(-1)!;
  return { rows: sizeOf(shape.slice(0, -1)), C };
}
