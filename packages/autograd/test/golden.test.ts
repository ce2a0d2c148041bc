import {
  abs,
  add,
  type Backend,
  batchNorm,
  batchNormInference,
  broadcastTo,
  cast,
  concatenate,
  conv2d,
  conv2dFilterGrad,
  crop,
  type Data,
  div,
  exp,
  flip,
  full,
  gatherNeighbours,
  globalNorm,
  greater,
  input,
  log,
  matmul,
  max,
  maximum,
  minimum,
  mul,
  neg,
  type PrimitiveName,
  pad,
  pow,
  primitives,
  radialBasis,
  relu,
  reshape,
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
} from '@nlrn/tensor';
import { oneOfEachKind } from '@nlrn/tensor/testedBackends';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../src/grad.ts';
import { readFixture, type Stored } from './fixture.ts';

/**
 * Norm of the difference over norm of the expected tensor: float32 against PyTorch's float64. A single
 * operation is good to about 1e-6; batch norm's gradients, differences of large sums, to about 1e-5.
 */
const TOLERANCE = 1e-4;

type Formula = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

const normalized = (withRelu: boolean): Formula => {
  return (x, scale, shift) => Object.values(batchNorm(x!, scale!, shift!, { epsilon: 1e-5, relu: withRelu }));
};

const normalizedByGiven = (withRelu: boolean): Formula => {
  return (x, scale, shift, mean, variance) =>
    batchNormInference(x!, scale!, shift!, mean!, variance!, { epsilon: 1e-5, relu: withRelu });
};

const attentionFormulas = [1, 3, 5, 7].flatMap((q) =>
  (['softmax', 'mean'] as const).flatMap((normalize) =>
    ['', ', previous'].map((state): [string, Formula] => [
      `windowedAttention, q ${q}, ${normalize}${state}`,
      (theta, psi, g, previous) => {
        const { Z, logits } = windowedAttention(theta!, psi!, g!, { q, normalize, previous });
        return [Z, logits];
      },
    ]),
  ),
);

/** The place of the pixel that is most similar to each one. */
function mostSimilar(x: Tensor): Tensor {
  const places = similarNeighbours(x, { window: 3, patch: 1, count: 2 });
  return crop(places, [
    [0, 0],
    [0, 0],
    [0, 0],
    [1, 0],
  ]);
}

/** Our side of each case of `fixtures/make.py`; the name begins with that of the primitive. */
const formulas: Readonly<Record<string, Formula>> = {
  neg,
  exp,
  log,
  sqrt,
  relu,
  add,
  sub,
  mul,
  'mul, scalar': mul,
  div,
  'div, scalar': div,
  maximum,
  minimum,
  greater: (a, b) => mul(mul(greater(a!, b!), a!), b!),
  full: (x) => mul(x!, full([3, 5], 0.75)),
  matmul: (a, b) => matmul(a!, b!),
  'matmul, aT': (a, b) => matmul(a!, b!, { transposeA: true }),
  'matmul, bT': (a, b) => matmul(a!, b!, { transposeB: true }),
  'matmul, aT bT, batch': (a, b) => matmul(a!, b!, { transposeA: true, transposeB: true }),
  'conv2d, 3 x 3': (x, w, bias) => conv2d(x!, w!, { padding: 1, bias }),
  'conv2d, 1 x 1': (x, w, bias) => conv2d(x!, w!, { bias }),
  'conv2d, 5 x 3': (x, w) => conv2d(x!, w!, { padding: [2, 1] }),
  'conv2d, 2 x 2': (x, w) => conv2d(x!, w!),
  conv2dFilterGrad: (x, g) => conv2dFilterGrad(x!, g!, { padding: [1, 1], height: 3, width: 3 }),
  batchNorm: normalized(false),
  'batchNorm, relu': normalized(true),
  batchNormInference: normalizedByGiven(false),
  'batchNormInference, relu': normalizedByGiven(true),
  ...Object.fromEntries(attentionFormulas),
  sum: (x) => sum(x!, { axes: [0, 2] }),
  'sum, all': (x) => sum(x!),
  broadcastTo: (x) => broadcastTo(x!, [2, 3, 4]),
  globalNorm: (...xs) => globalNorm(xs),
  reshape: (x) => reshape(x!, [4, 6]),
  transpose: (x) => transpose(x!, [2, 0, 1]),
  flip: (x) => flip(x!, [0, 2]),
  pad: (x) =>
    pad(x!, [
      [1, 3],
      [2, 0],
    ]),
  crop: (x) =>
    crop(x!, [
      [1, 2],
      [2, 0],
    ]),
  concatenate: (...xs) => concatenate(xs),
  abs,
  sigmoid,
  tanh,
  pow,
  where: (c, a, b) => mul(where(greater(c!, 0), a!, b!), c!),
  stopGradient: (x) => mul(stopGradient(x!), x!),
  cast: (x) => cast(x!, 'float32'),
  max: (x) => max(x!, { axes: [0, 2] }),
  radialBasis: (x, weights, centres) => radialBasis(x!, weights!, centres!, { width: 0.5 }),
  similarNeighbours: (x) => mul(mostSimilar(x!), x!),
  gatherNeighbours: (x) => gatherNeighbours(x!, mostSimilar(x!), { window: 3 }),
  scatterNeighbours: (x) => scatterNeighbours(x!, mostSimilar(x!), { window: 3 }),
  'add, row and column': add,
  'mul, channels': mul,
};

/** Fused gradients, which appear in the gradient of the primitive they belong to; and the optimiser's, whose case is in nn. */
const ELSEWHERE = ['batchNormGrad', 'windowedAttentionGrad', 'radialBasisWeightsGrad', 'adam'];

/** Primitives that are not compared with PyTorch yet, as those who added them did not have it. */
const NOT_COMPARED: readonly PrimitiveName[] = [];

const fixture = readFixture('primitives');

/** The tensors `<name>/<role>0`, `<name>/<role>1`, … */
function stored(name: string, role: string): Stored[] {
  const found: Stored[] = [];
  for (let i = 0; fixture.has(`${name}/${role}${i}`); i++) found.push(fixture.get(`${name}/${role}${i}`)!);
  return found;
}

const cases = [...new Set([...fixture.keys()].map((key) => key.slice(0, key.lastIndexOf('/'))))];

test('every case of the fixture has a formula', () => {
  assert.equal(
    Object.keys(formulas).sort(),
    cases.sort(),
    'what autograd/test/fixtures/make.py has a case for, and `formulas` of golden.test.ts a formula',
  );
});

test('every primitive is compared with PyTorch, or listed as one that is not yet', () => {
  const covered = [...new Set(cases.map((name) => name.split(',')[0]!)), ...ELSEWHERE, ...NOT_COMPARED];
  assert.equal(
    covered.sort(),
    Object.keys(primitives).sort(),
    'a primitive needs a case in autograd/test/fixtures/make.py, which is then run with PyTorch (Debian: python3-torch), and its ' +
      'formula in `formulas` of golden.test.ts; without PyTorch its name in `NOT_COMPARED` there, until there is a case',
  );
});

test.run();

for (const { name, open } of oneOfEachKind) {
  const golden = suite(`PyTorch: ${name}`);
  let backend: Backend;
  golden.before(async () => {
    backend = await open();
  });
  golden.after(() => backend.dispose());

  for (const [title, f] of Object.entries(formulas)) {
    golden(title, async () => {
      const inputs = stored(title, 'in').map(({ shape }, i) => input(`in${i}`, shape));
      const cotangents = stored(title, 'cot').map(({ shape }, i) => input(`cot${i}`, shape));
      const outputs = [f(...inputs)].flat() as Tensor[];
      assert.is(outputs.length, cotangents.length);
      const loss = outputs.map((y, k) => sum(mul(y, cotangents[k]!))).reduce((a, b) => add(a, b));
      const expected = stored(title, 'grad');
      const gradients = expected.length > 0 ? grad(loss, inputs) : [];

      const values = await backend
        .compile({ outputs: { loss, ...numbered('out', outputs), ...numbered('grad', gradients) } })
        .run(dataOf({ ...numbered('in', stored(title, 'in')), ...numbered('cot', stored(title, 'cot')) }));
      assertAllClose(values, numbered('out', stored(title, 'out')));
      assertAllClose(values, numbered('grad', expected));
    });
  }
  golden.run();
}

function numbered<T>(role: string, items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map((item, i) => [`${role}${i}`, item]));
}

function dataOf(items: Readonly<Record<string, Stored>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(items).map(([name, { data }]) => [name, data]));
}

function assertAllClose(
  values: Readonly<Record<string, Data>>,
  expected: Readonly<Record<string, Stored>>,
): void {
  for (const [name, wanted] of Object.entries(expected)) assertClose(values[name]!, wanted, name);
}

function assertClose(found: ArrayLike<number>, { data }: Stored, what: string): void {
  assert.is(found.length, data.length, what);
  const norm = Math.hypot(...data);
  const error = Math.hypot(...data.map((value, i) => found[i]! - value)) / (norm === 0 ? 1 : norm);
  assert.ok(error <= TOLERANCE, `${what}: relative error ${error}`);
}
