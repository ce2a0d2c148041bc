import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SymmetricEigen } from '../src/index.ts';

/** Rounding of float64 in matrices of norm up to about 100. */
const FLOAT64 = 1e-10;

const random = new Random('symmetric eigen');
const uniform = (length: number) => Float64Array.from({ length }, () => random.uniform() - 0.5);

/** `[n, n]`: the sum of `rank` products of a vector with itself. */
function symmetric(n: number, rank = 2 * n): Float64Array {
  const A = new Float64Array(n * n);
  for (let term = 0; term < rank; term++) {
    const u = uniform(n);
    for (const at of A.keys()) A[at]! += u[Math.floor(at / n)]! * u[at % n]!;
  }
  return A;
}

function expectEigen(A: Float64Array, n: number): SymmetricEigen {
  const eigen = new SymmetricEigen(n);
  eigen.decompose(A.slice(), n);
  eigen.computeVectors(eigen.values, n, n);
  for (let k = 0; k < n; k++) {
    for (let l = 0; l < n; l++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += eigen.vectors[k * n + i]! * eigen.vectors[l * n + i]!;
      assert.ok(Math.abs(dot - Number(k === l)) < FLOAT64, `vectors ${k} and ${l}: ${dot}`);
    }
  }
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += A[i * n + j]! * eigen.vectors[k * n + j]!;
      const expected = eigen.values[k]! * eigen.vectors[k * n + i]!;
      assert.ok(Math.abs(sum - expected) < FLOAT64, `A v ${k}: ${sum}, not ${expected}`);
    }
  }
  return eigen;
}

test('eigenvalues by hand', () => {
  const { values } = expectEigen(Float64Array.of(2, 1, 1, 2), 2);
  assert.equal([...values.subarray(0, 2)].map((value) => value.toFixed(10)).sort(), [
    '1.0000000000',
    '3.0000000000',
  ]);
});

for (const n of [1, 2, 3, 8, 49]) {
  test(`A v = value v, and vectors are orthonormal: ${n} x ${n}`, () => {
    expectEigen(symmetric(n), n);
  });
}

test('eigenvalues that are equal, a matrix of low rank, and one that is diagonal', () => {
  expectEigen(symmetric(20, 3), 20);
  expectEigen(
    Float64Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? [4, 4, 1, 4, 0, 1][at / 7]! : 0)),
    6,
  );
  const block = Float64Array.of(2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 2, 1, 0, 0, 1, 2);
  expectEigen(block, 4);
});

test.run();
