import {
  add,
  div,
  exp,
  matmul,
  mul,
  neg,
  Random,
  relu,
  sub,
  sum,
  type Tensor,
  type Variable,
  variable,
} from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGrads, GRADIENT_TOLERANCE } from '../src/checkGrads.ts';
import { rules } from '../src/vjps/index.ts';

const uniforms = () => {
  const random = new Random('checkGrads');
  return () => random.uniform();
};

const x = variable('x', [3], [0.1, -0.2, 0.3]);
const y = variable('y', [3], [0.5, 0.6, 0.7]);

async function failureOf(f: (...inputs: Tensor[]) => readonly Tensor[]): Promise<string> {
  return checkGrads(f, [x, y], uniforms()).then(
    (error) => assert.unreachable(`a wrong rule passed with error ${error}`) as never,
    (error: Error) => error.message,
  );
}

/** What checking a function of one input comes to. */
async function messageOf(f: (...inputs: Tensor[]) => readonly Tensor[], of: Variable): Promise<string> {
  return checkGrads(f, [of], uniforms()).then(
    () => 'passed',
    (error: Error) => error.message,
  );
}

/** Runs `f` while one of the rules is another one. */
async function withRule(name: keyof typeof rules, rule: unknown, f: () => Promise<void>): Promise<void> {
  const right = rules[name];
  Object.assign(rules, { [name]: rule });
  try {
    await f();
  } finally {
    Object.assign(rules, { [name]: right });
  }
}

test('a right rule passes, far below the tolerance', async () => {
  const error = await checkGrads((a, b) => [mul(exp(a!), b!)], [x, y], uniforms());
  assert.ok(error < GRADIENT_TOLERANCE / 100, `${error}`);
});

test('an input may have more elements than a call may have arguments', async () => {
  const large = variable('large', [200_000], new Float64Array(200_000).fill(0.5));
  assert.is(await messageOf((a) => [mul(a!, 2)], large), 'passed');
});

test('a wrong sign is found, and the input named', async () => {
  const wrong = ({ g, x: [a, b] }: { g: Tensor[]; x: Tensor[] }) => [mul(g[0]!, b!), mul(-1, mul(g[0]!, a!))];
  await withRule('mul', wrong, async () => {
    assert.match(
      await failureOf((a, b) => [mul(a!, b!)]),
      /^checkGrads: in y: gradient gives .*, central difference /,
    );
  });
});

test('a factor that is wrong by a hundred thousandth is found', async () => {
  const wrong = ({ g, y: [z] }: { g: Tensor[]; y: Tensor[] }) => [mul(1.00001, mul(g[0]!, z!))];
  await withRule('exp', wrong, async () => {
    assert.match(await failureOf((a) => [exp(a!)]), /^checkGrads: in x: /);
  });
});

test('a rule that gives zero is found where the gradient is small, and where all is small', async () => {
  const zero = ({ g }: { g: Tensor[] }) => [mul(0, g[0]!)];
  const far = variable('far', [2], [-18, -30]);
  const near = variable('near', [2], [1e-12, 3e-12]);
  await withRule('exp', zero, async () => {
    assert.match(await messageOf((a) => [exp(a!)], far), /^checkGrads: in far: gradient gives 0, /);
  });
  await withRule('neg', zero, async () => {
    assert.match(await messageOf((a) => [neg(a!)], near), /^checkGrads: in near: gradient gives 0, /);
  });
  assert.is(await messageOf((a) => [exp(a!)], far), 'passed');
  assert.is(await messageOf((a) => [neg(a!)], near), 'passed');
});

test('a gradient of zero passes: also one that only rounding keeps from it', async () => {
  assert.is(await messageOf((a) => [sub(a!, a!)], x), 'passed');
  // A softmax does not change when all of its logits do.
  const total = (a: Tensor) => sum(exp(a));
  const shifted = (a: Tensor) => div(exp(add(y, a)), total(add(y, a)));
  assert.is(await messageOf((a) => [shifted(a!)], variable('shift', [], [0.3])), 'passed');
});

test('rows and columns exchanged are found, though the shapes agree', async () => {
  const a = variable('a', [2, 2], [1, 2, 3, 4]);
  const wrong = ({ g, x: [p, q] }: { g: Tensor[]; x: Tensor[] }) => [matmul(g[0]!, q!), matmul(p!, g[0]!)];
  await withRule('matmul', wrong, async () => {
    assert.match(await messageOf((p) => [matmul(p!, p!)], a), /^checkGrads: in a: /);
  });
});

test('a gradient of NaN does not pass', async () => {
  const wrong = () => [variable('nan', [3], [0, Number.NaN, 0])];
  await withRule('exp', wrong, async () => {
    assert.match(await failureOf((a) => [exp(a!)]), /^checkGrads: in x: gradient gives NaN/);
  });
});

test('a kink is found: there is no derivative', async () => {
  const zero = variable('zero', [1]);
  assert.match(await messageOf((a) => [sum(relu(a!))], zero), /^checkGrads: in zero: /);
});

test('an input of float16 is refused, whose rounding would be taken for a wrong rule', async () => {
  const h = variable('h', [2], [1, 2], { dtype: 'float16' });
  assert.is(
    await messageOf((t) => [mul(t!, t!)], h),
    'checkGrads: h is float16, whose rounding hides the step',
  );
});

test.run();
