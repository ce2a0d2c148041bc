import { input, referenceBackend, variable } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADAM_DEFAULTS, adamState, adamUpdates } from '../src/adam.ts';

/** Some roundings of float64. */
const ROUNDING = 1e-15;

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
  const runner = referenceBackend();
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
