import {
  abs,
  type Backend,
  batchNorm,
  batchNormInference,
  div,
  exp,
  globalNorm,
  greater,
  log,
  max,
  maximum,
  minimum,
  mul,
  pow,
  referenceBackend,
  relu,
  reshape,
  sigmoid,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  type Variable,
  variable,
  where,
  windowedAttention,
} from '@nlrn/tensor';
import { oneOfEachKind } from '@nlrn/tensor/testedBackends';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../src/grad.ts';
import { gradCases } from './gradCases.ts';

/** The gradients of the sum of a function's values in all of its inputs, at a point where they are not smooth, or nearly. */
interface Edge {
  readonly title: string;
  readonly at: readonly (readonly number[])[];
  readonly f: (...inputs: Variable[]) => Tensor;
  readonly gradients: readonly (readonly number[])[];
}

const NORM = { epsilon: 1, relu: true };

const attention = (theta: Tensor, psi: Tensor, g: Tensor, q: number) => {
  const pixels = [theta, psi, g].map((x) => reshape(x, [1, 1, x.shape[0]!, 1]));
  return windowedAttention(pixels[0]!, pixels[1]!, pixels[2]!, { q, normalize: 'softmax' }).Z;
};

const Inf = Number.POSITIVE_INFINITY;

/** Primitives with points at which a gradient is a choice, infinite, or near to 0 / 0. */
const EDGES: Readonly<Partial<Record<keyof typeof gradCases, readonly Edge[]>>> = {
  exp: [{ title: 'beyond what a number holds', at: [[-1000, 1000]], f: exp, gradients: [[0, Inf]] }],
  log: [
    { title: 'at zero', at: [[0]], f: log, gradients: [[Inf]] },
    {
      title: 'at zero, with a cotangent of zero',
      at: [[0]],
      f: (x) => mul(0, log(x)),
      gradients: [[Number.NaN]],
    },
  ],
  sqrt: [
    { title: 'at zero', at: [[0]], f: sqrt, gradients: [[Inf]] },
    {
      title: 'at zero, with a cotangent of zero',
      at: [[0]],
      f: (x) => square(sqrt(x)),
      gradients: [[Number.NaN]],
    },
  ],
  relu: [
    { title: 'at zero', at: [[0, -0]], f: relu, gradients: [[0, 0]] },
    { title: 'with an infinite cotangent', at: [[-1, 0]], f: (x) => sqrt(relu(x)), gradients: [[0, 0]] },
  ],
  div: [
    {
      title: 'by zero',
      at: [
        [1, -1],
        [0, 0],
      ],
      f: div,
      gradients: [
        [Inf, Inf],
        [-Inf, Inf],
      ],
    },
    { title: 'of zero by zero', at: [[0], [0]], f: div, gradients: [[Inf], [Number.NaN]] },
  ],
  maximum: [
    {
      title: 'of equals',
      at: [
        [2, 0],
        [2, -0],
      ],
      f: maximum,
      gradients: [
        [0, 0],
        [1, 1],
      ],
    },
    {
      title: 'with an infinite cotangent',
      at: [[-1], [0]],
      f: (a, b) => sqrt(maximum(a, b)),
      gradients: [[0], [Inf]],
    },
  ],
  minimum: [
    {
      title: 'of equals',
      at: [
        [2, 0],
        [2, -0],
      ],
      f: minimum,
      gradients: [
        [0, 0],
        [1, 1],
      ],
    },
    {
      title: 'with an infinite cotangent',
      at: [[1], [0]],
      f: (a, b) => sqrt(minimum(a, b)),
      gradients: [[0], [Inf]],
    },
  ],
  abs: [
    { title: 'at zero', at: [[0, -0]], f: abs, gradients: [[0, 0]] },
    { title: 'with an infinite cotangent', at: [[0]], f: (x) => sqrt(abs(x)), gradients: [[0]] },
  ],
  max: [
    { title: 'of equals', at: [[2, 1, 2]], f: (x) => max(x), gradients: [[0.5, 0, 0.5]] },
    { title: 'with an infinite cotangent', at: [[-1, 0]], f: (x) => sqrt(max(x)), gradients: [[0, Inf]] },
  ],
  sigmoid: [{ title: 'far out', at: [[-1000, 1000]], f: sigmoid, gradients: [[0, 0]] }],
  tanh: [{ title: 'far out', at: [[-1000, 1000]], f: tanh, gradients: [[0, 0]] }],
  pow: [
    { title: 'of zero', at: [[0], [2]], f: pow, gradients: [[0], [0]] },
    { title: 'of zero, by less than 1', at: [[0], [0.5]], f: pow, gradients: [[Inf], [0]] },
    { title: 'of zero, by zero', at: [[0], [0]], f: pow, gradients: [[0], [-Inf]] },
    {
      title: 'by zero, with an infinite cotangent',
      at: [[2], [0]],
      f: (a, b) => log(sub(pow(a, b), 1)),
      gradients: [[0], [Inf]],
    },
    {
      title: 'of zero, with an infinite cotangent',
      at: [[0], [0.5]],
      f: (a, b) => sqrt(pow(a, b)),
      gradients: [[Inf], [0]],
    },
    {
      title: 'by zero, of what has an infinite power -1 in float32',
      at: [
        [1e-39, -1e-39],
        [0, 0],
      ],
      f: (a) => pow(a, variable('b', [2])),
      gradients: [
        [0, 0],
        [0, 0],
      ],
    },
    {
      title: 'by zero, of what is no number, and of what is infinite',
      at: [
        [Number.NaN, Inf],
        [0, 0],
      ],
      f: pow,
      gradients: [
        [0, 0],
        [Number.NaN, Inf],
      ],
    },
  ],
  where: [
    {
      title: 'passes on to what was taken alone',
      at: [
        [0, -1],
        [5, 6],
        [7, 8],
      ],
      f: where,
      gradients: [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
    },
  ],
  greater: [{ title: 'of equals', at: [[2], [2]], f: greater, gradients: [[0], [0]] }],
  globalNorm: [
    { title: 'of zeros', at: [[0, 0], [0]], f: (x, y) => globalNorm([x, y]), gradients: [[0, 0], [0]] },
    {
      title: 'of a zero beside another',
      at: [[0, 0], [-2]],
      f: (x, y) => globalNorm([x, y]),
      gradients: [[0, 0], [-1]],
    },
  ],
  batchNorm: [
    {
      title: 'of equal values: the variance is zero',
      at: [[3, 3], [2], [1]],
      f: (x, scale, shift) =>
        sum(mul(variable('g', [2, 1], [1, 5]), batchNorm(reshape(x, [2, 1]), scale, shift, NORM).y)),
      gradients: [[-4, 4], [0], [6]],
    },
    {
      title: 'of the mean alone, without an epsilon',
      at: [[3, 3], [2], [1]],
      f: (x, scale, shift) => batchNorm(reshape(x, [2, 1]), scale, shift, { epsilon: 0, relu: false }).mean,
      gradients: [[0.5, 0.5], [0], [0]],
    },
    {
      title: 'at the kink of its relu',
      at: [[3, 3], [2], [0]],
      f: (x, scale, shift) => batchNorm(reshape(x, [2, 1]), scale, shift, NORM).y,
      gradients: [[0, 0], [0], [0]],
    },
  ],
  batchNormInference: [
    {
      title: 'with a variance of zero',
      at: [[3, 3], [2], [1], [3], [0]],
      f: (x, scale, shift, mean, variance) =>
        batchNormInference(reshape(x, [2, 1]), scale, shift, mean, variance, NORM),
      gradients: [[2, 2], [0], [2], [-4], [0]],
    },
    {
      title: 'where relu passes nothing, with an infinite cotangent',
      at: [[-3], [2], [1], [0], [0]],
      f: (x, scale, shift, mean, variance) =>
        sqrt(batchNormInference(reshape(x, [1, 1]), scale, shift, mean, variance, NORM)),
      gradients: [[0], [0], [0], [0], [0]],
    },
  ],
  windowedAttention: [
    {
      title: 'where all logits are equal',
      at: [
        [1, 1, 1],
        [0, 0, 0],
        [3, 0, 0],
      ],
      f: (theta, psi, g) => mul(variable('g', [1, 1, 3, 1], [1, 2, 4]), attention(theta, psi, g, 3)),
      gradients: [
        [0, 0, 0],
        [14 / 3, -7 / 3, -7 / 3],
        [7 / 3, 7 / 3, 7 / 3],
      ],
    },
    {
      title: 'over one pixel: its weight is 1',
      at: [[5], [7], [3]],
      f: (theta, psi, g) => attention(theta, psi, g, 1),
      gradients: [[0], [0], [1]],
    },
  ],
};
/** Primitives that are smooth wherever they are defined, which is everywhere. */
const SMOOTH: readonly (keyof typeof gradCases)[] = [
  'neg',
  'add',
  'sub',
  'mul',
  'full',
  'matmul',
  'conv2d',
  'conv2dFilterGrad',
  'sum',
  'broadcastTo',
  'reshape',
  'transpose',
  'flip',
  'pad',
  'crop',
  'concatenate',
  'stopGradient',
  'cast',
  'radialBasis',
  'similarNeighbours',
  'gatherNeighbours',
  'scatterNeighbours',
];

test('every primitive is smooth everywhere, or its edges are here', () => {
  assert.equal(
    [...SMOOTH, ...Object.keys(EDGES)].sort(),
    Object.keys(gradCases).sort(),
    'a primitive needs its points in `EDGES` of autograd/test/edges.test.ts, or its name in `SMOOTH`',
  );
});

/** Derivatives of a ** b, then those of each of them: da, db, daa, dab, dba, dbb. */
const POWERS: readonly (readonly [a: number, b: number, derivatives: readonly number[]])[] = [
  [2, 0, [0, Math.LN2, 0, 1 / 2, 1 / 2, Math.LN2 ** 2]],
  [-2, 2, [-4, Number.NaN, 2, Number.NaN, Number.NaN, Number.NaN]],
  [0, 2, [0, 0, 2, 0, 0, 0]],
  [0, 3, [0, 0, 0, 0, 0, 0]],
];

/** The values of scalars, in float64. */
async function valuesOf(tensors: readonly Tensor[]): Promise<number[]> {
  const outputs = Object.fromEntries(tensors.entries());
  return Object.values(await referenceBackend().compile({ outputs }).run()).map(([value]) => value!);
}

test('second derivatives of powers', async () => {
  for (const [base, exponent, wanted] of POWERS) {
    const inputs = [variable('a', [], [base]), variable('b', [], [exponent])] as const;
    const first = grad(pow(...inputs), inputs);
    const second = first.flatMap((g) => grad(g, inputs));
    assert.equal(await valuesOf([...first, ...second]), wanted, `${base} ** ${exponent}`);
  }
});

test('a polynomial of powers has all of its derivatives at zero', async () => {
  const z = variable('z', [], [0]);
  let p = sum(mul(variable('c', [4], [1, 2, 3, 4]), pow(z, variable('n', [4], [0, 1, 2, 3]))));
  for (const wanted of [1, 2, 6, 24, 0]) {
    assert.equal(await valuesOf([p]), [wanted]);
    [p] = grad(p, [z]);
  }
});
test.run();

/** Some roundings of float32. */
const TOLERANCE = 1e-6;

function isClose(found: number, wanted: number): boolean {
  return Object.is(found, wanted) || Math.abs(found - wanted) <= TOLERANCE * Math.abs(wanted);
}

for (const { name: kind, open } of oneOfEachKind) {
  const edges = suite(`gradients at edges: ${kind}`);
  let backend: Backend;
  edges.before(async () => {
    backend = await open();
  });
  edges.after(() => backend.dispose());
  for (const [name, cases] of Object.entries(EDGES)) {
    for (const { title, at, f, gradients } of cases) {
      // What is not finite is up to a GPU's compiler.
      if (kind !== 'reference' && !gradients.flat().every(Number.isFinite)) continue;
      edges(`${name} ${title}`, async () => {
        const inputs = at.map((values, i) => variable(`input ${i}`, [values.length], values));
        const found = grad(sum(f(...inputs)), inputs);
        const outputs = Object.fromEntries(found.map((g, i) => [`${i}`, g]));
        const values = await backend.compile({ outputs }).run();
        for (const [i, wanted] of gradients.entries()) {
          const got = [...values[`${i}`]!];
          assert.ok(
            got.every((value, k) => isClose(value, wanted[k]!)),
            `input ${i}: ${got}, not ${wanted}`,
          );
        }
      });
    }
  }
  edges.run();
}
