import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { add, exp, input, ShapeError } from '../src/index.ts';
import { expectWhole, formatShape, normalizeAxes, sameShape, sizeOf, stridesOf } from '../src/shape.ts';

test('sizes and strides of [2, 3, 4]', () => {
  assert.is(sizeOf([2, 3, 4]), 24);
  assert.equal(stridesOf([2, 3, 4]), [12, 4, 1]);
});

test('a scalar has one element and no strides', () => {
  assert.is(sizeOf([]), 1);
  assert.equal(stridesOf([]), []);
  assert.is(formatShape([]), '[]');
});

test('shapes are equal axis by axis', () => {
  assert.ok(sameShape([2, 3], [2, 3]));
  assert.not.ok(sameShape([2, 3], [3, 2]));
  assert.not.ok(sameShape([2, 3], [2, 3, 1]));
});

test('axes are counted from either end and sorted', () => {
  assert.equal(normalizeAxes('sum', [-1, 0], 3), [0, 2]);
  assert.equal(normalizeAxes('sum', [], 3), []);
});

test('axes out of range or named twice are refused', () => {
  for (const axes of [[3], [-4], [0.5], [0, 0], [2, -1]]) {
    assert.throws(
      () => normalizeAxes('sum', axes, 3),
      /sum: axes \[.*\] must be distinct and within a tensor of 3 axes/,
    );
  }
});

test('a whole number of at least', () => {
  expectWhole('op', 'q', 1, 1);
  for (const value of [0, 1.5, Number.NaN]) {
    assert.throws(() => expectWhole('op', 'q', value, 1), /op: q must be a whole number of at least 1, is /);
  }
});

test('a ShapeError names the operation, both shapes, and the line that called it', () => {
  const [a, b] = [input('a', [2, 3]), input('b', [3, 2])];
  const above = new Error('the line above the call').stack!.match(/shape\.test\.ts:(\d+)/)!;
  const call = () => add(a, b);
  const line = Number(above[1]) + 1;
  assert.throws(call, (error: unknown) => {
    assert.instance(error, ShapeError);
    const { name, message } = error as ShapeError;
    const problem =
      'add: shapes [2, 3] and [3, 2] must be equal or 1 in each axis, counted from the last, in add(a, b)';
    assert.is(`${name}: ${message}`, `ShapeError: ${problem} (at shape.test.ts:${line})`);
    return true;
  });
});

test('shapes are checked when an operation is called, not when it runs', () => {
  assert.throws(
    () => exp(input('x', [2, 0])),
    /input: every axis must have a size of at least 1, .* \[2, 0\]/,
  );
});

test.run();
