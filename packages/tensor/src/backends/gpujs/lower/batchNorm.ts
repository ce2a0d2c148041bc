import { elementwise, look, type Reduction, type Source, sourceOf } from '../../../expressions/expression.ts';
import { base, type Formula, total } from '../../../expressions/formula.ts';
import { crop } from '../../../expressions/view.ts';
import { primitives } from '../../../primitives/index.ts';
import { type Shape, sizeOf } from '../../../shape.ts';
import type { BufferPlace, Lowerings } from './dispatch.ts';
import { evaluate } from './expression.ts';

const { add, sub, mul, div, sqrt, greater, select } = base;

export const batchNormLowerings: Lowerings<'batchNorm' | 'batchNormGrad'> = {
  batchNorm([x, scale, shift], [y, mean, variance], params, context) {
    const { shape } = x;
    const n = sizeOf(shape) / shape.at(-1)!;
    const given = [x, scale, shift, mean, variance] as const;
    const sources = sourcesOf(given);
    const [ofX, , , ofMean] = sources;
    const { element } = elementwise(shape, [ofX, ofMean], (value, centre) => sub(value, centre));
    const [normalized] = primitives.batchNormInference.expressions!(sources, params);
    return [
      ...evaluate(overPixels(shape, ofX.element, div(total, n)), given, mean, context),
      // Two passes: the mean of the squares minus the square of the mean would lose digits.
      ...evaluate(overPixels(shape, mul(element, element), div(total, n)), given, variance, context),
      ...evaluate(normalized, given, y, context),
    ];
  },

  batchNormGrad([g, x, scale, shift, mean, variance], [dx, dscale, dshift], { epsilon, relu }, context) {
    const { shape } = x;
    const C = shape.at(-1)!;
    const n = sizeOf(shape) / C;
    // One buffer for both sums: a kernel may have 8 buffers on any device.
    const sums = context.scratch([2 * C]);
    const given = [g, x, scale, shift, mean, variance, sums] as const;
    const [ofG, ofX, ofScale, ofShift, ofMean, ofVariance, ofSums] = sourcesOf(given);
    const half = (before: number, after: number) => ({
      shape: [C],
      element: look(ofSums, (view) => crop(view, [[before, after]])),
    });
    const all = [ofG, ofX, ofScale, ofShift, ofMean, ofVariance, half(0, C), half(C, 0)] as const;
    /** An element, of what it is made of: of one pixel, of its channel, and of the sums. */
    const elementOf = (formula: (parts: Parts) => Formula) =>
      elementwise(shape, all, (dy, value, a, b, centre, spread, shiftSum, scaleSum) => {
        const deviation = sqrt(add(spread, epsilon));
        const normalized = div(sub(value, centre), deviation);
        const passed = relu ? select(greater(add(mul(a, normalized), b), 0), dy, 0) : dy;
        return formula({
          normalized,
          passed,
          slope: div(a, deviation),
          shiftSum,
          scaleSum,
        });
      });
    const [joined] = primitives.concatenate.expressions!(sourcesOf([dshift, dscale]), { axis: 0 });
    const passed = elementOf((parts) => parts.passed).element;
    const product = elementOf((parts) => mul(parts.passed, parts.normalized)).element;
    const centred = elementOf(({ passed, normalized, slope, shiftSum, scaleSum }) =>
      mul(slope, sub(passed, div(add(shiftSum, mul(normalized, scaleSum)), n))),
    );
    return [
      ...evaluate(overPixels(shape, passed), given, dshift, context),
      ...evaluate(overPixels(shape, product), given, dscale, context),
      ...evaluate(joined, [dshift, dscale], sums, context),
      ...evaluate(centred, given, dx, context),
    ];
  },
};

interface Parts {
  readonly normalized: Formula;
  readonly passed: Formula;
  readonly slope: Formula;
  readonly shiftSum: Formula;
  readonly scaleSum: Formula;
}

/** Places as the inputs of an expression, in their order. */
function sourcesOf<const Places extends readonly BufferPlace[]>(places: Places) {
  return places.map(({ shape }, i) => sourceOf(shape, i)) as { readonly [I in keyof Places]: Source };
}

/** The sum over all axes but the last. */
function overPixels(shape: Shape, element: Formula, finish = total): Reduction {
  const axes = shape.slice(0, -1).map((_, axis) => axis);
  return { kind: 'reduction', by: 'sum', of: [{ shape, axes, element }], finish };
}
