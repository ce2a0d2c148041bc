import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  exp,
  formatInstruction,
  type Graph,
  input,
  matmul,
  mul,
  named,
  nameOf,
  neg,
  referenceBackend,
  relu,
  reshape,
  variable,
  windowedAttention,
} from '../src/index.ts';

const x = input('x', [3]);

const printed = (graph: Graph) =>
  referenceBackend()
    .compile(graph)
    .program.instructions.map((instruction) => formatInstruction(instruction).replace(/ @\d+/g, ''));

test('a named tensor is the same tensor, and the first name stays', () => {
  const y = exp(x);
  assert.is(named('y', y), y);
  assert.is(nameOf(named('z', y)), 'y');
  assert.is(nameOf(named('z', x)), 'x');
  assert.is(nameOf(named('z', variable('w', []))), 'w');
  assert.is(nameOf(exp(x)), undefined);
});

test('programs call a value by its name', () => {
  const y = named('y', exp(x));
  assert.equal(printed({ outputs: { z: add(neg(y), y) } }), ['y [3] = exp(x)', '%0 [3] = add(neg(y), y)']);
});

test('formulas with other names are computed once, and the first name is shown', () => {
  const [a, b, c] = [exp(x), named('b', exp(x)), named('c', exp(x))];
  assert.equal(printed({ outputs: { a, b, c, d: neg(c) } }), ['b [3] = exp(x)', '%0 [3] = neg(b)']);
});

test('a named view names what it shows', () => {
  const row = named('row', reshape(relu(x), [1, 3]));
  assert.equal(printed({ outputs: { y: neg(row) } }), ['%0 [1, 3] = neg(row = relu(x))']);
});

test('two values of one name are numbered, and neither is called as an input is', () => {
  const states = [exp(x), relu(x), neg(x)].map((s) => named('s', s));
  assert.equal(printed({ outputs: Object.fromEntries(states.entries()) }), [
    's [3] = exp(x)',
    's#2 [3] = relu(x)',
    's#3 [3] = neg(x)',
  ]);
  assert.equal(printed({ outputs: { y: named('x', exp(x)) } }), ['x#2 [3] = exp(x)']);
});

test('an input is fed by its name, whatever was created before it under the same one', async () => {
  const older = variable('s', [1], [2]);
  const newer = input('s', [1]);
  const program = referenceBackend().compile({ outputs: { y: mul(older, newer) } });
  assert.equal([...(await program.run({ s: [3] })).y], [6]);
});

test('two inputs of one name are refused', () => {
  assert.throws(
    () => printed({ outputs: { y: add(input('s', [1]), input('s', [2])) } }),
    /compile: two inputs are named s, \[1\] and \[2\]: rename one/,
  );
});

test('names change neither results nor memory', async () => {
  const graph = (name: typeof named): Graph => {
    const state = windowedAttention(
      input('s', [1, 3, 3, 2]),
      input('t', [1, 3, 3, 2]),
      input('u', [1, 3, 3, 2]),
      {
        q: 3,
        normalize: 'softmax',
      },
    );
    return { outputs: { y: name('y', mul(name('Z', state.Z), name('twice', add(state.Z, state.Z)))) } };
  };
  const compile = (name: typeof named) => referenceBackend().compile(graph(name)).program;
  const [plain, withNames] = [compile((_, tensor) => tensor), compile(named)];
  assert.is(withNames.peak, plain.peak);
  assert.is(withNames.instructions.length, plain.instructions.length);
});

test('the error of an operation names the tensors that it was given', () => {
  const s = named('s^t', exp(x));
  const message =
    /^add: shapes \[3\] and \[2\] must be equal or 1 .*, in add\(s\^t, v\) \(at names\.test\.ts:\d+\)$/;
  assert.throws(
    () => add(s, input('v', [2])),
    (error: Error) => message.test(error.message),
  );
  assert.throws(() => add(exp(x), input('v', [2])), /in add\(exp\(…\), v\)/);
  const unnamed = () => add(exp(exp(x)), exp(input('v', [2])));
  assert.throws(unnamed, (error: Error) => !error.message.includes(' in add('));
});

test('a number that is the name of an input is given to nothing else', () => {
  const [first, second] = [input('%0', [2, 2]), input('b', [2, 2])];
  const lines = printed({ outputs: { y: matmul(matmul(first, second), second) } });
  assert.equal(
    lines.map((line) => line.replace(/ transpose.*/, '')),
    ['%0#2 [2, 2] = matmul(%0, b)', '%1 [2, 2] = matmul(%0#2, b)'],
  );
});

test.run();
