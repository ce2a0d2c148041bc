import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deepestFall, namedFall } from '../lib/deepestFall.ts';
import { runWith } from './tiny.ts';

/** A training of 80 steps in the cycle, whose loss curve has these points. */
function trained(losses: readonly [step: number, loss: number][]) {
  const { config } = runWith('full', 1, 30);
  return {
    config: { ...config, steps: 80 },
    lossCurve: losses.map(([step, loss]) => ({ step, loss })),
  };
}

test('the deepest fall is from the least loss before, not from the stretch before', () => {
  // From 0.01 to 0.02 and on to 0.1: ten times, 10 dB. The fall from 0.005 to 0.01 is of 3 dB.
  const fall = deepestFall(
    trained([
      [20, 0.01],
      [30, 0.02],
      [40, 0.1],
      [50, 0.005],
      [60, 0.01],
    ]),
  );
  assert.is(fall!.step, 40);
  assert.ok(Math.abs(fall!.decibels - 10) < 1e-12);
});

test('the first eighth and settling are no part of it, and a loss that never rises has none', () => {
  const points: [number, number][] = [
    [5, 0.01],
    [10, 0.1],
    [20, 0.009],
    [80, 0.008],
    [88, 0.1],
  ];
  assert.is(deepestFall(trained(points)), null);
  assert.is(deepestFall(trained([])), null);
  // A step later it counts.
  assert.is(deepestFall(trained([...points.slice(0, 1), [11, 0.1]]))!.step, 11);
});

test('a decibel is named, less is not', () => {
  const after = (loss: number) =>
    namedFall(
      trained([
        [20, 0.01],
        [40, loss],
      ]),
    );
  // 10 ** 0.1 is 1.2589
  assert.is(after(0.0125), null);
  assert.is(after(0.0126)!.step, 40);
});

test.run();
