import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { adam, input } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

const [value, gradient, m, v] = ['value', 'gradient', 'm', 'v'].map((name) => input(name, [2]));
const schedule = { rate: input('rate', []), step: input('step', []) };
const params = { beta1: 0.5, beta2: 0.75, epsilon: 0 };

test('the first step is the learning rate against the gradient’s sign', async () => {
  const next = adam(value!, gradient!, { m: m!, v: v! }, schedule, params);
  const feeds = { value: [1, 1], gradient: [4, -8], m: [0, 0], v: [0, 0], rate: [0.25], step: [1] };
  assert.equal(await evaluate([next.value, next.m, next.v], feeds), [
    [0.75, 1.25],
    [2, -4],
    [4, 16],
  ]);
});

test('the second step', async () => {
  const next = adam(value!, gradient!, { m: m!, v: v! }, schedule, params);
  // m' = 2/2 + 8/2 = 5, v' = 3 · 4/4 + 64/4 = 19; the corrections are 3/4 and 7/16
  const feeds = { value: [0, 0], gradient: [8, 0], m: [2, 0], v: [4, 4], rate: [1], step: [2] };
  const [found, moment1, moment2] = await evaluate([next.value, next.m, next.v], feeds);
  assert.equal(
    [moment1, moment2],
    [
      [5, 0],
      [19, 3],
    ],
  );
  assert.ok(Math.abs(found[0]! + 5 / 0.75 / Math.sqrt(19 / (7 / 16))) < 1e-15 * 10);
  assert.is(Math.abs(found[1]!), 0);
});

test('shapes that do not fit', () => {
  assert.throws(
    () => adam(value!, input('g', [3]), { m: m!, v: v! }, schedule, params),
    /adam: the value is \[2\], its gradient and both moments must be too, one is \[3\]/,
  );
  assert.throws(
    () => adam(value!, gradient!, { m: m!, v: v! }, { ...schedule, rate: m! }, params),
    /adam: learning rate and step must be scalars, are \[2\] and \[\]/,
  );
});

test.run();
