import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { xavierUniform } from '../src/init.ts';

test('the bound of 3 x 3 filters from 64 to 32 channels is sqrt(6 / (9 · 96))', () => {
  const bound = Math.fround(Math.sqrt(6 / (9 * 96)));
  const shape = [3, 3, 64, 32];
  assert.ok(xavierUniform(shape, () => 0).every((value) => value === -bound));
  assert.ok(xavierUniform(shape, () => 0.5).every((value) => value === 0));
  assert.ok(xavierUniform(shape, () => 0.75).every((value) => value === bound / 2));
});

test('a matrix from 10 to 14: sqrt(6 / 24) = 0.5', () => {
  assert.equal([...xavierUniform([10, 14], () => 0)], new Array(140).fill(-0.5));
});

test('the variance is 2 / (fanIn + fanOut)', () => {
  const random = new Random('xavier');
  const values = xavierUniform([3, 3, 64, 64], () => random.uniform());
  const variance = values.reduce((total, value) => total + value * value, 0) / values.length;
  const expected = 2 / (9 * 128);
  // Of n uniform numbers the mean square varies by its expectation times sqrt(0.8 / n): four such deviations.
  assert.ok(Math.abs(variance / expected - 1) < 4 * Math.sqrt(0.8 / values.length));
});

test.run();
