import type { Kernels } from './kernel.ts';

export const adamKernels: Kernels<'adam'> = {
  adam([value, gradient, m, v, rate, step], [newValue, newM, newV], { beta1, beta2, epsilon }) {
    const mScale = 1 - beta1 ** step!.data[0]!;
    const vScale = 1 - beta2 ** step!.data[0]!;
    for (let i = 0; i < value!.data.length; i++) {
      const g = gradient!.data[i]!;
      const mi = beta1 * m!.data[i]! + (1 - beta1) * g;
      const vi = beta2 * v!.data[i]! + (1 - beta2) * g * g;
      newM!.data[i] = mi;
      newV!.data[i] = vi;
      newValue!.data[i] =
        value!.data[i]! - (rate!.data[0]! * (mi / mScale)) / (Math.sqrt(vi / vScale) + epsilon);
    }
  },
};
