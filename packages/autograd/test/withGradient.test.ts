import {
  add,
  div,
  exp,
  formatTensor,
  log,
  mul,
  named,
  neg,
  Random,
  referenceBackend,
  sub,
  sum,
  type Tensor,
  variable,
  zeros,
} from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGrads } from '../src/checkGrads.ts';
import { grad } from '../src/grad.ts';
import { withGradient } from '../src/withGradient.ts';

const uniforms = () => {
  const random = new Random('withGradient');
  return () => random.uniform();
};

async function valuesOf(tensor: Tensor): Promise<number[]> {
  const { y } = await referenceBackend()
    .compile({ outputs: { y: tensor } })
    .run();
  return [...y];
}

const x = variable('x', [3], [-0.5, 0.25, 1]);

const softplus = withGradient(
  (x: Tensor) => log(add(1, exp(x))),
  ({ g: [g], x: [x] }) => [div(g, add(1, exp(neg(x))))],
);

test('a right rule passes checkGrads, and the values are those of the function', async () => {
  await checkGrads((x) => [softplus(x)], [x], uniforms());
  await checkGrads((x) => [mul(softplus(softplus(x)), x)], [x], uniforms());
  assert.equal(await valuesOf(softplus(x)), await valuesOf(log(add(1, exp(x)))));
});

test('the rule is used in place of those of the operations', async () => {
  const large = variable('large', [2], [800, -800]);
  // By the operations' own rules: exp(800) / exp(800), NaN.
  assert.equal(await valuesOf(grad(sum(log(add(1, exp(large)))), [large])[0]), [Number.NaN, 0]);
  assert.equal(await valuesOf(grad(sum(softplus(large)), [large])[0]), [1, 0]);
});

test('a wrong rule does not pass', async () => {
  const wrong = withGradient(exp, ({ g: [g], y: [y] }) => [neg(mul(g, y))]);
  const message = await checkGrads((x) => [wrong(x)], [x], uniforms()).catch((error: Error) => error.message);
  assert.match(`${message}`, /^checkGrads: in x: gradient gives /);
});

test('several arguments and several results; null where nothing flows', async () => {
  const both = withGradient(
    (a: Tensor, b: Tensor) => [mul(a, b), sub(a, b)] as const,
    ({ g: [product, difference], x: [a, b] }) => [
      add(mul(product, b), difference),
      sub(mul(product, a), difference),
    ],
  );
  const b = variable('b', [3], [2, 3, 4]);
  await checkGrads(both, [x, b], uniforms());
  const [product] = both(x, b);
  assert.equal(await valuesOf(grad(sum(product), [b])[0]), [-0.5, 0.25, 1]);
  const stopped = withGradient(
    (x: Tensor) => x,
    () => [null],
  );
  assert.equal(await valuesOf(grad(sum(mul(x, stopped(x))), [x])[0]), [-0.5, 0.25, 1]);
});

test('it tells which results the loss depends on', () => {
  const seen: boolean[][] = [];
  const pair = withGradient(
    (x: Tensor) => [neg(x), exp(x)] as const,
    ({ used, x: [x] }) => {
      seen.push([...used]);
      return [zeros(x.shape)];
    },
  );
  grad(sum(pair(x)[1]), [x]);
  assert.equal(seen, [[false, true]]);
});

test('a gradient of a gradient goes through the rule’s own operations', async () => {
  const cube = withGradient(
    (x: Tensor) => mul(x, mul(x, x)),
    ({ g: [g], x: [x] }) => [mul(g, mul(3, mul(x, x)))],
  );
  const [first] = grad(sum(cube(x)), [x]);
  assert.equal(await valuesOf(grad(sum(first), [x])[0]), [-3, 1.5, 6]);
});

test('it costs no instruction, and hides no equal formula', () => {
  const { program } = referenceBackend().compile({ outputs: { a: softplus(x), b: log(add(1, exp(x))) } });
  const { program: plain } = referenceBackend().compile({ outputs: { b: log(add(1, exp(x))) } });
  assert.is(program.instructions.length, plain.instructions.length);
});

test('what comes to the old value of a variable is a copy of it while the program changes the variable', async () => {
  const same = withGradient(
    (x: Tensor) => mul(x, 1),
    ({ g: [g] }) => [g],
  );
  const backend = referenceBackend();
  const step = backend.compile({ outputs: { old: same(x) }, updates: new Map([[x, add(x, 1)]]) });
  assert.equal([...(await step.run()).old], [-0.5, 0.25, 1]);
  assert.equal([...(await step.run()).old], [0.5, 1.25, 2]);
});

test('a printed formula shows the function with its values', () => {
  const square = withGradient(
    function squared(x: Tensor) {
      return mul(x, x);
    },
    ({ g: [g], x: [x] }) => [mul(2, mul(g, x))],
  );
  assert.is(formatTensor(square(x)), 'squared(x, mul(x, x))  [3]');
  assert.is(formatTensor(named('y', square(x))), 'y = squared(x, mul(x, x))  [3]');
});

test('a rule that returns too few gradients, or one of a wrong shape, is named', () => {
  const short = withGradient(mul, (() => []) as never);
  assert.throws(
    () => grad(sum(short(x, x)), [x]),
    /grad: the rule of .* must return a gradient, or null, for each input: \[3\], \[3\]; it returned none/,
  );
  const scalar = withGradient(exp, ({ g: [g] }) => [sum(g)]);
  assert.throws(() => grad(sum(scalar(x)), [x]), /for each input: \[3\]; it returned \[\]/);
});

test.run();
