import { SymmetricEigen } from './symmetricEigen.ts';

/**
 * The eigenvalues of a symmetric matrix, in descending order.
 *
 *   a [n · n]      row-major; only read
 *
 * Throws RangeError when the matrix holds a number that is not finite.
 */
export function symmetricEigenvalues(a: Float64Array, n: number): Float64Array {
  if (!a.every(Number.isFinite))
    throw new RangeError('a matrix with numbers that are not finite has no eigenvalues');
  const eigen = new SymmetricEigen(n);
  eigen.decompose(a.slice(), n);
  return eigen.values.slice(0, n).sort((x, y) => y - x);
}
