import type { Data, Stored } from '../../elementType.ts';
import { collectSums, type Kernels } from './kernel.ts';

export const batchNormKernels: Kernels<'batchNorm' | 'batchNormGrad'> = {
  batchNorm([x, scale, shift], [y, mean, variance], { epsilon, relu }) {
    const means = channelMeans(x, mean, (i) => x.data[i]!);
    channelMeans(x, variance, (i, c) => (x.data[i]! - means[c]!) ** 2);
    normalize(x, y, scale.data, shift.data, mean.data, variance.data, epsilon, relu);
  },

  batchNormGrad([g, x, scale, shift, mean, variance], [dx, sums], { epsilon, relu }) {
    const C = x.shape.at(-1)!;
    const n = x.data.length / C;
    const normalized = (i: number, c: number) =>
      (x.data[i]! - mean.data[c]!) / Math.sqrt(variance.data[c]! + epsilon);
    const passed = (i: number, c: number) =>
      !relu || scale.data[c]! * normalized(i, c) + shift.data[c]! > 0 ? g.data[i]! : 0;
    const found = collectSums(sums, (sums) =>
      eachElement(x, (i, c) => {
        sums[c]! += passed(i, c);
        sums[C + c]! += passed(i, c) * normalized(i, c);
      }),
    );
    eachElement(x, (i, c) => {
      const centred = passed(i, c) - found[c]! / n - (normalized(i, c) * found[C + c]!) / n;
      dx.data[i] = (scale.data[c]! / Math.sqrt(variance.data[c]! + epsilon)) * centred;
    });
  },
};

/** Fills an output with the mean of each channel, of what is told of every element of x: a sum that is divided once. */
function channelMeans(x: Stored, output: Stored, of: (i: number, c: number) => number): Float64Array {
  const n = x.data.length / x.shape.at(-1)!;
  return collectSums(output, (sums) => {
    eachElement(x, (i, c) => {
      sums[c]! += of(i, c);
    });
    for (const [c, sum] of sums.entries()) sums[c] = sum / n;
  });
}

function normalize(
  x: Stored,
  y: Stored,
  scale: Data,
  shift: Data,
  mean: Data,
  variance: Data,
  epsilon: number,
  relu: boolean,
): void {
  eachElement(x, (i, c) => {
    const normalized = (x.data[i]! - mean[c]!) / Math.sqrt(variance[c]! + epsilon);
    const value = scale[c]! * normalized + shift[c]!;
    y.data[i] = relu && value < 0 ? 0 : value;
  });
}

/** Calls `visit` with the flat index and the channel of every element. */
function eachElement(x: Stored, visit: (i: number, c: number) => void): void {
  const C = x.shape.at(-1)!;
  for (let i = 0; i < x.data.length; i++) visit(i, i % C);
}
