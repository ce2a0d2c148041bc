import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { halved, oneCycle } from '../src/schedule.ts';

test('five halvings: six parts of equal length', () => {
  const rate = halved(600, { initial: 1e-3, times: 5 });
  assert.equal(
    [1, 100, 101, 200, 201, 301, 401, 501, 600].map(rate),
    [1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4, 1.25e-4, 6.25e-5, 3.125e-5, 3.125e-5],
  );
});

test('a run that is shorter than six steps, or goes on too long', () => {
  const rate = (steps: number, step: number) => halved(steps, { initial: 8, times: 5 })(step);
  assert.is(rate(1, 1), 8);
  assert.is(rate(2, 2), 1);
  assert.is(rate(6, 100), 0.25);
});

test('no halving leaves the rate as it is', () => {
  assert.equal([1, 5, 10].map(halved(10, { initial: 3, times: 0 })), [3, 3, 3]);
});

test('one cycle: from peak / 25 to the peak at 30 %, then to peak / 250,000', () => {
  const rate = oneCycle(101, 1);
  const peakAt = 0.3 * 101;
  assert.ok(Math.abs(rate(1) - 1 / 25) < 1e-15);
  assert.ok(rate(Math.floor(peakAt)) > 0.99 && rate(Math.ceil(peakAt)) > 0.99);
  assert.ok(Math.abs(rate(101) - 1 / 250_000) < 1e-15);
  // Half-way up a cosine is half-way between: (1 + 1/25) / 2 at step 1 + 29.3 / 2
  assert.ok(Math.abs(rate(1 + 29.3 / 2) - 0.52) < 1e-12);
  for (let step = 1; step < 30; step++) assert.ok(rate(step) < rate(step + 1));
  for (let step = 31; step < 101; step++) assert.ok(rate(step) > rate(step + 1));
});

test('one cycle of very few steps is PyTorch’s, too: the last step has the last rate, even if it is the only one', () => {
  // torch.optim.lr_scheduler.OneCycleLR: up to step 0.3 n - 1, counted from 0, down to step n - 1. Peak 8e-3.
  const rates = (steps: number) => Array.from({ length: steps }, (_, i) => oneCycle(steps, 8e-3)(i + 1));
  const down = (part: number) => 3.2e-8 + ((8e-3 - 3.2e-8) * (1 + Math.cos(Math.PI * part))) / 2;
  for (const [steps, expected] of [
    [1, [3.2e-8]],
    [2, [down(0.4 / 1.4), 3.2e-8]],
    [3, [down(0.1 / 2.1), down(1.1 / 2.1), 3.2e-8]],
    [4, [8e-3 / 25, down(0.8 / 2.8), down(1.8 / 2.8), 3.2e-8]],
  ] as const) {
    const close = rates(steps).map((rate, i) => Math.abs(rate / expected[i]! - 1) < 1e-9);
    assert.ok(close.every(Boolean), `${steps} steps: ${rates(steps)}`);
  }
});

test.run();
