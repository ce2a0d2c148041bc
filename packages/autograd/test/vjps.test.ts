import {
  add,
  conv2d,
  div,
  exp,
  globalNorm,
  log,
  matmul,
  mul,
  primitives,
  Random,
  radialBasis,
  referenceBackend,
  sqrt,
  square,
  sum,
  type Tensor,
  variable,
  zeros,
} from '@nlrn/tensor';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGrads } from '../src/checkGrads.ts';
import { grad } from '../src/grad.ts';
import type { Rules } from '../src/vjps/rule.ts';
import { createInputs, fusedCases, type GradCase, gradCases, outputsOf } from './gradCases.ts';

const shapeOf = (tensor: Tensor) => [...tensor.shape];

/** Names of the primitives that tensors are made of. */
function primitivesOf(tensors: readonly Tensor[]): Set<string> {
  const seen = new Set(tensors);
  const names = new Set<string>();
  for (const { origin } of seen) {
    if (origin.kind !== 'operation') continue;
    names.add(origin.operation.primitive.name);
    for (const x of origin.operation.inputs) seen.add(x);
  }
  return names;
}

test('every primitive has a case, or is listed as a fused kernel without a gradient', () => {
  const covered = [...Object.keys(gradCases), ...Object.keys(fusedCases)];
  assert.equal(covered.sort(), Object.keys(primitives).sort());
});

for (const [name, create] of Object.entries(fusedCases)) {
  test(`${name} says that it has no gradient`, () => {
    const x = variable('x', []);
    const message = new RegExp(`^grad: ${name} is a fused kernel without a gradient of its own$`);
    assert.throws(
      () => grad(sum(create(x)), [x]),
      (error: Error) => message.test(error.message),
    );
  });
}

test('the slope of radialBasis says that it has no gradient', () => {
  const x = variable('x', [1]);
  const [slope] = grad(sum(radialBasis(x, zeros([1, 1]), zeros([1]), { width: 1 })), [x]);
  assert.throws(
    () => grad(sum(slope), [x]),
    /^grad: the slope of radialBasis is a fused kernel without a gradient of its own$/,
  );
});

test('a rule has as many tensors as its primitive: else it does not compile', () => {
  const right: Rules<'mul' | 'batchNorm'> = {
    mul: ({ g: [g], x: [a, b] }) => [mul(g, b), mul(g, a)],
    // @ts-expect-error batchNorm has three inputs
    batchNorm: ({ g: [g] }) => [g, g],
  };
  // @ts-expect-error exp has one input
  const second: Rules<'exp'> = { exp: ({ g: [g], x: [, b] }) => [mul(g, b)] };
  assert.is(right.mul.length + second.exp.length, 2);
});

test.run();

for (const [name, cases] of Object.entries(gradCases)) {
  const rule = suite(name);
  rule('has cases', () => assert.ok(cases.length > 0));
  for (const { title, f, ...given } of cases) {
    rule(title, async () => {
      const random = new Random(`${name}, ${title}`);
      const inputs = createInputs(given, random);
      const outputs = outputsOf(f(...inputs));
      assert.ok(primitivesOf(outputs).has(name), `the case does not use ${name}`);
      const gradients = grad(
        outputs.map((y) => sum(y)).reduce((a, b) => add(a, b)),
        inputs,
      );
      assert.equal(gradients.map(shapeOf), inputs.map(shapeOf));
      await checkGrads(
        () => outputs,
        inputs,
        () => random.uniform(),
      );
    });
  }
  rule.run();
}

/** Functions whose rules are made of primitives: their gradients can be differentiated again. */
const twice: Readonly<Record<string, Omit<GradCase, 'title' | 'draw'>>> = {
  'exp and mul': { inputs: [[3], [3]], f: (x, y) => exp(mul(square(x), y)) },
  'log, sqrt and div': { inputs: [[4], [4]], f: (x, y) => log(div(sqrt(x), mul(y, y))) },
  'matmul with a transpose': {
    inputs: [
      [2, 4, 3],
      [2, 4, 5],
    ],
    f: (a, b) => square(matmul(a, b, { transposeA: true })),
  },
  'conv2d with bias': {
    inputs: [[1, 4, 3, 2], [3, 2, 2, 2], [2]],
    f: (x, w, bias) => exp(conv2d(x, w, { padding: [1, 1], bias })),
  },
  globalNorm: { inputs: [[3], [2]], f: (x, y) => mul(globalNorm([x, y]), sum(x)) },
};

const second = suite('gradients of gradients');
for (const [title, { inputs, f }] of Object.entries(twice)) {
  second(title, async () => {
    const random = new Random(title);
    const variables = createInputs({ inputs, draw: () => 0.2 + 0.6 * random.uniform() }, random);
    const loss = outputsOf(f(...variables))
      .map((y) => sum(y))
      .reduce((a, b) => mul(a, b));
    const gradients = grad(loss, variables);
    await checkGrads(
      () => gradients,
      variables,
      () => random.uniform(),
    );
  });
}

second('the third derivative of x⁴ is 24 x', async () => {
  const x = variable('x', [], [0.5]);
  const [third] = [1, 2, 3].reduce<Tensor[]>(([y]) => grad(y!, [x]), [square(square(x))]);
  const program = referenceBackend().compile({ outputs: { third: third! } });
  assert.equal([...(await program.run()).third!], [12]);
});
second.run();
