import {
  type AttentionParams,
  abs,
  adam,
  add,
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
  sqrt,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  transpose,
  where,
  windowedAttention,
  windowedAttentionGrad,
  zeros,
} from '../src/index.ts';
import { convolutionCases, shapesOf, titleOf } from './convolutionCases.ts';

/** How far a float32 result may be from the float64 one. */
export interface Tolerance {
  /** Allowed error, divided by the size of what it is compared with. */
  readonly error: number;
  /** Each element with itself, or all with the largest element of the tensor. */
  readonly relativeTo: 'element' | 'largest';
}

/** Elements are moved, chosen or negated, or the operation is correctly rounded by IEEE 754. */
const EXACT: Tolerance = { error: 0, relativeTo: 'element' };

/** Four units in the last place of float32, 4 · 2⁻²³: a polynomial for exp or log, not the last bit. */
const FUNCTION: Tolerance = { error: 5e-7, relativeTo: 'element' };

/**
 * What WGSL and GLSL ES allow beside IEEE 754, in units of the last place, 2⁻²³: exp 3 + 2 |x| (here |x| <= 80), a
 * quotient 2.5, a square root that is made of an inverse root and a quotient 2 + 2.5; log 3 where it is not near 1,
 * and 2⁻²¹ absolutely there.
 */
const GPU_FUNCTIONS: { readonly [N in PrimitiveName]?: Tolerance } = {
  exp: { error: 163 * 2 ** -23, relativeTo: 'element' },
  div: { error: 2.5 * 2 ** -23, relativeTo: 'element' },
  sqrt: { error: 4.5 * 2 ** -23, relativeTo: 'element' },
  log: { error: 4 * 2 ** -23, relativeTo: 'largest' },
  // An exponential as above, and a quotient; a power is an exponential of a multiple of a logarithm.
  sigmoid: { error: 167 * 2 ** -23, relativeTo: 'element' },
  tanh: { error: 16 * 2 ** -23, relativeTo: 'element' },
  pow: { error: 64 * 2 ** -23, relativeTo: 'element' },
};

/** The tolerance of a case on a backend: where GPUs are less exact than the case asks, what they are allowed. */
export function toleranceOn(
  { isGpu = false }: { isGpu?: boolean },
  primitive: string,
  { tolerance }: ConformanceCase,
): Tolerance {
  return (isGpu && GPU_FUNCTIONS[primitive as PrimitiveName]) || tolerance;
}

/**
 * Sums of up to a few hundred products: each rounding is 2⁻²⁴ = 6e-8 of a partial sum, and roundings
 * mostly cancel. A wrong or missing term is a hundred times larger.
 */
const SUM: Tolerance = { error: 1e-5, relativeTo: 'largest' };

/** Logits of size 400 are rounded by 400 · 2⁻²⁴ = 2e-5, and softmax hands that on to its weights. */
const LARGE_LOGITS: Tolerance = { error: 2e-4, relativeTo: 'largest' };

/** With a mean of 30 deviations, x - mean is rounded by 30 · 2⁻²⁴ = 2e-6; E[x²] - E[x]² would lose 30 times more. */
const OFFSET: Tolerance = { error: 2e-5, relativeTo: 'largest' };

/** Draws one element of input number `i`. */
type Draw = (random: Random, i: number) => number;

const signed: Draw = (random) => 2 * random.uniform() - 1;
const positive: Draw = (random) => 0.1 + random.uniform();

/** The same formula on every backend, with the same random inputs. */
export interface ConformanceCase {
  readonly title: string;
  readonly inputs: readonly Shape[];
  readonly f: (...inputs: Tensor[]) => readonly Tensor[];
  readonly tolerance: Tolerance;
  readonly draw: Draw;
}

function conformanceCase(
  title: string,
  inputs: readonly Shape[],
  f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  { tolerance = EXACT, draw = signed }: Partial<Pick<ConformanceCase, 'tolerance' | 'draw'>> = {},
): ConformanceCase {
  const list = (...given: Tensor[]) => [f(...given)].flat() as Tensor[];
  return { title, inputs, f: list, tolerance, draw };
}

type Options = Partial<Pick<ConformanceCase, 'tolerance' | 'draw'>>;

/** Below, at and above vectors of 4 and 8, and enough elements to be split among threads. */
const SIZES: readonly Shape[] = [[], [1], [3], [4], [5], [8], [3, 5, 7], [6, 8, 4], [20_011]];

const unaryCases = (f: (x: Tensor) => Tensor, options?: Options) =>
  SIZES.map((shape) => conformanceCase(`[${shape}]`, [shape], f, options));

/** Shapes of which the one is repeated along the other. */
const REPEATED: readonly (readonly [Shape, Shape])[] = [
  [[2, 33, 17], [17]],
  [
    [3, 1],
    [1, 5],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[1], [4, 5]],
  [
    [7, 300],
    [7, 1],
  ],
  [[2, 3, 1000], [1000]],
];

const binaryCases = (f: (a: Operand, b: Operand) => Tensor, options?: Options) =>
  SIZES.flatMap((shape) => [
    conformanceCase(`[${shape}] both`, [shape, shape], f, options),
    conformanceCase(`a scalar and [${shape}]`, [[], shape], f, options),
    conformanceCase(`[${shape}] and a scalar`, [shape, []], f, options),
    // A number that float32 holds exactly, so that both precisions compute with the same one.
    conformanceCase(`[${shape}] and a number`, [shape], (x) => f(x, 0.375), options),
    conformanceCase(`[${shape}] and itself`, [shape], (x) => f(x, x), options),
  ]).concat(
    // Rows, columns and channels that are repeated: within a block of elements and beyond it.
    REPEATED.map(([a, b]) => conformanceCase(`[${a}] and [${b}]`, [a, b], f, options)),
  );

/** M, K, N: one, below, at and above tiles of 4, 6 and 8, and a long inner axis. */
const PRODUCTS = [
  [1, 1, 1],
  [1, 7, 5],
  [5, 1, 3],
  [4, 4, 4],
  [6, 8, 8],
  [7, 9, 17],
  [13, 17, 9],
  [12, 3, 16],
  [3, 130, 4],
  [65, 33, 31],
] as const;

const matmulCases = PRODUCTS.flatMap(([M, K, N]) =>
  [[], [3], [2, 2]].flatMap((batch) =>
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) =>
        conformanceCase(
          `batch [${batch}], ${M} x ${K} x ${N}, a${transposeA ? 'ᵀ' : ''} b${transposeB ? 'ᵀ' : ''}`,
          [
            [...batch, ...(transposeA ? [K, M] : [M, K])],
            [...batch, ...(transposeB ? [N, K] : [K, N])],
          ],
          (a, b) => matmul(a, b, { transposeA, transposeB }),
          { tolerance: SUM },
        ),
      ),
    ),
  ),
);

/** An image [B, H, W], filter and padding. */
const CONVOLUTIONS: readonly (readonly [Shape, readonly [number, number], readonly [number, number]])[] = [
  [
    [1, 5, 7],
    [1, 1],
    [0, 0],
  ],
  [
    [2, 6, 9],
    [3, 3],
    [1, 1],
  ],
  [
    [1, 5, 6],
    [3, 3],
    [0, 0],
  ],
  [
    [2, 3, 4],
    [3, 3],
    [2, 2],
  ],
  [
    [1, 7, 5],
    [5, 3],
    [2, 1],
  ],
  [
    [1, 5, 8],
    [2, 2],
    [1, 1],
  ],
  [
    [1, 6, 3],
    [3, 5],
    [0, 4],
  ],
  [
    [3, 1, 9],
    [3, 3],
    [1, 1],
  ],
  [
    [1, 9, 1],
    [3, 3],
    [1, 1],
  ],
  [
    [2, 1, 1],
    [3, 3],
    [1, 1],
  ],
  [
    [1, 13, 15],
    [3, 3],
    [1, 1],
  ],
];

/** C and K: one, and below, at and above vectors of 4 and tiles of 8. */
const CHANNELS = [
  [1, 1],
  [1, 8],
  [3, 4],
  [4, 3],
  [5, 9],
  [8, 8],
  [9, 1],
  [17, 5],
  [8, 17],
] as const;

const convolutions = CONVOLUTIONS.flatMap(([image, filter, padding]) =>
  CHANNELS.map(([C, K]) => {
    const title = `${image.join(' x ')}, ${C} -> ${K}, filter ${filter.join(' x ')}, padding ${padding.join(' x ')}`;
    return { title, x: [...image, C], w: [...filter, C, K], padding, K };
  }),
);

const convCases = [
  ...convolutions.flatMap(({ title, x, w, padding, K }) => [
    conformanceCase(title, [x, w], (a, b) => conv2d(a, b, { padding }), { tolerance: SUM }),
    conformanceCase(`${title}, bias`, [x, w, [K]], (a, b, bias) => conv2d(a, b, { padding, bias }), {
      tolerance: SUM,
    }),
  ]),
  ...convolutionCases.map((given) => {
    const { x, w } = shapesOf(given);
    const f = (a: Tensor, b: Tensor, bias: Tensor) => conv2d(a, b, { ...given.options, bias });
    return conformanceCase(titleOf(given), [x, w, [w[3]!]], f, { tolerance: SUM });
  }),
];

const filterGradCases = [
  ...convolutions.map(({ title, x, w, padding, K }) => {
    const [height, width] = w as [number, number];
    const g = [x[0]!, x[1]! + 2 * padding[0] - height + 1, x[2]! + 2 * padding[1] - width + 1, K];
    return conformanceCase(title, [x, g], (a, u) => conv2dFilterGrad(a, u, { padding, height, width }), {
      tolerance: SUM,
    });
  }),
  ...convolutionCases.map((given) => {
    const { x, w } = shapesOf(given);
    const y = conv2d(zeros(x), zeros(w), given.options);
    const f = (a: Tensor, u: Tensor) =>
      conv2dFilterGrad(a, u, { ...given.options, height: w[0]!, width: w[1]! });
    return conformanceCase(titleOf(given), [x, y.shape], f, { tolerance: SUM });
  }),
];

const NORMALIZED: readonly Shape[] = [
  [7, 1],
  [2, 3, 5, 3],
  [1, 4, 4, 4],
  [2, 5, 7, 8],
  [3, 1, 9, 9],
  [1, 9, 1, 17],
  [2, 21, 19, 5],
];

const EPSILON = 1e-5;

const batchNormCases = NORMALIZED.flatMap((x) =>
  [false, true].flatMap((withRelu) => {
    const C = x.at(-1)!;
    const params = { epsilon: EPSILON, relu: withRelu };
    const title = `[${x}]${withRelu ? ', relu' : ''}`;
    const channels: Shape[] = [[C], [C]];
    const all = (...[a, scale, shift]: Tensor[]) => Object.values(batchNorm(a!, scale!, shift!, params));
    return [
      conformanceCase(title, [x, ...channels], all, { tolerance: SUM }),
      conformanceCase(`${title}, only y read`, [x, ...channels], (...inputs) => all(...inputs)[0]!, {
        tolerance: SUM,
      }),
      conformanceCase(`${title}, far from zero`, [x, ...channels], all, {
        tolerance: OFFSET,
        draw: (random, i) => (i === 0 ? 15 : 0) + signed(random, i),
      }),
    ];
  }),
);

const batchNormInferenceCases = NORMALIZED.flatMap((x) =>
  [false, true].map((withRelu) => {
    const C = x.at(-1)!;
    return conformanceCase(
      `[${x}]${withRelu ? ', relu' : ''}`,
      [x, [C], [C], [C], [C]],
      (...[a, scale, shift, mean, variance]) =>
        batchNormInference(a!, scale!, shift!, mean!, variance!, { epsilon: EPSILON, relu: withRelu }),
      { tolerance: SUM, draw: (random, i) => (i === 4 ? positive(random, i) : signed(random, i)) },
    );
  }),
);

const batchNormGradCases = NORMALIZED.flatMap((x) =>
  [false, true].map((withRelu) => {
    const C = x.at(-1)!;
    return conformanceCase(
      `[${x}]${withRelu ? ', relu' : ''}`,
      [x, x, [C], [C]],
      (g, a, scale, shift) => {
        const params = { epsilon: EPSILON, relu: withRelu };
        const { mean, variance } = batchNorm(a!, scale!, shift!, params);
        return Object.values(batchNormGrad(g!, a!, scale!, shift!, mean, variance, params));
      },
      { tolerance: SUM },
    );
  }),
);

/** [B, H, W], l, m, q. */
const WINDOWS: readonly (readonly [Shape, number, number, number])[] = [
  [[1, 1, 1], 1, 1, 1],
  [[2, 3, 5], 4, 3, 1],
  [[1, 1, 9], 3, 5, 3],
  [[1, 9, 1], 5, 4, 3],
  [[2, 5, 6], 1, 8, 3],
  [[1, 13, 11], 8, 17, 5],
  [[2, 17, 10], 9, 1, 7],
  // Several blocks below and beside each other, the last ones smaller; windows of more than one tile of columns.
  [[1, 40, 7], 3, 4, 9],
  [[1, 9, 33], 2, 3, 3],
  [[1, 20, 11], 4, 2, 17],
  // The window is the image: dense.
  [[2, 3, 3], 4, 8, 3],
  [[1, 5, 5], 5, 9, 5],
  [[2, 7, 7], 8, 4, 7],
  [[1, 13, 13], 3, 5, 13],
  [[1, 17, 17], 5, 6, 17],
  // As wide as the image, or as high.
  [[1, 9, 5], 4, 4, 5],
  [[2, 5, 9], 3, 6, 5],
  // Larger than the image: pixels occur more than once.
  [[2, 7, 4], 4, 8, 5],
  [[1, 4, 8], 5, 3, 7],
  [[1, 3, 4], 3, 5, 9],
  [[1, 1, 2], 1, 2, 5],
  // Enough images to lie side by side: eight, and twice as many with gaps; windows larger than the image; several blocks.
  [[8, 6, 7], 8, 16, 3],
  [[11, 4, 5], 3, 9, 7],
  [[5, 9, 18], 2, 3, 11],
  [[16, 3, 4], 5, 4, 13],
  [[8, 1, 6], 17, 2, 5],
  [[8, 4, 1], 3, 5, 3],
  [[8, 1, 33], 3, 9, 15],
];

const attentions = WINDOWS.flatMap(([image, l, m, q]) =>
  (['softmax', 'mean'] as const).flatMap((normalize) =>
    [false, true].map((withState) => {
      const params: AttentionParams = { q, normalize };
      const title = `${image.join(' x ')}, l ${l}, m ${m}, q ${q}, ${normalize}`;
      return { title, params, withState, theta: [...image, l], g: [...image, m], S: [...image, q * q] };
    }),
  ),
);

const attentionCases = attentions.flatMap(({ title, params, withState, theta, g, S }) => {
  const both = (...[a, b, c, previous]: Tensor[]) =>
    Object.values(windowedAttention(a!, b!, c!, { ...params, previous }));
  const inputs = withState ? [theta, theta, g, S] : [theta, theta, g];
  const full = `${title}${withState ? ', previous' : ''}`;
  return [
    conformanceCase(full, inputs, both, { tolerance: SUM }),
    conformanceCase(`${full}, logits not read`, inputs, (...x) => both(...x)[0]!, { tolerance: SUM }),
    conformanceCase(`${full}, only logits read`, inputs, (...x) => both(...x)[1]!, { tolerance: SUM }),
    conformanceCase(`${full}, large logits`, inputs, both, {
      tolerance: LARGE_LOGITS,
      draw: (random, i) => (i === 2 ? 1 : 12) * signed(random, i),
    }),
  ];
});

const attentionGradCases = attentions.flatMap(({ title, params, withState, theta, g, S }) => {
  const all = (...[gZ, theta, psi, g, Z, logits, statistics, gLogits]: Tensor[]) => {
    const forward = { theta: theta!, psi: psi!, g: g!, Z: Z!, logits: logits!, statistics: statistics! };
    return Object.values(windowedAttentionGrad(gZ!, forward, { ...params, gLogits }));
  };
  const inputs = [g, theta, theta, g, g, S, [...g.slice(0, 3), 2], ...(withState ? [S] : [])];
  // Statistics: a largest logit and a sum that is not near zero.
  const draw: Draw = (random, i) => (i === 6 ? positive(random, i) : signed(random, i));
  const full = `${title}${withState ? ', gLogits' : ''}`;
  return [
    conformanceCase(full, inputs, all, { tolerance: SUM, draw }),
    conformanceCase(`${full}, dlogits not read`, inputs, (...x) => all(...x).slice(0, 3), {
      tolerance: SUM,
      draw,
    }),
  ];
});

const AXES = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];

const MOVED: Shape = [3, 5, 9];

const sumCases = [
  ...AXES.map((axes) => conformanceCase(`[${MOVED}], axes [${axes}]`, [MOVED], (x) => sum(x, { axes }))),
  ...[1, 3, 4, 5, 8, 9, 17].map((C) =>
    conformanceCase(`bias gradient of ${C} channels`, [[2, 7, 5, C]], (x) => sum(x, { axes: [0, 1, 2] })),
  ),
  ...[1, 3, 4, 5, 8, 9, 17].map((C) =>
    conformanceCase(`last axis of ${C}`, [[2, 3, C]], (x) => sum(x, { axes: [-1], keepDims: true })),
  ),
  conformanceCase('20011 elements', [[20_011]], (x) => sum(x), { draw: positive }),
  // Several values for each element, in blocks of rows that fill no whole lines.
  ...[3, 17, 85].map((C) =>
    conformanceCase(`products of ${C} channels`, [[900, C], [C], [900, 1]], (x, row, column) =>
      sum(mul(add(mul(x, row), column), sub(x, column)), { axes: [0] }),
    ),
  ),
].map((c) => ({ ...c, tolerance: SUM }));

const maxCases = [
  ...AXES.map((axes) => conformanceCase(`[${MOVED}], axes [${axes}]`, [MOVED], (x) => max(x, { axes }))),
  ...[1, 3, 4, 5, 8, 9, 17].map((C) =>
    conformanceCase(`of ${C} channels`, [[2, 17, 19, C]], (x) => max(x, { axes: [0, 1, 2] })),
  ),
  conformanceCase('20011 elements', [[20_011]], (x) => max(x)),
  conformanceCase('negative ones', [[3, 700]], (x) => max(sub(x, 5), { axes: [1], keepDims: true })),
  conformanceCase('long rows', [[3, 2, 1500]], (x) => max(x, { axes: [0, 1] })),
];

/** [..., C] and how many centres: below and above vectors and blocks, and enough pixels to be summed in chunks. */
const BUMPS: readonly (readonly [Shape, number])[] = [
  [[3], 2],
  [[2, 5, 4], 7],
  [[1, 9, 7, 17], 5],
  [[2, 3, 5, 32], 63],
  [[700, 3], 4],
];

const bumps = BUMPS.flatMap(([x, J]) =>
  ([0, 1] as const).map((derivative) => ({ x, J, params: { width: 0.4, derivative }, C: x.at(-1)! })),
);

const radialBasisCases = bumps.map(({ x, J, C, params }) =>
  conformanceCase(
    `[${x}], ${J} centres, derivative ${params.derivative}`,
    [x, [J, C], [J]],
    (a, weights, centres) => radialBasis(a!, weights!, centres!, params),
    { tolerance: SUM },
  ),
);

const radialBasisWeightsGradCases = bumps.map(({ x, J, params }) =>
  conformanceCase(
    `[${x}], ${J} centres, derivative ${params.derivative}`,
    [x, x, [J]],
    (g, a, centres) => radialBasisWeightsGrad(g!, a!, centres!, params),
    { tolerance: SUM },
  ),
);

/** Few whole numbers: distances of patches are exact, and some are equal. */
const fewValues: Draw = (random) => random.integer(4);

const SIMILAR = [
  { x: [1, 3, 4, 1], window: 3, patch: 1, count: 1 },
  { x: [2, 6, 9, 1], window: 5, patch: 3, count: 4 },
  { x: [1, 9, 7, 2], window: 7, patch: 2, count: 5 },
  { x: [1, 20, 23, 1], window: 31, patch: 7, count: 8 },
] as const;

const oneOf =
  (...values: number[]): Draw =>
  (random) =>
    values[random.integer(values.length)]!;

const similarCases = [
  ...SIMILAR.map(({ x, ...params }) =>
    conformanceCase(
      `[${x}], window ${params.window}, patch ${params.patch}, ${params.count} of them`,
      [x],
      (a) => similarNeighbours(a!, params),
      { draw: fewValues },
    ),
  ),
  // Of fewer patches than are wanted the distance is finite.
  ...Object.entries({
    'no numbers': oneOf(Number.NaN),
    'some infinite or no numbers': oneOf(0, 1, Infinity, Number.NaN),
    'squares that overflow': oneOf(0, 1e25),
  }).map(([title, draw]) =>
    conformanceCase(title, [[1, 6, 7, 1]], (a) => similarNeighbours(a!, { window: 3, patch: 1, count: 4 }), {
      draw,
    }),
  ),
];

const LOOKED_UP = [
  { x: [1, 3, 4, 1], window: 3 },
  { x: [2, 4, 3, 5], window: 5 },
  { x: [1, 7, 9, 48], window: 7 },
  { x: [1, 12, 5, 19], window: 31 },
] as const;

/** Some of the places are outside the image. */
const neighbourCases = (move: typeof gatherNeighbours) =>
  LOOKED_UP.map(({ x, window }) =>
    conformanceCase(
      `[${x}], window ${window}`,
      [x, [...x.slice(0, 3), 1]],
      (a, places) => move(a!, places!, { window }),
      { draw: (random, i) => (i === 0 ? signed(random, 0) : random.integer(window ** 2)), tolerance: SUM },
    ),
  );

const adamCase = (title: string, shape: Shape, step: number, options: Options) =>
  conformanceCase(
    title,
    [shape, shape, shape, shape],
    (value, gradient, m, v) =>
      Object.values(
        adam(
          value!,
          gradient!,
          { m: m!, v: v! },
          { rate: full([], 0.1), step: full([], step) },
          { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        ),
      ),
    options,
  );

const adamCases = [
  ...[1, 10, 100_000].flatMap((step) =>
    [[], [5], [3, 3, 4, 8], [10_007]].map((shape: Shape) =>
      adamCase(`[${shape}], step ${step}`, shape, step, {
        tolerance: SUM,
        draw: (random, i) => (i === 3 ? positive(random, i) : signed(random, i)),
      }),
    ),
  ),
  // Nothing moves, and 0 / 0 would be no number.
  adamCase('values of 1 without a gradient', [5], 1, { draw: (_, i) => (i === 0 ? 1 : 0) }),
];

/** Cases for every primitive. */
export const conformanceCases: { readonly [N in PrimitiveName]: readonly ConformanceCase[] } = {
  neg: unaryCases(neg),
  exp: [
    ...unaryCases(exp, { tolerance: FUNCTION }),
    conformanceCase('from e^-80 to e^80', [[4099]], exp, {
      tolerance: FUNCTION,
      draw: (random) => 80 * signed(random, 0),
    }),
  ],
  log: [
    ...unaryCases(log, { tolerance: { ...FUNCTION, relativeTo: 'largest' }, draw: positive }),
    conformanceCase('from e^-80 to e^80', [[4099]], log, {
      tolerance: { ...FUNCTION, relativeTo: 'largest' },
      draw: (random) => Math.exp(80 * signed(random, 0)),
    }),
  ],
  sqrt: unaryCases(sqrt, { draw: positive }),
  relu: unaryCases(relu),
  add: binaryCases(add),
  sub: binaryCases(sub),
  mul: binaryCases(mul),
  div: binaryCases(div, { draw: positive }),
  maximum: binaryCases(maximum),
  minimum: binaryCases(minimum),
  greater: binaryCases(greater),
  abs: unaryCases(abs),
  sigmoid: [
    ...unaryCases(sigmoid, { tolerance: FUNCTION }),
    conformanceCase('up to 80 from zero', [[4099]], sigmoid, {
      tolerance: { ...FUNCTION, relativeTo: 'largest' },
      draw: (random) => 80 * signed(random, 0),
    }),
  ],
  tanh: [
    ...unaryCases(tanh, { tolerance: FUNCTION }),
    conformanceCase('of what is small', [[99]], tanh, {
      tolerance: FUNCTION,
      draw: (random) => 1e-3 * signed(random, 0),
    }),
    conformanceCase('of what is large', [[99]], tanh, {
      tolerance: FUNCTION,
      draw: (random) => 100 * signed(random, 0),
    }),
  ],
  stopGradient: [
    conformanceCase('beside itself', [MOVED], (x) => [stopGradient(x), mul(x, stopGradient(x))]),
  ],
  // float16, which not every backend has: cast.test.ts
  cast: unaryCases((x) => cast(x, 'float32')),
  pow: [
    ...binaryCases(pow, { tolerance: FUNCTION, draw: positive }),
    ...[-3, -2, 0, 1, 2, 5].map((n) =>
      conformanceCase(`negative numbers to the power ${n}`, [[17]], (x) => pow(x, n), {
        tolerance: FUNCTION,
        draw: (random) => -0.5 - random.uniform(),
      }),
    ),
  ],
  where: [
    ...SIZES.map((shape) =>
      conformanceCase(`[${shape}]`, [shape, shape, shape], (c, a, b) => where(greater(c, 0), a, b)),
    ),
    conformanceCase('of a row, a column and a number', [[5], [7, 1]], (c, a) => where(greater(c, 0), a, 0.5)),
  ],
  full: SIZES.map((shape) => conformanceCase(`[${shape}]`, [], () => full(shape, 0.75))),
  matmul: matmulCases,
  conv2d: convCases,
  conv2dFilterGrad: filterGradCases,
  batchNorm: batchNormCases,
  batchNormInference: batchNormInferenceCases,
  batchNormGrad: batchNormGradCases,
  windowedAttention: attentionCases,
  windowedAttentionGrad: attentionGradCases,
  sum: sumCases,
  max: maxCases,
  broadcastTo: (
    [
      [[], [2, 3]],
      [[5], [2, 4, 5]],
      [[17], [2, 3, 5, 17]],
      [
        [2, 1, 3, 1],
        [2, 4, 3, 5],
      ],
      [
        [7, 1],
        [7, 9],
      ],
    ] as const
  ).map(([from, to]) => conformanceCase(`[${from}] to [${to}]`, [from], (x) => broadcastTo(x, to))),
  globalNorm: [
    conformanceCase('one scalar', [[]], (x) => globalNorm([x]), { tolerance: SUM }),
    conformanceCase('four tensors', [[3, 3, 4, 8], [9], [], [20_011]], (...xs) => globalNorm(xs), {
      tolerance: SUM,
    }),
    conformanceCase(
      'fourteen tensors, one of them large',
      [[70_001], ...Array.from({ length: 13 }, (_, i) => [i + 1])],
      (...xs) => globalNorm(xs),
      { tolerance: SUM },
    ),
  ],
  // Free by itself: the sum makes it a value of its own.
  reshape: [conformanceCase('[3, 5, 9] to [27, 5]', [MOVED], (x) => neg(reshape(x, [27, 5])))],
  transpose: [
    ...[
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ].map((axes) => conformanceCase(`axes [${axes}]`, [MOVED], (x) => transpose(x, axes))),
    conformanceCase('filters', [[3, 3, 8, 5]], (x) => transpose(x, [0, 1, 3, 2])),
  ],
  flip: AXES.map((axes) => conformanceCase(`axes [${axes}]`, [MOVED], (x) => flip(x, axes))),
  pad: [
    conformanceCase('a vector', [[5]], (x) => pad(x, [[2, 1]])),
    conformanceCase('an image', [[2, 3, 4, 5]], (x) =>
      pad(x, [
        [0, 0],
        [1, 2],
        [3, 0],
        [0, 1],
      ]),
    ),
    conformanceCase('by nothing', [[3, 5]], (x) =>
      pad(x, [
        [0, 0],
        [0, 0],
      ]),
    ),
  ],
  crop: [
    conformanceCase('a vector', [[9]], (x) => crop(x, [[2, 1]])),
    conformanceCase('an image', [[2, 6, 7, 5]], (x) =>
      crop(x, [
        [0, 1],
        [1, 2],
        [3, 0],
        [0, 2],
      ]),
    ),
  ],
  concatenate: [
    ...[0, 1, 2].map((axis) =>
      conformanceCase(
        `three tensors, axis ${axis}`,
        [1, 4, 2].map((n) => MOVED.map((size, a) => (a === axis ? n : size))),
        (...parts) => concatenate(parts, axis),
      ),
    ),
    conformanceCase('one tensor', [[2, 3]], (x) => concatenate([x])),
    conformanceCase(
      'thirteen tensors',
      Array.from({ length: 13 }, (_, i) => [2, i + 1, 3]),
      (...parts) => concatenate(parts, 1),
    ),
    conformanceCase(
      'a tensor twice',
      [
        [2, 3],
        [2, 1],
      ],
      (x, y) => concatenate([x, y, x]),
    ),
  ],
  adam: adamCases,
  radialBasis: radialBasisCases,
  radialBasisWeightsGrad: radialBasisWeightsGradCases,
  similarNeighbours: similarCases,
  gatherNeighbours: neighbourCases(gatherNeighbours),
  scatterNeighbours: neighbourCases(scatterNeighbours),
};
