import { sizeOf } from '../../../shape.ts';
import { call, type Lowerings } from './call.ts';

export const radialBasisLowerings: Lowerings<'radialBasis'> = {
  radialBasis([x, weights, centres], [y], { width, derivative }) {
    const C = x.shape.at(-1)!;
    const sizes = { rows: sizeOf(x.shape) / C, C, J: centres.shape[0]! };
    const isSlope = derivative === 1;
    return [call('radialBasis', { x, weights, centres, y, ...sizes, isSlope, precision: 1 / width ** 2 })];
  },
};
