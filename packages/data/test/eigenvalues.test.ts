import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { symmetricEigenvalues } from '../src/eigenvalues.ts';

/** A few roundings of doubles near 10. */
const ROUNDING = 1e-13;

const close = (actual: ArrayLike<number>, expected: readonly number[], tolerance = ROUNDING) => {
  assert.is(actual.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i]! - value) <= tolerance, `${actual[i]} is not ${value}`);
};

test('eigenvalues of small matrices, by hand', () => {
  close(symmetricEigenvalues(Float64Array.of(2, 1, 1, 2), 2), [3, 1]);
  close(symmetricEigenvalues(Float64Array.of(-4), 1), [-4]);
  close(symmetricEigenvalues(Float64Array.of(5, 0, 0, 0, -1, 0, 0, 0, 9), 3), [9, 5, -1]);
  close(symmetricEigenvalues(new Float64Array(9), 3), [0, 0, 0]);
});

test('the second difference of n points has the eigenvalues 2 - 2 cos(pi k / (n + 1))', () => {
  const n = 12;
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    a[i * n + i] = 2;
    if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
  }
  const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos((Math.PI * (n - k)) / (n + 1)));
  close(symmetricEigenvalues(a, n), expected);
  assert.is(a[0], 2, 'the matrix is only read');
});

test('a matrix with NaN is refused', () => {
  assert.throws(() => symmetricEigenvalues(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2), /not finite/);
});

test.run();
