import { sizeOf } from '../../../shape.ts';
import { addressesOf, call, type Lowerings, real } from './call.ts';

export const radialBasisLowerings: Lowerings<'radialBasis'> = {
  radialBasis(inputs, [y], { width, derivative }) {
    const [{ shape }, , centres] = inputs;
    const C = shape.at(-1)!;
    const sizes = [sizeOf(shape) / C, C, centres.shape[0]!];
    return [
      call(
        'RADIAL_BASIS',
        ...addressesOf(inputs),
        y.address,
        ...sizes,
        derivative === 1,
        real(1 / width ** 2),
      ),
    ];
  },
};
