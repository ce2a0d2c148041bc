import { sizeOf } from '../../../shape.ts';
import { type BufferPlace, dispatch, type Lowerings } from './dispatch.ts';
import { concatenated } from './movement.ts';
import { sumMiddle } from './reduce.ts';
import { relu, X, Y, Z } from './source.ts';

export const batchNormLowerings: Lowerings<'batchNorm' | 'batchNormInference' | 'batchNormGrad'> = {
  batchNorm([x, scale, shift], [y, mean, variance], { epsilon, relu: withRelu }, context) {
    const { n, C } = sizesOf(x!);
    const middle = { outer: 1, n, inner: C };
    const finish = (sum: string) => `${sum} / ${n}`;
    // Two passes: the mean of the squares minus the square of the mean would lose digits.
    const term = (index: string, c: string) => `(x[${index}] - mean[${c}]) * (x[${index}] - mean[${c}])`;
    return [
      ...sumMiddle({ x: x! }, mean!, middle, context, { finish }),
      ...sumMiddle({ x: x!, mean: mean! }, variance!, middle, context, { term, finish }),
      normalize(x!, [scale!, shift!, mean!, variance!], y!, epsilon, withRelu),
    ];
  },

  batchNormInference: ([x, scale, shift, mean, variance], [y], { epsilon, relu: withRelu }) => [
    normalize(x!, [scale!, shift!, mean!, variance!], y!, epsilon, withRelu),
  ],

  batchNormGrad(
    [g, x, scale, shift, mean, variance],
    [dx, dscale, dshift],
    { epsilon, relu: withRelu },
    context,
  ) {
    const { n, C, grid, at } = sizesOf(x!);
    const middle = { outer: 1, n, inner: C };
    const given = { g: g!, x: x!, scale: scale!, shift: shift!, mean: mean!, variance: variance! };
    const deviation = (c: string) => `Math.sqrt(variance[${c}] + ${epsilon})`;
    const normalized = (i: string, c: string) => `(x[${i}] - mean[${c}]) / ${deviation(c)}`;
    const passed = (i: string, c: string) =>
      withRelu ? `(scale[${c}] * (${normalized(i, c)}) + shift[${c}] <= 0 ? 0 : g[${i}])` : `g[${i}]`;
    const product = (i: string, c: string) => `${passed(i, c)} * (${normalized(i, c)})`;
    // One buffer for both sums: a kernel may have 8 buffers on any device.
    const sums = context.scratch([2, C]);
    const body = [
      `const share = (${normalized(at, X)}) * sums[${X} + ${C}];`,
      `return scale[${X}] / ${deviation(X)} * (${passed(at, X)} - (sums[${X}] + share) / ${n});`,
    ].join('\n');
    return [
      ...sumMiddle(given, dshift!, middle, context, { term: passed }),
      ...sumMiddle(given, dscale!, middle, context, { term: product }),
      ...concatenated([dshift!, dscale!], { ...sums, shape: [2 * C] }, 0, context),
      dispatch({ ...given, sums }, dx!, grid, body),
    ];
  },
};

function normalize(
  x: BufferPlace,
  [scale, shift, mean, variance]: readonly [BufferPlace, BufferPlace, BufferPlace, BufferPlace],
  y: BufferPlace,
  epsilon: number,
  withRelu: boolean,
) {
  const { grid, at } = sizesOf(x);
  const normalized = `(x[${at}] - mean[${X}]) / Math.sqrt(variance[${X}] + ${epsilon})`;
  const body = [
    `const value = scale[${X}] * (${normalized}) + shift[${X}];`,
    `return ${withRelu ? relu('value') : 'value'};`,
  ].join('\n');
  return dispatch({ x, scale, shift, mean, variance }, y, grid, body);
}

/** Channels, and values of each; a thread for each element, and its index. */
function sizesOf({ shape }: BufferPlace) {
  const C = shape.at(-1)!;
  const n = sizeOf(shape) / C;
  // The columns of images along y, all their rows along z: neither has too many for a GPU.
  const columns = shape.at(-2)!;
  const grid = [C, columns, n / columns] as const;
  return { n, C, grid, at: `(${Z} * ${columns} + ${Y}) * ${C} + ${X}` };
}
