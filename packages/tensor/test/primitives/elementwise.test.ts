import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  abs,
  add,
  type Backend,
  div,
  exp,
  full,
  greater,
  input,
  leakyRelu,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  ShapeError,
  sigmoid,
  sqrt,
  square,
  sub,
  tanh,
  where,
} from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';
import { oneOfEachKind } from '../testedBackends.ts';

const x = input('x', [4]);
const y = input('y', [4]);
const feeds = { x: [1, 4, -9, 0.25], y: [2, 4, 3, 0.5] };

test('one argument', async () => {
  assert.equal(await evaluate([neg(x), relu(x), square(x)], { x: feeds.x }), [
    [-1, -4, 9, -0.25],
    [1, 4, 0, 0.25],
    [1, 16, 81, 0.0625],
  ]);
  assert.equal(await evaluate([sqrt(square(x)), exp(mul(x, 0)), log(exp(mul(x, 0)))], { x: feeds.x }), [
    [1, 4, 9, 0.25],
    [1, 1, 1, 1],
    [0, 0, 0, 0],
  ]);
});

test('two arguments', async () => {
  assert.equal(await evaluate([add(x, y), sub(x, y), mul(x, y), div(x, y)], feeds), [
    [3, 8, -6, 0.75],
    [-1, 0, -12, -0.25],
    [2, 16, -27, 0.125],
    [0.5, 1, -3, 0.5],
  ]);
  assert.equal(await evaluate([maximum(x, y), minimum(x, y), greater(x, y), greater(y, x)], feeds), [
    [2, 4, 3, 0.5],
    [1, 4, -9, 0.25],
    [0, 0, 0, 0],
    [1, 0, 1, 1],
  ]);
});

test('numbers and scalars on either side', async () => {
  const s = input('s', []);
  const fed = { x: feeds.x, s: [2] };
  assert.equal(await evaluate([sub(x, 1), sub(1, x), sub(x, s), sub(s, x), sub(s, 5)], fed), [
    [0, 3, -10, -0.75],
    [0, -3, 10, 0.75],
    [-1, 2, -11, -1.75],
    [1, -2, 11, 1.75],
    [-3],
  ]);
});

test('leaky ReLU, with one slope and with one of each channel', async () => {
  const a = input('a', [2, 2]);
  assert.equal(
    await evaluate([leakyRelu(a, 0.1), leakyRelu(a, input('s', [2]))], { a: [1, -2, -3, 4], s: [0.5, 2] }),
    [
      [1, -0.2, -0.30000000000000004, 4],
      [1, -4, -1.5, 4],
    ],
  );
});

test('where, and powers', async () => {
  const a = input('a', [4]);
  assert.equal(await evaluate([where(greater(a, 0), a, -1), pow(a, 3), pow(2, a)], { a: [-2, 0, 1, 3] }), [
    [-1, -1, 1, 3],
    [-8, 0, 1, 27],
    [0.25, 1, 2, 8],
  ]);
});

test('shapes are repeated to a common one', async () => {
  const [a, row, column] = [input('a', [2, 3]), input('row', [3]), input('column', [2, 1])];
  const fed = { a: [1, 2, 3, 4, 5, 6], row: [10, 20, 30], column: [100, 200] };
  const outputs = [add(a, row), sub(column, a), add(column, row)];
  assert.equal(await evaluate(outputs, fed), [
    [11, 22, 33, 14, 25, 36],
    [99, 98, 97, 196, 195, 194],
    [110, 120, 130, 210, 220, 230],
  ]);
});

test('shapes without a common one are refused', () => {
  assert.throws(
    () => mul(input('a', [2, 3]), input('b', [2])),
    /mul: shapes \[2, 3\] and \[2\] must be equal or 1 in each axis/,
  );
  assert.throws(
    () => sub(input('a', [2, 1, 3]), input('b', [4, 2])),
    /sub: shapes \[2, 1, 3\] and \[4, 2\] must/,
  );
});

test('what is no tensor and no number is refused, by the name of the operation', () => {
  const untyped = (given: unknown) => given as number;
  const list = 'a list: make a variable of it, or feed it to an input';
  const refused = (attempt: () => unknown, problem: string) =>
    assert.throws(
      attempt,
      (error: Error) => error instanceof ShapeError && error.message.startsWith(problem),
    );
  refused(() => add(x, untyped([10, 20, 30])), `add: needs a tensor or a number, was given ${list}`);
  refused(() => mul(untyped(Float32Array.of(1)), x), `mul: needs a tensor or a number, was given ${list}`);
  refused(() => add(x, untyped('2')), "add: needs a tensor or a number, was given '2'");
  refused(() => sub(x, untyped(undefined)), 'sub: needs a tensor or a number, was given undefined');
  refused(() => where(untyped(true), x, 0), 'where: needs a tensor or a number, was given true');
  refused(
    () => leakyRelu(x, untyped(undefined)),
    'leakyRelu: needs a tensor or a number, was given undefined',
  );
  refused(() => full([2], untyped('3')), "full: needs a number, was given '3'");
  refused(() => full([2], untyped([3])), `full: needs a number, was given ${list}`);
});
test.run();

const NaN_ = Number.NaN;
const Inf = Infinity;

/** Values that training meets when it goes wrong, and that must not be hidden. */
const special = {
  exp: { f: exp, given: [-Inf, -200, 200, Inf, NaN_, 0], expected: [0, 0, Inf, Inf, NaN_, 1] },
  log: { f: log, given: [0, -1, Inf, NaN_, 1], expected: [-Inf, NaN_, Inf, NaN_, 0] },
  sqrt: { f: sqrt, given: [-1, Inf, NaN_, 0], expected: [NaN_, Inf, NaN_, 0] },
  relu: { f: relu, given: [NaN_, -Inf, Inf], expected: [NaN_, 0, Inf] },
  abs: { f: abs, given: [NaN_, -Inf, -1], expected: [NaN_, Inf, 1] },
  sigmoid: { f: sigmoid, given: [NaN_, -Inf, Inf, 0], expected: [NaN_, 0, 1, 0.5] },
  tanh: { f: tanh, given: [NaN_, -Inf, Inf, 0], expected: [NaN_, -1, 1, 0] },
};

for (const { name, isGpu, open } of oneOfEachKind) {
  const values = suite(`special values: ${name}`);
  let backend: Backend;
  values.before(async () => {
    backend = await open();
  });
  values.after(() => backend.dispose());
  for (const [title, { f, given, expected }] of Object.entries(special)) {
    // Seven copies, so that they pass through vectors and through the rest.
    const copies = (numbers: readonly number[]) => new Array<readonly number[]>(7).fill(numbers).flat();
    values(title, async () => {
      const program = backend.compile({ outputs: { y: f(input('x', [7 * given.length])) } });
      const found = await program.run({ x: copies(given) });
      assert.equal([...found.y!], copies(expected));
    });
  }
  // Shading languages do not promise the sign of zero.
  if (!isGpu)
    values('what is zero has the sign of its formula', async () => {
      const [x, size] = [[0, -0], 7];
      const copies = new Array<readonly number[]>(size).fill(x).flat();
      const given = input('x', [copies.length]);
      const outputs = { tanh: tanh(given), neg: neg(given), abs: abs(given) };
      const found = await backend.compile({ outputs }).run({ x: copies });
      const isMinus = (y: ArrayLike<number>) => Array.from(y, (value) => Object.is(value, -0));
      assert.equal(isMinus(found.tanh!), new Array(2 * size).fill(false));
      assert.equal(isMinus(found.neg!), new Array(size).fill([true, false]).flat());
      assert.equal(isMinus(found.abs!), new Array(2 * size).fill(false));
    });
  values('two arguments', async () => {
    const [a, b] = [input('a', [9]), input('b', [9])];
    const outputs = {
      div: div(a, b),
      maximum: maximum(a, b),
      minimum: minimum(a, b),
      greater: greater(a, b),
    };
    const fed = { a: [1, -1, 0, NaN_, 1, Inf, -Inf, Inf, 1], b: [0, 0, 0, 1, NaN_, Inf, Inf, 1, -Inf] };
    const found = await backend.compile({ outputs }).run(fed);
    assert.equal([...found.div!], [Inf, -Inf, NaN_, NaN_, NaN_, NaN_, NaN_, Inf, -0]);
    assert.equal([...found.maximum!], [1, 0, 0, NaN_, NaN_, Inf, Inf, Inf, 1]);
    assert.equal([...found.minimum!], [0, -1, 0, NaN_, NaN_, Inf, -Inf, 1, -Inf]);
    assert.equal([...found.greater!], [1, 0, 0, 0, 0, 0, 0, 1, 1]);
  });
  values('powers', async () => {
    // The last four are what a GPU's own function makes of them.
    const count = isGpu ? 5 : 9;
    const [a, b] = [input('a', [count]), input('b', [count])];
    const found = await backend.compile({ outputs: { y: pow(a, b) } }).run({
      a: [-2, -2, -2, 0, 4, 0, NaN_, Inf, Inf].slice(0, count),
      b: [3, 2, 0.5, 2, 0.5, -1, 2, 2, -1].slice(0, count),
    });
    assert.equal([...found.y!], [-8, 4, NaN_, 0, 2, Inf, NaN_, Inf, 0].slice(0, count));
  });
  values('where takes what it does not choose for nothing', async () => {
    const [c, a, b] = [input('c', [5]), input('a', [5]), input('b', [5])];
    const found = await backend.compile({ outputs: { y: where(c, a, b) } }).run({
      c: [0, 1, 0, 1, -2],
      a: [NaN_, NaN_, Inf, 3, -Inf],
      b: [1, 2, NaN_, NaN_, Inf],
    });
    assert.equal([...found.y!], [1, NaN_, NaN_, 3, -Inf]);
  });
  values.run();
}
