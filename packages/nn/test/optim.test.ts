import { input, referenceBackend, type Tensor, variable } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADAM_DEFAULTS, adamState, adamUpdates, clipByGlobalNorm } from '../src/optim.ts';

/** Some roundings of float64. */
const ROUNDING = 1e-15;

const backend = () => referenceBackend();

async function clip(a: readonly number[], b: readonly number[], limit = 0.5) {
  const given = [input('a', [a.length]), input('b', [b.length])];
  const { norm, clipped } = clipByGlobalNorm(given, limit);
  const outputs: Record<string, Tensor> = { norm, a: clipped[0]!, b: clipped[1]! };
  const found = await backend().compile({ outputs }).run({ a, b });
  return [found.norm!, found.a!, found.b!].map((values) => [...values]);
}

test('gradients above the limit are scaled together', async () => {
  assert.equal(await clip([3, 4], [12], 6.5), [[13], [1.5, 2], [6]]);
  assert.equal(await clip([3], [4]), [[5], [0.30000000000000004], [0.4]]);
});

test('gradients below it, and at it, stay', async () => {
  assert.equal(await clip([0.25, 0], [0]), [[0.25], [0.25, 0], [0]]);
  assert.equal(await clip([3, 0], [4], 5), [[5], [3, 0], [4]]);
});

test('gradients of zero stay zero', async () => {
  assert.equal(await clip([0, 0], [0]), [[0], [0, 0], [0]]);
});

test('Adam’s state is named after its parameter and starts at zero', () => {
  const state = adamState([variable('conv.weight', [2, 2], [1, 2, 3, 4])]);
  assert.equal(
    state.map(({ m, v }) => [m.name, [...m.initial], v.name, [...v.shape]]),
    [['conv.weight.m', [0, 0, 0, 0], 'conv.weight.v', [2, 2]]],
  );
});

test('the first step is the rate against the sign of the gradient; the others follow Algorithm 1', async () => {
  const w = variable('w', [2], [1, 1]);
  const state = adamState([w]);
  const schedule = { rate: input('rate', []), step: input('step', []) };
  const updates = adamUpdates([w], [input('g', [2])], state, schedule);
  assert.is(updates.size, 3);
  const runner = backend();
  const program = runner.compile({ outputs: {}, updates });
  await program.run({ g: [100, -0.001], rate: [0.1], step: [1] });
  const first = await runner.read(w);
  assert.ok(Math.abs(first[0]! - 0.9) < 1e-9 && Math.abs(first[1]! - 1.1) < 1e-5, `${first}`);

  await program.run({ g: [50, 0], rate: [0.1], step: [2] });
  const { beta1, beta2, epsilon } = ADAM_DEFAULTS;
  const m = beta1 * (1 - beta1) * 100 + (1 - beta1) * 50;
  const v = beta2 * (1 - beta2) * 100 ** 2 + (1 - beta2) * 50 ** 2;
  const expected = first[0]! - (0.1 * m) / (1 - beta1 ** 2) / (Math.sqrt(v / (1 - beta2 ** 2)) + epsilon);
  assert.ok(Math.abs((await runner.read(w))[0]! - expected) < ROUNDING);
});

test.run();
