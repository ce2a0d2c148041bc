import {
  type Elementwise,
  elementwise,
  look,
  type Source,
  sourceOf,
} from '../../../expressions/expression.ts';
import { base, type Formula, total } from '../../../expressions/formula.ts';
import { crop } from '../../../expressions/view.ts';
import { primitives } from '../../../primitives/index.ts';
import { sizeOf } from '../../../shape.ts';
import {
  type BufferPlace,
  type Dispatch,
  dispatchEach,
  type LoweringContext,
  type Lowerings,
} from './dispatch.ts';
import { evaluate, PIECE, piecesOf, sumsOfPieces } from './expression.ts';
import { int, X, Y } from './source.ts';

const { add, sub, mul, div, sqrt, greater, select } = base;

export const batchNormLowerings: Lowerings<'batchNorm' | 'batchNormGrad'> = {
  batchNorm([x, scale, shift], [y, mean, variance], params, context) {
    const given = [x, scale, shift, mean, variance] as const;
    const [normalized] = primitives.batchNormInference.expressions!(sourcesOf(given), params);
    return [...moments(x, mean, variance, context), ...evaluate([normalized], given, [y], context)];
  },

  batchNormGrad([g, x, scale, shift, mean, variance], [dx, sums], { epsilon, relu }, context) {
    const { shape } = x;
    const C = shape.at(-1)!;
    const n = sizeOf(shape) / C;
    const given = [g, x, scale, shift, mean, variance, sums] as const;
    const [ofG, ofX, ofScale, ofShift, ofMean, ofVariance, ofSums] = sourcesOf(given);
    const row = (before: number, after: number) => ({
      shape: [1, C],
      element: look(ofSums, (view) =>
        crop(view, [
          [before, after],
          [0, 0],
        ]),
      ),
    });
    const all = [ofG, ofX, ofScale, ofShift, ofMean, ofVariance, row(0, 1), row(1, 0)] as const;
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
    const terms = [
      elementOf(({ passed }) => passed).element,
      elementOf(({ passed, normalized }) => mul(passed, normalized)).element,
    ];
    const pieces = sumsOfPieces(shape, terms, given, context);
    const side = pieces.places.map((place) => ({ ...place, shape: [place.shape[0]!, 1, C] }));
    const [joined] = primitives.concatenate.expressions!(sourcesOf(side), { axis: 1 });
    const overPieces = { ...(joined as Elementwise), axes: [0] };
    const centred = elementOf(({ passed, normalized, slope, shiftSum, scaleSum }) =>
      mul(slope, sub(passed, div(add(shiftSum, mul(normalized, scaleSum)), n))),
    );
    return [
      ...pieces.calls,
      ...evaluate([{ kind: 'reduction', by: 'sum', of: [overPieces], finish: total }], side, [sums], context),
      ...evaluate([centred], given, [dx], context),
    ];
  },
};

/**
 * Mean and variance over all axes but the last: first those of pieces, about their own means, then those of all by the
 * method of Chan, Golub and LeVeque 1979. The mean of the squares minus the square of the mean would lose digits.
 */
function moments(
  x: BufferPlace,
  mean: BufferPlace,
  variance: BufferPlace,
  context: LoweringContext,
): Dispatch[] {
  const C = x.shape.at(-1)!;
  const n = sizeOf(x.shape) / C;
  const pieces = piecesOf(n);
  const [means, squares] = [context.scratch([pieces, C]), context.scratch([pieces, C])];
  /** How many pixels a piece has */
  const countOf = (piece: string) =>
    `const count = ${piece} < ${pieces - 1} ? ${PIECE} : ${n - (pieces - 1) * PIECE};`;
  const overPixels = (body: string) =>
    `for (let j = 0; j < ${Math.min(n, PIECE)}; j++) {\nif (j < count) {\n${body}\n}\n}`;
  const element = `x[(${Y} * ${PIECE} + ${int('j')}) * ${C} + ${X}]`;
  const ofPieces = {
    statements: [
      countOf(Y),
      'let sum = 0;',
      overPixels(`sum += ${element};`),
      'const mean = sum / count;',
      'let square = 0;',
      overPixels(`const d = ${element} - mean;\nsquare += d * d;`),
    ],
    values: ['mean', 'square'],
  };
  const overPieces = (body: string) => `for (let p = 0; p < ${pieces}; p++) {\n${countOf('p')}\n${body}\n}`;
  const place = `${int('p')} * ${C} + ${X}`;
  const ofAll = {
    statements: [
      'let sum = 0;',
      overPieces(`sum += count * means[${place}];`),
      `const mean = sum / ${n};`,
      'let square = 0;',
      overPieces(`const d = means[${place}] - mean;\nsquare += squares[${place}] + count * d * d;`),
    ],
    values: ['mean', `square / ${n}`],
  };
  return [
    ...dispatchEach({ x }, [means, squares], [C, pieces], ofPieces, context),
    ...dispatchEach({ means, squares }, [mean, variance], [C], ofAll, context),
  ];
}

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
