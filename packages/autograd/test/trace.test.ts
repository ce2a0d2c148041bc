import { add, batchNorm, greater, input, matmul, mul, named, square, sub, sum, variable } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatTrace, trace } from '../src/trace.ts';
import { valuesAndGradients } from '../src/valuesAndGradients.ts';

test('each operation is visited behind all that use it; cotangents of a tensor that is used twice add up', async () => {
  const x = variable('x', [], [3]);
  const y = variable('y', [], [2]);
  const loss = named('loss', add(mul(add(x, y), x), 1));
  const steps = await trace(loss, [x]);
  assert.equal(
    steps.map(({ rule, received }) => [rule, received.map((g) => g![0])]),
    [
      ['add', [1]],
      ['mul', [1]],
      ['add', [3]],
    ],
  );
  assert.is(
    formatTrace(steps),
    [
      'visits             with  sends  to  which has',
      'loss = add(%1, 1)  1     1      %1  1',
      '                         1      1   1',
      '%1 = mul(%0, x)    1     3      %0  3',
      '                         5      x   5',
      '%0 = add(x, y)     3     3      x   8',
      '                         3      y   3',
    ].join('\n'),
  );
});

test('what does not lead to the asked tensors is not visited', async () => {
  const x = variable('x', [], [3]);
  const loss = mul(square(x), square(variable('y', [], [2])));
  assert.equal(
    (await trace(loss, [x])).map(({ formula }) => formula),
    ['%2 = mul(%0, %1)', '%0 = mul(x, x)'],
  );
});

test('the loss must be a scalar', async () => {
  const x = variable('x', [2], [3, 4]);
  const message = await trace(square(x), [x]).then(
    () => 'passed',
    (error: Error) => error.message,
  );
  assert.is(message, 'trace: the loss must be a scalar, is [2]; sum or average it first');
});

test('inputs are fed; long tensors are cut; of several outputs those without cotangent are told, and so is no gradient', async () => {
  const x = input('x', [4, 1]);
  const w = variable('w', [1, 2], [1, 2]);
  const { y: output } = batchNorm(
    matmul(x, w),
    variable('scale', [2], [1, 1]),
    variable('shift', [2], [0, 0]),
    {
      epsilon: 1e-3,
      relu: false,
    },
  );
  const loss = sum(mul(sub(output, 1), greater(w, 1.5)));
  const lines = formatTrace(await trace(loss, [w], { x: [1, 2, 3, 4] })).split('\n');
  const lineOf = (text: string) => lines.find((line) => line.includes(text))!;
  assert.match(lineOf('batchNorm('), /= batchNorm\(.*\) {2}\[0, 1, 0, 1, 0, 1, … 2 more\] and - and - {2}/);
  assert.match(lineOf('greater('), /= greater\(w, 1\.5\) .* nothing +w {3}/);
});

test('the values and gradients of all that a loss is made of, as notes for a picture', async () => {
  const x = input('x', [2]);
  const y = square(x);
  const loss = sum(mul(y, 3));
  const notes = await valuesAndGradients(loss, { x: [1, 2] });
  assert.is(notes.get(x), 'value [1, 2]\ngradient [6, 12]');
  assert.is(notes.get(y), 'value [1, 4]\ngradient [3, 3]');
  assert.is(notes.get(loss), 'value 15\ngradient 1');
  const long = variable('long', [5], [1, 2, 3, 4, 5]);
  const ofLong = await valuesAndGradients(sum(long));
  assert.is(ofLong.get(long), 'value [1, 2, 3, … 2 more]\ngradient [1, 1, 1, … 2 more]');
});

test('two tensors of one name are told apart, and -0 from 0', async () => {
  const x = variable('x', [], [3]);
  const steps = await trace(mul(add(named('h', mul(x, 2)), named('h', mul(x, x))), -0), [x]);
  assert.equal(
    steps.map(({ formula }) => formula),
    ['%1 = mul(%0, -0)', '%0 = add(h, h#2)', 'h#2 = mul(x, x)', 'h = mul(x, 2)'],
  );
});

test.run();
