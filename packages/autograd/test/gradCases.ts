import {
  abs,
  adam,
  add,
  type BatchNormParams,
  batchNorm,
  batchNormGrad,
  batchNormInference,
  broadcastTo,
  cast,
  concatenate,
  conv2d,
  conv2dFilterGrad,
  crop,
  div,
  exp,
  flip,
  full,
  gatherNeighbours,
  globalNorm,
  greater,
  log,
  matmul,
  max,
  maximum,
  minimum,
  mul,
  neg,
  type Operand,
  type PrimitiveName,
  pad,
  pow,
  type Random,
  radialBasis,
  radialBasisWeightsGrad,
  relu,
  reshape,
  type Shape,
  scatterNeighbours,
  sigmoid,
  similarNeighbours,
  sizeOf,
  sqrt,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  transpose,
  type Variable,
  variable,
  where,
  windowedAttention,
  windowedAttentionGrad,
  zeros,
} from '@nlrn/tensor';
import { convolutionCases, shapesOf, titleOf } from '@nlrn/tensor/convolutionCases';

/** Draws one element of input number `i`. */
type Draw = (random: Random, i: number) => number;

/** A function to differentiate, and the shapes of its inputs. */
export interface GradCase {
  readonly title: string;
  readonly inputs: readonly Shape[];
  readonly f: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly draw: Draw;
}

/** The inputs of a case, drawn anew. */
export function createInputs(
  { inputs, draw }: Pick<GradCase, 'inputs' | 'draw'>,
  random: Random,
): Variable[] {
  return inputs.map((shape, i) =>
    variable(
      `input ${i}`,
      shape,
      Float64Array.from({ length: sizeOf(shape) }, () => draw(random, i)),
    ),
  );
}

/** What a case's function returns, as a list. */
export function outputsOf(result: Tensor | readonly Tensor[]): readonly Tensor[] {
  return Array.isArray(result) ? result : [result as Tensor];
}

/** In [-1, 1). */
const signed: Draw = (random) => 2 * random.uniform() - 1;
/** In [0.5, 1.5): where log, sqrt and division are smooth. */
const positive: Draw = (random) => 0.5 + random.uniform();
/** Down to -20: where exp is small. */
const farBelow: Draw = (random) => -20 + 4 * random.uniform();
/** Of the order of a millionth: where log, sqrt and division are steep. */
const tiny: Draw = (random) => 1e-6 * (0.5 + random.uniform());
/**
 * Multiples of 0.5, moved by 0.2 for the first input and 0.4 for the second: none is closer than 0.1 to zero
 * or to an element of the other input, so that no central difference of step 1e-5 crosses a kink.
 */
const apart: Draw = (random, i) => 0.5 * (random.integer(7) - 3) + 0.2 * (i + 1);

const gradCase = (
  title: string,
  inputs: readonly Shape[],
  f: GradCase['f'],
  draw: Draw = signed,
): GradCase => ({ title, inputs, f, draw });

const unaryCases = (f: (x: Tensor) => Tensor, draw?: Draw) => [
  gradCase('of a matrix', [[3, 5]], f, draw),
  gradCase('of a scalar', [[]], f, draw),
];

function binaryCases(f: (a: Operand, b: Operand) => Tensor, draw?: Draw): GradCase[] {
  const x: Shape = [3, 5];
  return [
    gradCase('of two matrices', [x, x], f, draw),
    gradCase('of a scalar and a matrix', [[], x], f, draw),
    gradCase('of a matrix and a scalar', [x, []], f, draw),
    gradCase('of two scalars', [[], []], f, draw),
    gradCase('of a matrix and a row', [x, [5]], f, draw),
    gradCase('of a column and a row', [[3, 1], [5]], f, draw),
    gradCase('of a number and a matrix', [x], (a) => f(0.05, a), draw),
    gradCase('of a matrix and a number', [x], (a) => f(a, 0.05), draw),
  ];
}

const matmulCases = [[], [2], [2, 3]].flatMap((batch) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) =>
      gradCase(
        `batch [${batch}], a${transposeA ? 'ᵀ' : ''} b${transposeB ? 'ᵀ' : ''}`,
        [
          [...batch, ...(transposeA ? [4, 3] : [3, 4])],
          [...batch, ...(transposeB ? [5, 4] : [4, 5])],
        ],
        (a, b) => matmul(a, b, { transposeA, transposeB }),
      ),
    ),
  ),
);

/** Image, filter's height and width, padding: square and not, odd and even, up to the largest padding. */
const CONVOLUTIONS: readonly (readonly [Shape, readonly [number, number], readonly [number, number]])[] = [
  [
    [2, 3, 4, 3],
    [1, 1],
    [0, 0],
  ],
  [
    [2, 5, 4, 2],
    [3, 3],
    [0, 0],
  ],
  [
    [2, 5, 4, 2],
    [3, 3],
    [1, 1],
  ],
  [
    [1, 3, 2, 3],
    [3, 3],
    [2, 2],
  ],
  [
    [1, 4, 5, 2],
    [3, 5],
    [1, 2],
  ],
  [
    [1, 4, 5, 2],
    [3, 5],
    [2, 0],
  ],
  [
    [1, 1, 5, 2],
    [3, 5],
    [1, 4],
  ],
  [
    [1, 5, 4, 2],
    [2, 2],
    [0, 0],
  ],
  [
    [1, 5, 4, 2],
    [2, 2],
    [1, 1],
  ],
  [
    [1, 5, 1, 1],
    [4, 3],
    [2, 1],
  ],
  [
    [2, 1, 1, 2],
    [3, 3],
    [1, 1],
  ],
];

const OUTPUT_CHANNELS = 3;

const convCases = [
  ...CONVOLUTIONS.flatMap(([image, filter, padding]) => {
    const title = `${image.join(' x ')}, filter ${filter.join(' x ')}, padding ${padding.join(' x ')}`;
    const filters = [...filter, image[3]!, OUTPUT_CHANNELS];
    return [
      gradCase(title, [image, filters], (x, w) => conv2d(x, w, { padding })),
      gradCase(`${title}, bias`, [image, filters, [OUTPUT_CHANNELS]], (x, w, bias) =>
        conv2d(x, w, { padding, bias }),
      ),
    ];
  }),
  ...convolutionCases.map((given) => {
    const { x, w } = shapesOf(given);
    return gradCase(titleOf(given), [x, w, [w[3]!]], (a, b, bias) =>
      conv2d(a, b, { ...given.options, bias }),
    );
  }),
];

const filterGradCases = [
  ...CONVOLUTIONS.map(([image, [height, width], padding]) => {
    const [B, H, W] = image as [number, number, number];
    const g = [B, H + 2 * padding[0] - height + 1, W + 2 * padding[1] - width + 1, OUTPUT_CHANNELS];
    return gradCase(
      `${image.join(' x ')}, filter ${height} x ${width}, padding ${padding}`,
      [image, g],
      (x, u) => conv2dFilterGrad(x, u, { padding, height, width }),
    );
  }),
  ...convolutionCases.map((given) => {
    const { x, w } = shapesOf(given);
    const y = conv2d(zeros(x), zeros(w), given.options);
    return gradCase(titleOf(given), [x, y.shape], (a, u) =>
      conv2dFilterGrad(a, u, { ...given.options, height: w[0]!, width: w[1]! }),
    );
  }),
];

const EPSILON = 1e-3;

const batchNormCases = [
  [7, 3],
  [2, 3, 1, 5],
].flatMap((x) =>
  [false, true].flatMap((withRelu) => {
    const params: BatchNormParams = { epsilon: EPSILON, relu: withRelu };
    const C = x.at(-1)!;
    const outputs = {
      y: (...[a, b, c]: Tensor[]) => batchNorm(a!, b!, c!, params).y,
      mean: (...[a, b, c]: Tensor[]) => batchNorm(a!, b!, c!, params).mean,
      variance: (...[a, b, c]: Tensor[]) => batchNorm(a!, b!, c!, params).variance,
      'all outputs': (...[a, b, c]: Tensor[]) => Object.values(batchNorm(a!, b!, c!, params)),
    };
    return Object.entries(outputs).map(([name, f]) =>
      gradCase(`x [${x}]${withRelu ? ', relu' : ''}, loss on ${name}`, [x, [C], [C]], f),
    );
  }),
);

/** Variance: the last input. */
const withPositiveVariance: Draw = (random, i) => (i === 4 ? positive : signed)(random, i);

const batchNormInferenceCases = [false, true].map((withRelu) =>
  gradCase(
    `x [2, 3, 1, 5]${withRelu ? ', relu' : ''}`,
    [[2, 3, 1, 5], [5], [5], [5], [5]],
    (...[x, scale, shift, mean, variance]) =>
      batchNormInference(x!, scale!, shift!, mean!, variance!, { epsilon: EPSILON, relu: withRelu }),
    withPositiveVariance,
  ),
);

/** [B, H, W], l, m, q: odd and even images, one-high ones, windows of one pixel, of the image, and larger. */
const WINDOWS: readonly (readonly [Shape, number, number, number])[] = [
  [[2, 3, 2], 2, 3, 1],
  [[1, 4, 5], 1, 2, 3],
  [[2, 3, 3], 3, 1, 3],
  [[1, 3, 4], 2, 2, 5],
  [[1, 1, 5], 2, 3, 5],
];

const attentionCases = WINDOWS.flatMap(([image, l, m, q]) =>
  (['softmax', 'mean'] as const).flatMap((normalize) =>
    [false, true].flatMap((withPrevious) =>
      (['Z', 'logits', 'both'] as const).map((read) => {
        const features = [
          [...image, l],
          [...image, l],
          [...image, m],
        ];
        const title = `${image.join(' x ')}, l ${l}, q ${q}, ${normalize}${withPrevious ? ', previous' : ''}`;
        return gradCase(
          `${title}, loss on ${read}`,
          withPrevious ? [...features, [...image, q * q]] : features,
          (theta, psi, g, previous) => {
            const { Z, logits } = windowedAttention(theta!, psi!, g!, { q, normalize, previous });
            return { Z: [Z], logits: [logits], both: [Z, logits] }[read];
          },
        );
      }),
    ),
  ),
);

const AXES_OF_THREE = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];

const permutations = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Places of a window of 3, in a formula that has no gradient in them: some of them lead outside the image. */
const movedCases = (move: typeof gatherNeighbours) => [
  gradCase('by places of its own', [[2, 3, 4, 2]], (x) => {
    const places = similarNeighbours(x, { window: 3, patch: 1, count: 3 });
    const [second, third] = [1, 2].map((k) =>
      crop(places, [
        [0, 0],
        [0, 0],
        [0, 0],
        [k, 2 - k],
      ]),
    );
    return add(move(x, second!, { window: 3 }), mul(2, move(x, third!, { window: 3 })));
  }),
  gradCase('all the same way, from the border outside', [[1, 4, 3, 3]], (x) =>
    move(x, full([1, 4, 3, 1], 7), { window: 3 }),
  ),
];

/** Cases for every primitive, with every combination of its parameters. */
export const gradCases: { readonly [N in Exclude<PrimitiveName, FusedName>]: readonly GradCase[] } = {
  neg: unaryCases(neg),
  exp: [...unaryCases(exp), gradCase('of what is far below zero', [[3]], exp, farBelow)],
  log: [...unaryCases(log, positive), gradCase('of what is tiny', [[3]], log, tiny)],
  sqrt: [...unaryCases(sqrt, positive), gradCase('of what is tiny', [[3]], sqrt, tiny)],
  relu: unaryCases(relu, apart),
  add: [...binaryCases(add), gradCase('of a tensor and itself', [[4]], (x) => add(x, x))],
  sub: [...binaryCases(sub), gradCase('of a tensor and itself', [[4]], (x) => sub(x, x))],
  mul: [...binaryCases(mul), gradCase('of a tensor and itself', [[4]], (x) => mul(x, x))],
  div: [
    ...binaryCases(div, positive),
    gradCase('of a tensor and itself', [[4]], (x) => div(x, x), positive),
    gradCase('of what is tiny', [[3], [3]], div, tiny),
  ],
  maximum: binaryCases(maximum, apart),
  minimum: binaryCases(minimum, apart),
  // A step function: its own derivative is zero, and the other factor's must be unharmed.
  greater: binaryCases((a, b) => mul(add(a, b), greater(a, b)), apart),
  abs: unaryCases(abs, apart),
  sigmoid: unaryCases(sigmoid),
  tanh: unaryCases(tanh),
  // Nothing flows through it, also where what it is used for is flat.
  stopGradient: [
    gradCase('times zero, beside another', [[4], [4]], (x, y) => add(y, mul(0, stopGradient(x)))),
  ],
  // To float32, that is to what it is already: what is rounded has no difference quotient.
  cast: unaryCases((x) => cast(x, 'float32')),
  pow: [
    ...binaryCases(pow, positive),
    gradCase('negative numbers to a whole power', [[5]], (x) => pow(sub(x, 3), 3)),
    gradCase('of zero', [[3]], (b) => pow(0, b), positive),
  ],
  where: [
    gradCase(
      'of a condition that is not zero',
      [
        [3, 5],
        [3, 5],
        [3, 5],
      ],
      where,
      apart,
    ),
    gradCase(
      'of three matrices',
      [
        [3, 5],
        [3, 5],
        [3, 5],
      ],
      (c, a, b) => where(greater(c, 0.1), a, b),
      apart,
    ),
    gradCase(
      'of a row, a column and a scalar',
      [[5], [3, 1], []],
      (c, a, b) => where(greater(c, 0.1), a, b),
      apart,
    ),
  ],
  similarNeighbours: [
    gradCase('beside another', [[1, 3, 3, 1]], (x) =>
      add(x, mul(0, sum(similarNeighbours(x, { window: 3, patch: 1, count: 2 })))),
    ),
  ],
  gatherNeighbours: movedCases(gatherNeighbours),
  scatterNeighbours: movedCases(scatterNeighbours),
  radialBasis: [
    gradCase('of images', [[2, 2, 3, 2], [4, 2], [4]], (x, w, c) => radialBasis(x, w, c, { width: 0.7 })),
    gradCase('of a vector', [[5], [3, 5], [3]], (x, w, c) => radialBasis(x, w, c, { width: 0.3 })),
  ],
  full: [gradCase('beside a variable', [[2, 3]], (x) => mul(x, full([2, 3], 3)))],
  matmul: matmulCases,
  conv2d: convCases,
  conv2dFilterGrad: filterGradCases,
  batchNorm: batchNormCases,
  batchNormInference: batchNormInferenceCases,
  windowedAttention: [
    ...attentionCases,
    // Whose rule compares what it has made with what it was made of.
    gradCase(
      'previous is the largest of others',
      [
        [1, 4, 5, 3],
        [1, 4, 5, 3],
        [1, 4, 5, 2],
        [1, 4, 5, 9, 2],
      ],
      (theta, psi, g, s) =>
        windowedAttention(theta!, psi!, g!, { q: 3, normalize: 'softmax', previous: max(s!, { axes: [4] }) })
          .Z,
    ),
  ],
  sum: AXES_OF_THREE.flatMap((axes) =>
    [false, true].map((keepDims) =>
      gradCase(`axes [${axes}]${keepDims ? ', keepDims' : ''}`, [[2, 3, 4]], (x) =>
        sum(x, { axes, keepDims }),
      ),
    ),
  ),
  max: AXES_OF_THREE.flatMap((axes) =>
    [false, true].map((keepDims) =>
      gradCase(`axes [${axes}]${keepDims ? ', keepDims' : ''}`, [[2, 3, 4]], (x) =>
        max(x, { axes, keepDims }),
      ),
    ),
  ),
  broadcastTo: (
    [
      [[], [2, 3]],
      [[3], [2, 4, 3]],
      [
        [1, 3],
        [2, 3],
      ],
      [
        [2, 1],
        [2, 3],
      ],
      [
        [2, 1, 3, 1],
        [2, 4, 3, 5],
      ],
      [
        [1, 1],
        [1, 4],
      ],
    ] as const
  ).map(([from, to]) => gradCase(`[${from}] to [${to}]`, [from], (x) => broadcastTo(x, to))),
  globalNorm: [
    gradCase('of one tensor', [[2, 3]], (x) => globalNorm([x])),
    gradCase('of three', [[2, 3], [], [4]], (...xs) => globalNorm(xs)),
    gradCase('of a tensor twice', [[3], [2]], (x, y) => globalNorm([x, y, x])),
    gradCase('of what is tiny', [[3], [2]], (x, y) => globalNorm([x, y]), tiny),
  ],
  reshape: [
    gradCase('to a matrix', [[2, 3, 2]], (x) => reshape(x, [4, 3])),
    gradCase('of one element to a scalar', [[1, 1]], (x) => reshape(x, [])),
  ],
  transpose: permutations.map((axes) => gradCase(`axes [${axes}]`, [[2, 3, 4]], (x) => transpose(x, axes))),
  flip: AXES_OF_THREE.map((axes) => gradCase(`axes [${axes}]`, [[2, 3, 4]], (x) => flip(x, axes))),
  pad: [
    gradCase('a vector', [[3]], (x) => pad(x, [[2, 1]])),
    gradCase('three axes', [[2, 1, 3]], (x) =>
      pad(x, [
        [0, 2],
        [1, 1],
        [3, 0],
      ]),
    ),
  ],
  crop: [
    gradCase('a vector', [[6]], (x) => crop(x, [[2, 1]])),
    gradCase('three axes', [[4, 3, 5]], (x) =>
      crop(x, [
        [0, 2],
        [1, 1],
        [3, 0],
      ]),
    ),
  ],
  concatenate: [
    ...[0, 1, 2].map((axis) =>
      gradCase(
        `three tensors, axis ${axis}`,
        [1, 3, 2].map((n) => [2, 4, 3].map((size, a) => (a === axis ? n : size))),
        (...parts) => concatenate(parts, axis),
      ),
    ),
    gradCase('one tensor', [[2, 3]], (x) => concatenate([x])),
    gradCase(
      'a tensor twice',
      [
        [2, 3],
        [2, 1],
      ],
      (x, y) => concatenate([x, y, x]),
    ),
  ],
};

/** Fused kernels that are not differentiated again. */
export type FusedName = 'adam' | 'batchNormGrad' | 'radialBasisWeightsGrad' | 'windowedAttentionGrad';

const params: BatchNormParams = { epsilon: EPSILON, relu: false };

/** A tensor made by each of the fused kernels, of a scalar x. */
export const fusedCases: { readonly [N in FusedName]: (x: Tensor) => Tensor } = {
  adam(x) {
    const zero = full([], 0);
    const schedule = { rate: full([], 1), step: full([], 1) };
    return adam(x, zero, { m: zero, v: zero }, schedule, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }).value;
  },
  batchNormGrad(x) {
    const one = full([1], 1);
    return batchNormGrad(reshape(x, [1, 1]), full([1, 1], 1), one, one, one, one, params).dx;
  },
  radialBasisWeightsGrad(x) {
    const y = reshape(x, [1]);
    return radialBasisWeightsGrad(y, y, y, { width: 1, derivative: 0 });
  },
  windowedAttentionGrad(x) {
    const y = reshape(x, [1, 1, 1, 1]);
    const forward = { theta: y, psi: y, g: y, ...windowedAttention(y, y, y, { q: 1, normalize: 'softmax' }) };
    return windowedAttentionGrad(y, forward, { q: 1, normalize: 'softmax' }).dg;
  },
};
