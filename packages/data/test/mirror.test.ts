import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mirror } from '../src/mirror.ts';

const rowOf = (from: number, to: number, n: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => mirror(from + i, n));

test('the pixel at an end is repeated, and what lies far beyond is mirrored again', () => {
  assert.equal(rowOf(-4, 6, 3), [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]);
  assert.equal(rowOf(-3, 3, 1), [0, 0, 0, 0, 0, 0, 0]);
});

test.run();
