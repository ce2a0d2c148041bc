import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { input, matmul } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

const a = input('a', [2, 3]);
const b = input('b', [3, 2]);
const feeds = { a: [1, 2, 3, 4, 5, 6], b: [7, 8, 9, 10, 11, 12] };

test('2 x 3 times 3 x 2', async () => {
  // 1 · 7 + 2 · 9 + 3 · 11 = 58
  assert.equal(await evaluate([matmul(a, b)], feeds), [[58, 64, 139, 154]]);
});

test('a transposed factor', async () => {
  // The columns of a: 1 · 1 + 4 · 4 = 17
  assert.equal(await evaluate([matmul(a, a, { transposeA: true })], { a: feeds.a }), [
    [17, 22, 27, 22, 29, 36, 27, 36, 45],
  ]);
  // Its rows: 1 + 4 + 9 = 14
  assert.equal(await evaluate([matmul(a, a, { transposeB: true })], { a: feeds.a }), [[14, 32, 32, 77]]);
  // aᵀ bᵀ = (b a)ᵀ: 7 · 1 + 8 · 4 = 39
  assert.equal(await evaluate([matmul(a, b, { transposeA: true, transposeB: true })], feeds), [
    [39, 49, 59, 54, 68, 82, 69, 87, 105],
  ]);
});

test('each matrix of a batch with its own', async () => {
  const [p, q] = [input('p', [2, 1, 2]), input('q', [2, 2, 1])];
  assert.equal(await evaluate([matmul(p, q)], { p: [1, 2, 3, 4], q: [5, 6, 7, 8] }), [[17, 53]]);
});

test('shapes that do not fit', () => {
  assert.throws(
    () => matmul(a, a),
    /matmul: \[2, 3\] and \[2, 3\]: 3 columns on the left must equal 2 rows on the right/,
  );
  assert.throws(() => matmul(a, b, { transposeB: true }), /\[2, 3\] and \[3, 2\]ᵀ: 3 columns .* 2 rows/);
  assert.throws(
    () => matmul(input('p', [2, 1, 2]), input('q', [3, 2, 1])),
    /batch axes of \[2, 1, 2\] and \[3, 2, 1\]/,
  );
  assert.throws(() => matmul(a, input('v', [3])), /matmul: needs two matrices, was given \[2, 3\] and \[3\]/);
});

test.run();
