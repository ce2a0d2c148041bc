import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instantiate, lowRankModule } from '../src/wnnm/instance.ts';
import { LowRank } from '../src/wnnm/lowRank.ts';
import { jacobi } from './jacobi.ts';

/** Rounding of float64 in matrices of norm up to about 100. */
const FLOAT64 = 1e-10;

const MODULE = await lowRankModule();
const random = new Random('low rank');
const uniform = (length: number) => Float64Array.from({ length }, () => random.uniform() - 0.5);

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.is(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(
      Math.abs(actual[i]! - expected[i]!) < FLOAT64,
      `${what} ${i}: ${actual[i]}, not ${expected[i]}`,
    );
}

/** Xᵗ X of X [L, M], [M, M] */
function gramOf(X: Float64Array, M: number): Float64Array {
  return Float64Array.from({ length: M * M }, (_, at) => {
    let sum = 0;
    for (let l = 0; l < X.length; l += M) sum += X[l + Math.floor(at / M)]! * X[l + (at % M)]!;
    return sum;
  });
}

/** The kernels with X [L, M] in their matrix. */
function kernelsWith(X: Float64Array, M: number) {
  const L = X.length / M;
  const kernels = instantiate(MODULE);
  kernels.reserve(M, L);
  const stride = LowRank.strideOf(M);
  const at = ({ value }: { readonly value: number }, length: number) =>
    new Float64Array(kernels.memory.buffer, value, length);
  const matrix = at(kernels.matrix, L * stride);
  // What stands beside the matrix makes no difference.
  matrix.fill(Number.NaN);
  X.forEach((value, i) => {
    matrix[Math.floor(i / M) * stride + (i % M)] = value;
  });
  return {
    decompose(bound: number) {
      const found = kernels.decompose(M, L, bound);
      return at(kernels.values, M).slice(0, found);
    },
    /** X with its parts along the eigenvectors of these values multiplied by the factors */
    project(values: readonly number[], factors: readonly number[]) {
      at(kernels.values, M).set(values);
      at(kernels.factors, M).set(factors);
      kernels.project(M, L, values.length);
      return X.map((_, i) => matrix[Math.floor(i / M) * stride + (i % M)]!);
    },
  };
}

/** All eigenvalues and vectors of Xᵗ X are right: those of Jacobi, X sum u uᵗ = X and X sum value u uᵗ = X Xᵗ X. */
function expectDecomposed(X: Float64Array, M: number): void {
  const gram = gramOf(X, M);
  // Rounding makes an eigenvalue of zero a little less.
  const all = kernelsWith(X, M).decompose(-1);
  expectNear(all.toSorted(), jacobi(gram, M).values.toSorted(), 'eigenvalue');
  for (const [what, factors, expected] of [
    ['identity', [...all].fill(1), X],
    ['X Xᵗ X', [...all], X.map((_, i) => rowTimes(X, i - (i % M), gram, i % M, M))],
  ] as const) {
    const kernels = kernelsWith(X, M);
    kernels.decompose(-1);
    expectNear(kernels.project([...all], factors), expected, what);
  }
}

function rowTimes(X: Float64Array, row: number, gram: Float64Array, column: number, M: number): number {
  return gram.reduce(
    (sum, value, at) => (at % M === column ? sum + X[row + Math.floor(at / M)]! * value : sum),
    0,
  );
}

test('by hand: Xᵗ X = (2 1; 1 2) has the values 1 and 3, and 3 that of (1 1)', () => {
  const X = Float64Array.of(1, 0, 1, 1, 0, 1);
  const kernels = kernelsWith(X, 2);
  expectNear(kernels.decompose(0).toSorted(), [1, 3], 'eigenvalue');
  const half = [0.5, 0.5, 1, 1, 0.5, 0.5];
  expectNear(kernels.project([3], [1]), half, 'X (1 1)ᵗ (1 1) / 2');
  expectNear(kernelsWith(X, 2).decompose(2.999).subarray(-1), [3], 'the larger');
  assert.is(kernelsWith(X, 2).decompose(3.001).length, 0);
});

for (const [M, L] of [
  [1, 1],
  [2, 3],
  [3, 3],
  [8, 11],
  [30, 49],
  [49, 80],
] as const) {
  test(`eigenvalues and eigenvectors of Xᵗ X, X ${L} x ${M}`, () => {
    expectDecomposed(uniform(L * M), M);
  });
}

test('eigenvalues that are equal, and of matrices of low rank, diagonal, in blocks or zero', () => {
  const diagonal = (...values: number[]) =>
    Float64Array.from({ length: values.length ** 2 }, (_, at) =>
      at % (values.length + 1) === 0 ? values[at / (values.length + 1)]! : 0,
    );
  expectDecomposed(diagonal(2, 2, 1, 2, 0, 1), 6);
  expectDecomposed(diagonal(0, 0, 0), 3);
  expectDecomposed(Float64Array.of(2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 2, 1, 0, 0, 1, 2), 4);
  const [rows, columns] = [uniform(25), uniform(20)];
  expectDecomposed(
    Float64Array.from({ length: 500 }, (_, at) => rows[Math.floor(at / 20)]! * columns[at % 20]!),
    20,
  );
});

test('eigenvalues that differ by little more than rounding have orthogonal vectors', () => {
  for (const apart of [1e-3, 1e-6, 1e-9, 1e-12]) {
    const values = [3, 3 + apart, 3 + 2 * apart, 1, 1 + apart, 0.2];
    expectDecomposed(withEigenvalues(values), values.length);
  }
});

/** X [n, n], of which Xᵗ X has these eigenvalues: their roots on the diagonal, times a reflection. */
function withEigenvalues(values: readonly number[]): Float64Array {
  const n = values.length;
  const v = uniform(n);
  const square = v.reduce((sum, value) => sum + value * value, 0);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return Math.sqrt(values[i]!) * (Number(i === j) - (2 * v[i]! * v[j]!) / square);
  });
}

test('values above a bound are all found, and none are sought where there are none', () => {
  const X = uniform(60 * 49);
  const values = jacobi(gramOf(X, 49), 49).values.toSorted().reverse();
  for (const wanted of [0, 1, 8, 48]) {
    const bound = (values[wanted]! + (values[wanted - 1] ?? 2 * values[0]!)) / 2;
    const found = kernelsWith(X, 49).decompose(bound);
    const above = [...found].filter((value) => value > bound).toSorted((a, b) => b - a);
    expectNear(above, values.slice(0, wanted), `of ${wanted}`);
    if (wanted === 0) assert.is(found.length, 0);
  }
});

test('a smaller matrix after a larger one is as if there had been none', () => {
  const [large, small] = [uniform(20 * 9), uniform(12 * 5)];
  const used = new LowRank(MODULE, 9, 20);
  const fresh = new LowRank(MODULE, 5, 12);
  const approximated = (lowRank: LowRank, X: Float64Array, M: number) => {
    const stride = LowRank.strideOf(M);
    X.forEach((value, i) => {
      lowRank.matrix[Math.floor(i / M) * stride + (i % M)] = value;
    });
    lowRank.approximate(M, X.length / M, X.length / M, 0.001);
    return X.map((_, i) => lowRank.matrix[Math.floor(i / M) * stride + (i % M)]!);
  };
  approximated(used, large, 9);
  const expected = approximated(fresh, small, 5);
  assert.ok(expected.some((value) => value !== 0));
  assert.equal(approximated(used, small, 5), expected);
});

test.run();
