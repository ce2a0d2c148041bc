import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gaussianWeights } from '../src/gaussianWeights.ts';

/** Rounding of a few float64. */
const FLOAT64 = 1e-15;

test('by hand: one deviation away the weight is smaller by the square root of e', () => {
  const side = 1 / Math.sqrt(Math.E);
  const expected = [side, 1, side].map((weight) => weight / (1 + 2 * side));
  gaussianWeights(1, 1).forEach((weight, i) => {
    assert.ok(Math.abs(weight - expected[i]!) < FLOAT64);
  });
});

test('the sum is 1, however wide the window', () => {
  for (const radius of [0, 3, 40]) {
    const weights = gaussianWeights(radius, 2);
    assert.is(weights.length, 2 * radius + 1);
    assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < FLOAT64);
  }
});

test.run();
