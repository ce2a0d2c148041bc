import { sizeOf } from '../../../shape.ts';
import { call, type Lowerings, real } from './call.ts';

export const adamLowerings: Lowerings<'adam'> = {
  adam(inputs, outputs, { beta1, beta2, epsilon }) {
    const addresses = [...inputs, ...outputs].map(({ address }) => address);
    return [call('ADAM', ...addresses, sizeOf(inputs[0]!.shape), real(beta1), real(beta2), real(epsilon))];
  },
};
