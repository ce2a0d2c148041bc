import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  batchNorm,
  conv2d,
  exp,
  formatTensor,
  full,
  input,
  mul,
  named,
  neg,
  print,
  referenceBackend,
  relu,
  sum,
  type Tensor,
  variable,
} from '../../src/index.ts';

const x = input('x', [2, 3]);
const w = variable('w', [2, 3]);
const linesOf = (tensor: Tensor) => `${tensor}`.split('\n');

test('a tensor is shown with its formula and its shape', () => {
  assert.is(`${x}`, 'x  [2, 3]');
  assert.is(`${w}`, 'w  [2, 3]');
  assert.is(`${add(mul(x, w), 1)}`, 'add(mul(x, w), 1)  [2, 3]');
});

test('parameters stand behind the inputs, and a wide constant has its shape', () => {
  assert.is(`${sum(x, { axes: [0] })}`, 'sum(x, axes=[0])  [3]');
  assert.is(`${full([2], -Infinity)}`, 'full(shape=[2], value="-Infinity")  [2]');
  const image = conv2d(input('image', [1, 4, 4, 1]), variable('filters', [3, 3, 1, 2]), { padding: 1 });
  assert.is(`${image}`, 'conv2d(image, filters, padding=[[1,1],[1,1]])  [1, 4, 4, 2]');
});

test('what is used twice and what has a name stands above, in order', () => {
  const a = exp(x);
  const b = named('b', neg(a));
  assert.equal(linesOf(add(mul(a, w), mul(b, a))), [
    '%0 = exp(x)  [2, 3]',
    'b = neg(%0)  [2, 3]',
    'add(mul(%0, w), mul(b, %0))  [2, 3]',
  ]);
});

test('the second of one name is told from the first', () => {
  assert.equal(linesOf(add(named('h', exp(x)), named('h', mul(x, x)))), [
    'h = exp(x)  [2, 3]',
    'h#2 = mul(x, x)  [2, 3]',
    'add(h, h#2)  [2, 3]',
  ]);
  assert.equal(linesOf(neg(named('x', exp(x)))), ['x#2 = exp(x)  [2, 3]', 'neg(x#2)  [2, 3]']);
});

test('a number is written without quotes, whatever it is', () => {
  assert.is(`${add(mul(x, full([], Number.NaN)), -Infinity)}`, 'add(mul(x, NaN), -Infinity)  [2, 3]');
});

test('a square reads its input twice and is one formula; a named tensor is shown with its name', () => {
  const y = relu(x);
  assert.is(`${mul(y, y)}`, 'mul(relu(x), relu(x))  [2, 3]');
  assert.is(`${named('y', y)}`, 'y = relu(x)  [2, 3]');
});

test('an operation with several outputs has a line of its own', () => {
  const [scale, shift] = [input('scale', [3]), input('shift', [3])];
  const { y, mean } = batchNorm(x, scale, shift, { epsilon: 0.5, relu: false });
  const outputs = '[2, 3], [3], [3]';
  const call = `batchNorm(x, scale, shift, epsilon=0.5, relu=false)  ${outputs}`;
  assert.equal(linesOf(exp(y)), [`%0, %1, %2 = ${call}`, 'exp(%0)  [2, 3]']);
  named('mu', mean);
  assert.equal(linesOf(mean), [`%0, mu, %1 = ${call}`, 'mu  [3]']);
});

test('a long formula is cut into lines, of which a huge one shows the last', () => {
  let y: Tensor = x;
  for (let i = 0; i < 1000; i++) y = exp(add(y, i));
  const lines = linesOf(y);
  assert.is(lines.length, 22);
  assert.match(lines[0]!, /^… \d+ lines before these$/);
  assert.ok(lines.every((line) => line.length < 100));
  assert.match(lines.at(-2)!, /^%246 = add\(.*, 999\) {2}\[2, 3\]$/);
  assert.is(lines.at(-1), 'exp(%246)  [2, 3]');
  assert.is(formatTensor(y, { lines: 2 }).split('\n').length, 4);
});

test('print writes formulas, programs and what runs them to the console', () => {
  const written: unknown[] = [];
  const log = console.log;
  console.log = (text: unknown) => written.push(text);
  try {
    const step = referenceBackend().compile({ outputs: { y: exp(x) } });
    print(exp(x));
    print(step);
    print(step.program);
  } finally {
    console.log = log;
  }
  assert.is(written[0], 'exp(x)  [2, 3]');
  assert.match(`${written[1]}`, /^program: 1 instructions/);
  assert.is(written[2], written[1]);
});

test.run();
