import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  broadcast,
  crop,
  dense,
  flip,
  isDense,
  isWhole,
  pad,
  positionsOf,
  reshape,
  transpose,
  type View,
} from '../../src/expressions/view.ts';

/** Where the elements of a view lie, -1 where there is none. */
const seen = (view: View | undefined) => view && [...positionsOf(view)];

const matrix = dense([2, 3]);

test('a dense view shows every element in its place, and only that one is dense', () => {
  assert.equal(seen(matrix), [0, 1, 2, 3, 4, 5]);
  assert.ok(isDense(matrix));
  assert.ok(isDense(transpose(dense([1, 3]), [1, 0])));
  for (const view of [
    transpose(matrix, [1, 0]),
    flip(matrix, [0]),
    crop(matrix, [
      [0, 0],
      [0, 1],
    ]),
  ]) {
    assert.not.ok(isDense(view));
  }
});

test('views of views', () => {
  assert.equal(seen(transpose(matrix, [1, 0])), [0, 3, 1, 4, 2, 5]);
  assert.equal(seen(flip(matrix, [1])), [2, 1, 0, 5, 4, 3]);
  assert.equal(seen(flip(transpose(matrix, [1, 0]), [0, 1])), [5, 2, 4, 1, 3, 0]);
  assert.equal(
    seen(
      crop(matrix, [
        [1, 0],
        [1, 1],
      ]),
    ),
    [4],
  );
  assert.equal(seen(broadcast(dense([3]), [2, 3])), [0, 1, 2, 0, 1, 2]);
  assert.equal(seen(broadcast(dense([2, 1]), [2, 3])), [0, 0, 0, 1, 1, 1]);
});

test('beyond the bounds there is no element, whatever is done to the view', () => {
  const padded = pad(matrix, [
    [1, 0],
    [0, 2],
  ]);
  assert.equal(seen(padded), [-1, -1, -1, -1, -1, 0, 1, 2, -1, -1, 3, 4, 5, -1, -1]);
  assert.not.ok(isWhole(padded));
  assert.equal(seen(flip(padded, [1])), [-1, -1, -1, -1, -1, -1, -1, 2, 1, 0, -1, -1, 5, 4, 3]);
  assert.equal(
    seen(
      crop(padded, [
        [1, 0],
        [1, 2],
      ]),
    ),
    [1, 2, 4, 5],
  );
  assert.ok(
    isWhole(
      crop(padded, [
        [1, 0],
        [1, 2],
      ]),
    ),
  );
  assert.equal(seen(pad(crop(dense([4]), [[2, 0]]), [[1, 1]])), [-1, 2, 3, -1]);
  assert.equal(seen(broadcast(pad(dense([1]), [[0, 0]]), [3])), [0, 0, 0]);
});

test('another shape is a view where strides can say it', () => {
  assert.equal(reshape(matrix, [3, 2]), dense([3, 2]));
  assert.equal(seen(reshape(matrix, [1, 6, 1])), [0, 1, 2, 3, 4, 5]);
  assert.equal(
    seen(reshape(transpose(dense([2, 3, 4]), [2, 0, 1]), [4, 6])),
    seen(transpose(dense([6, 4]), [1, 0])),
  );
  assert.equal(seen(reshape(broadcast(dense([3]), [4, 3]), [2, 2, 3])), [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  assert.equal(
    seen(
      reshape(
        pad(matrix, [
          [1, 1],
          [0, 0],
        ]),
        [12],
      ),
    ),
    [-1, -1, -1, 0, 1, 2, 3, 4, 5, -1, -1, -1],
  );
  assert.equal(seen(reshape(dense([]), [1, 1])), [0]);
});

test('and none where they cannot', () => {
  assert.is(reshape(transpose(matrix, [1, 0]), [6]), undefined);
  assert.is(reshape(flip(matrix, [0]), [6]), undefined);
  assert.is(
    reshape(
      pad(matrix, [
        [0, 0],
        [1, 0],
      ]),
      [8],
    ),
    undefined,
  );
  assert.is(reshape(pad(dense([5]), [[1, 0]]), [2, 3]), undefined);
});

test.run();
