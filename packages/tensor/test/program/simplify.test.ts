import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  broadcastTo,
  concatenate,
  crop,
  div,
  exp,
  flip,
  formatInstruction,
  full,
  type Graph,
  input,
  log,
  maximum,
  mul,
  neg,
  pad,
  pow,
  referenceBackend,
  relu,
  reshape,
  sigmoid,
  sqrt,
  sub,
  sum,
  type Tensor,
  transpose,
  variable,
  where,
} from '../../src/index.ts';

const { compile } = referenceBackend();

const printed = (graph: Graph) =>
  compile(graph).program.instructions.map((instruction) =>
    formatInstruction(instruction).replaceAll(/ @\d+/g, ''),
  );

const x = input('x', [2, 3]);
const column = input('column', [2, 1]);
const cube = input('cube', [3, 3, 3]);
const none = [
  [0, 0],
  [0, 0],
] as const;

const numbered = (length: number) => Float32Array.from({ length }, (_, i) => i + 2);
const feeds = { x: numbered(6), column: numbered(2), cube: numbered(27) };

/** The values of a tensor of one of the inputs, and the input's. */
async function valuesOf(tensor: Tensor): Promise<{ y: number[]; x: number[]; steps: number }> {
  const executable = compile({ outputs: { y: tensor } });
  const { inputs, instructions } = executable.program;
  const name = inputs[0]!.name as keyof typeof feeds;
  const { y } = await executable.run({ [name]: feeds[name] });
  return { y: [...y], x: [...feeds[name]], steps: instructions.length };
}

/** Formulas that are x, column or cube again, by whatever they do to it. */
const same: Readonly<Record<string, Tensor>> = {
  'x + 0': add(x, 0),
  '0 + x': add(0, x),
  'x - 0': sub(x, 0),
  'x · 1': mul(x, 1),
  '1 · x': mul(1, x),
  'x / 1': div(x, 1),
  'x + a tensor of zeros': add(x, full([2, 3], 0)),
  'x · a tensor of ones': mul(x, full([2, 3], 1)),
  '-(-x)': neg(neg(x)),
  '-(-1 · x)': neg(mul(-1, x)),
  'a sum over no axes': sum(x, { axes: [] }),
  'a sum over an axis of size 1, reshaped': reshape(sum(column, { axes: [1] }), [2, 1]),
  'reshapes there and back': reshape(reshape(reshape(x, [6]), [3, 2]), [2, 3]),
  'a transpose of nothing': transpose(x, [0, 1]),
  'a transpose, and another': transpose(transpose(x)),
  'a turn of three axes, and back': transpose(transpose(cube, [1, 2, 0]), [2, 0, 1]),
  'a turn of three axes, three times': [1, 2, 3].reduce<Tensor>((y) => transpose(y, [1, 2, 0]), cube),
  'an axis of size 1 exchanged, reshaped': reshape(transpose(column), [2, 1]),
  'a flip of an axis of size 1': flip(column, [1]),
  'a pad and a crop by nothing': crop(pad(x, none), none),
  'x, chosen by a number': where(2, x, column),
  'x, where it is not the other': where(full([2, 3], 0), 7, x),
  'one tensor joined': concatenate([x]),
  'all at once': mul(add(neg(neg(reshape(sum(x, { axes: [] }), [2, 3]))), sub(1, 1)), exp(sub(2, 2))),
};

const unchanged = suite('what changes nothing is left out');
for (const [title, tensor] of Object.entries(same)) {
  unchanged(title, async () => {
    const { y, x, steps } = await valuesOf(tensor);
    assert.equal({ y, steps }, { y: x, steps: 0 });
  });
}
unchanged.run();

/** Formulas that look like those, and are something else. */
const different: Readonly<Record<string, readonly [Tensor, (x: number, at: number) => number]>> = {
  '0 - x': [sub(0, x), (x) => -x],
  '1 / x': [div(1, x), (x) => 1 / x],
  'x - 1': [sub(x, 1), (x) => x - 1],
  'x · 0 + 1': [add(mul(x, 0), 1), () => 1],
  // cube[i, j, k] is at 9i + 3j + k.
  'a turn of three axes, twice': [
    transpose(transpose(cube, [1, 2, 0]), [1, 2, 0]),
    (_, at) => feeds.cube[9 * (Math.floor(at / 3) % 3) + 3 * (at % 3) + Math.floor(at / 9)]!,
  ],
  'a turn of three axes, and another exchange': [
    transpose(transpose(cube, [1, 2, 0]), [0, 2, 1]),
    (_, at) => feeds.cube[9 * (Math.floor(at / 3) % 3) + 3 * Math.floor(at / 9) + (at % 3)]!,
  ],
};

const changed = suite('what changes something is computed');
for (const [title, [tensor, wanted]] of Object.entries(different)) {
  changed(title, async () => {
    const { y, x } = await valuesOf(tensor);
    assert.equal(
      y,
      x.map((value, at) => wanted(value, at)),
    );
  });
}
changed.run();

/** Formulas of constants alone. */
const constants: Readonly<Record<string, readonly [Tensor, readonly number[]]>> = {
  'functions of numbers': [log(exp(sqrt(div(add(7, 1), sub(4, 2))))), [2]],
  'any element-wise function': [sigmoid(pow(full([], 0), 2)), [0.5]],
  'relu and maximum': [maximum(relu(full([], -2)), -3), [0]],
  'a repeated one': [broadcastTo(full([1, 1], 3), [1, 2]), [3, 3]],
  'its sum': [sum(full([2, 3], 5), { axes: [1] }), [15, 15]],
  'moved ones': [
    transpose(
      flip(
        crop(reshape(full([2, 3], 4), [3, 2]), [
          [1, 1],
          [0, 0],
        ]),
        [0, 1],
      ),
    ),
    [4, 4],
  ],
  'infinity times zero': [mul(full([], Infinity), 0), [Number.NaN]],
  'zeros below': [div(1, neg(full([], 0))), [-Infinity]],
};

const known = suite('constants of constants are computed beforehand');
for (const [title, [tensor, values]] of Object.entries(constants)) {
  known(title, async () => {
    assert.is(printed({ outputs: { y: tensor } }).length, 1);
    const { y } = await compile({ outputs: { y: tensor } }).run();
    assert.equal([...y], values);
  });
}
known.run();

test('constants side by side are not one constant', async () => {
  const joined = concatenate([full([1], 1), full([2], 3)]);
  const padded = pad(full([1], 5), [[1, 1]]);
  const { y, z } = await compile({ outputs: { y: joined, z: padded } }).run();
  assert.equal([...y, ...z], [1, 3, 3, 0, 5, 0]);
});

test('zero times x is computed: it is NaN where x is NaN or infinite', async () => {
  const { y } = await compile({ outputs: { y: mul(0, x) } }).run({
    x: [1, Number.NaN, Infinity, -Infinity, 0, -1],
  });
  assert.equal([...y], [0, Number.NaN, Number.NaN, Number.NaN, 0, -0]);
  assert.is(printed({ outputs: { y: sub(x, x) } }).length, 1);
});

test('what has another shape than x is not x', () => {
  const s = input('s', []);
  assert.equal(printed({ outputs: { y: add(s, full([2], 0)) } }), [
    '%0 [2] = add(s, full(shape=[2], value=0))',
  ]);
  assert.equal(printed({ outputs: { y: sum(column) } }), ['%0 [] = sum(column) axes=[0,1]']);
});

test('what a constant chooses is repeated to the common shape', () => {
  assert.equal(printed({ outputs: { y: neg(where(Number.NaN, column, x)) } }), [
    '%0 [2, 3] = neg(broadcastTo(column, shape=[2,3]))',
  ]);
  assert.equal(printed({ outputs: { y: mul(x, where(0, x, 3)) } }), ['%0 [2, 3] = mul(x, 3)']);
});

test('a negative summand is subtracted, and subtracting it adds', () => {
  const y = input('y', [2, 3]);
  assert.equal(printed({ outputs: { a: add(x, neg(y)), b: sub(x, neg(y)) } }), [
    '%0 [2, 3] = sub(x, y)',
    '%1 [2, 3] = add(x, y)',
  ]);
});

test('a tensor of one number becomes a number', () => {
  assert.equal(printed({ outputs: { y: mul(x, broadcastTo(full([], 3), [2, 3])) } }), [
    '%0 [2, 3] = mul(x, 3)',
  ]);
});

test('equal operations are one, also those that become equal', () => {
  const outputs = { a: exp(add(x, 0)), b: exp(mul(1, x)), c: exp(x), d: mul(exp(x), exp(x)) };
  assert.equal(printed({ outputs }), ['%0 [2, 3] = exp(x)', '%1 [2, 3] = mul(%0, %0)']);
});

test('the formulas themselves stay as they were written', () => {
  const y = add(mul(x, 1), 0);
  compile({ outputs: { y } });
  assert.is(`${y}`, 'add(mul(x, 1), 0)  [2, 3]');
});

test('a copy of a variable’s old value is one while the program changes the variable', async () => {
  const backend = referenceBackend();
  const w = variable('w', [2, 1], [1, 2]);
  const old = { sum: add(w, 0), flat: reshape(mul(w, 1), [2]), turned: transpose(w) };
  const found = await backend.compile({ outputs: old, updates: new Map([[w, neg(w)]]) }).run();
  assert.equal([...found.sum, ...found.flat, ...found.turned], [1, 2, 1, 2, 1, 2]);
  assert.equal([...(await backend.read(w))], [-1, -2]);
});

test.run();
