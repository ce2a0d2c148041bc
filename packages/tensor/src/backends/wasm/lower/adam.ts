import { sizeOf } from '../../../shape.ts';
import { call, type Lowerings } from './call.ts';

export const adamLowerings: Lowerings<'adam'> = {
  adam([value, gradient, m, v, rate, step], [newValue, newM, newV], { beta1, beta2, epsilon }) {
    const n = sizeOf(value.shape);
    const before = { value, gradient, m, v, rate, step };
    return [call('adam', { ...before, newValue, newM, newV, n, beta1, beta2, epsilon })];
  },
};
