import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  broadcastTo,
  crop,
  type Data,
  exp,
  flip,
  formatInstruction,
  input,
  matmul,
  mul,
  neg,
  pad,
  referenceBackend,
  relu,
  reshape,
  sizeOf,
  stopGradient,
  sub,
  sum,
  type Tensor,
  transpose,
} from '../../src/index.ts';
import { oneOfEachKind } from '../testedBackends.ts';

const { compile } = referenceBackend();

/** The instructions that compute y, without places. */
function instructionsOf(y: Tensor): string[] {
  const { program } = compile({ outputs: { y } });
  return program.instructions.map((instruction) => formatInstruction(instruction).replace(/ @\d+/g, ''));
}

const x = input('x', [4, 4]);
const row = input('row', [4]);

test('a chain is one instruction, with what it repeats and moves', () => {
  const y = relu(add(mul(transpose(x), row), broadcastTo(neg(row), [4, 4])));
  assert.equal(instructionsOf(y), [
    '%0 [4] = neg(row)',
    '%1 [4, 4] = relu(add(mul(transpose(x, axes=[1,0]), row), broadcastTo(%0, shape=[4,4])))',
  ]);
});

test('a chain of any length that costs nothing is compiled, and its values are right', async () => {
  const long = 20_000;
  const chain = (step: (y: Tensor) => Tensor, from: Tensor) => {
    let y = from;
    for (let i = 0; i < long; i++) y = step(y);
    return y;
  };
  const [few, many] = [input('few', [2]), input('many', [long + 1])];
  const outputs = {
    flipped: chain((y) => flip(y, [0]), few),
    stopped: chain(stopGradient, few),
    padded: chain((y) => pad(y, [[1, 0]]), few),
    cropped: chain((y) => crop(y, [[1, 0]]), many),
  };
  const given = Float64Array.from({ length: long + 1 }, (_, i) => i);
  const { flipped, stopped, padded, cropped } = await compile({ outputs }).run({ few: [1, 2], many: given });
  assert.equal([[...flipped], [...stopped], [...cropped]], [[1, 2], [1, 2], [long]]);
  assert.equal([padded.length, ...padded.slice(-3)], [long + 2, 0, 1, 2]);
});

test('a reduction computes what it reduces', () => {
  assert.equal(instructionsOf(sum(exp(sub(x, row)), { axes: [1] })), [
    '%0 [4] = sum(exp(sub(x, row))) axes=[1]',
  ]);
});

test('what is read twice is computed once, and moving it costs nothing', () => {
  const y = exp(x);
  assert.equal(instructionsOf(add(y, flip(y, [0]))), [
    '%0 [4, 4] = exp(x)',
    '%1 [4, 4] = add(%0, flip(%0, axes=[0]))',
  ]);
  const turned = transpose(x);
  assert.equal(instructionsOf(add(exp(turned), relu(turned))), [
    '%0 [4, 4] = add(exp(transpose(x, axes=[1,0])), relu(transpose(x, axes=[1,0])))',
  ]);
});

test('a kernel by hand reads what is in memory', () => {
  assert.equal(instructionsOf(matmul(transpose(x), neg(x))), [
    '%0 [4, 4] = transpose(x) axes=[1,0]',
    '%1 [4, 4] = neg(x)',
    '%2 [4, 4] = matmul(%0, %1) transposeA=false transposeB=false',
  ]);
});

test('what no view can say is put in memory first', () => {
  assert.equal(instructionsOf(neg(reshape(transpose(x), [16]))), [
    '%0 [4, 4] = transpose(x) axes=[1,0]',
    '%1 [16] = neg(%0)',
  ]);
  const margins = [
    [1, 1],
    [0, 0],
  ] as const;
  assert.equal(instructionsOf(pad(exp(x), margins)), [
    '%0 [4, 4] = exp(x)',
    '%1 [6, 4] = pad(%0) margins=[[1,1],[0,0]]',
  ]);
});

test('repeating costs no memory', () => {
  const large = input('large', [1000, 4]);
  const { program } = compile({ outputs: { y: mul(large, broadcastTo(row, [1000, 4])) } });
  // `large`, over which the result is written, and `row`, both in whole cache lines
  assert.is(program.peak, 8 * (4000 + 8));
});

/** The instruction of the sum of two values with another that comes much later. */
function laterSum(side: number): string | undefined {
  const [a, b] = [input('a', [side, side]), input('b', [side, side])];
  const early = add(exp(a), b);
  let later: Tensor = a;
  for (let i = 0; i < 20; i++) later = matmul(later, a);
  return instructionsOf(add(early, later)).find((line) => line.includes('add(exp(a), b)'));
}

test('large values are not kept for long instead of the one that is made of them, small ones are', () => {
  assert.match(laterSum(1024)!, /^%0 .* = add\(exp\(a\), b\)$/);
  assert.match(laterSum(4)!, / = add\(add\(exp\(a\), b\), %\d+\)$/);
});
test.run();

/** So many values of a formula are alive at a time, more than blocks of full length have room for. */
const ALIVE = 40;

for (const { name, open } of oneOfEachKind) {
  const tests = suite(`formulas: ${name}`);
  tests('one with many values that wait for each other', async () => {
    const backend = await open();
    const n = 3000;
    const [a, period] = [input('a', [n / 250, 250]), input('period', [250])];
    const feeds = {
      a: Float32Array.from({ length: n }, (_, i) => i % 7),
      period: Float32Array.from({ length: 250 }, (_, i) => i % 5),
    };
    // Each difference waits for all that follow it.
    const terms = Array.from({ length: ALIVE }, (_, i) => mul(add(a, i), period));
    const y = terms.reduceRight((rest, term) => sub(term, rest));
    const found: Data = (await backend.compile({ outputs: { y } }).run(feeds)).y;
    const expected = Array.from({ length: sizeOf(y.shape) }, (_, i) => {
      const each = Array.from({ length: ALIVE }, (_, k) => (feeds.a[i]! + k) * feeds.period[i % 250]!);
      return each.reduceRight((rest, term) => term - rest);
    });
    assert.equal([...found], expected);
    await backend.dispose();
  });
  tests.run();
}
