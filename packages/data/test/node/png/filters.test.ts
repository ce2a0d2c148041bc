import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filter, unfilter } from '../../../src/node/png/filters.ts';
import { PngFault } from '../../../src/node/png/pngFault.ts';

const pass = (rows: number, rowBytes: number) => ({
  ...{ x: 0, y: 0, stepX: 1, stepY: 1 },
  ...{ columns: rowBytes, rows, rowBytes },
});

function unfiltered(rows: readonly (readonly number[])[], step = 1): number[][] {
  const bytes = Uint8Array.from(rows.flat());
  const stride = rows[0]!.length;
  unfilter(bytes, pass(rows.length, stride - 1), step);
  return rows.map((_, row) => [...bytes.subarray(row * stride + 1, (row + 1) * stride)]);
}

test('a row is what its filter foretells and what the file adds, modulo 256', () => {
  const above = [0, 10, 20, 30];
  assert.equal(unfiltered([above, [1, 5, 250, 2]])[1], [5, 255, 1]); // the one to the left
  assert.equal(unfiltered([above, [2, 1, 2, 250]])[1], [11, 22, 24]); // the one above
  assert.equal(unfiltered([above, [3, 1, 1, 1]])[1], [6, 14, 23]); // the mean of both, rounded down
  assert.equal(unfiltered([above, [4, 1, 1, 1]])[1], [11, 21, 31]); // Paeth: above, above, above
  assert.equal(unfiltered([above, [4, 90, 1, 1]])[1], [100, 101, 102]); // Paeth: above, left, left
});

test('the row above the first, and what is left of the first pixel, are zero', () => {
  assert.equal(unfiltered([[2, 1, 2, 3]]), [[1, 2, 3]]);
  assert.equal(unfiltered([[4, 1, 2, 3]]), [[1, 3, 6]]);
  assert.equal(unfiltered([[1, 1, 2, 3, 4]], 2), [[1, 2, 4, 6]]);
});

test('an unknown filter is refused', () => {
  assert.throws(
    () => unfiltered([[5, 1]]),
    (error: unknown) => error instanceof PngFault,
  );
});

test('rows take the filter that leaves least, and come back', () => {
  const ramp = Uint8Array.from({ length: 60 }, (_, i) => 3 * (i % 20) + 100 * Math.floor(i / 20));
  const filtered = filter(ramp, 20, 1);
  assert.equal([filtered[0], filtered[21], filtered[42]], [1, 1, 1]);
  unfilter(filtered, pass(3, 20), 1);
  for (let row = 0; row < 3; row++)
    assert.equal(filtered.slice(21 * row + 1, 21 * (row + 1)), ramp.slice(20 * row, 20 * (row + 1)));
});

test.run();
