import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { elementwise, inPlaceOf, look, NotAView, sourceOf, ZERO } from '../../src/expressions/expression.ts';
import { base, constant, partsOf, readsOf, substitute } from '../../src/expressions/formula.ts';
import { pad, transpose } from '../../src/expressions/view.ts';

const x = sourceOf([2, 3], 0);
const y = sourceOf([2, 3], 1);

test('what is used twice is one part, also after another formula has taken its place', () => {
  const square = base.mul(x.element, x.element);
  const fourth = base.mul(square, square);
  assert.is(partsOf(fourth).size, 3);
  const moved = substitute(fourth, (read) => ({ ...read, input: 5 }));
  assert.is(partsOf(moved).size, 3);
  assert.equal(
    readsOf(moved).map(({ input }) => input),
    [5],
  );
});

test('a source is looked at through a view, part by part', () => {
  const sum = { shape: x.shape, element: base.add(x.element, base.mul(2, y.element)) };
  const turned = look(sum, (view) => transpose(view, [1, 0]));
  assert.equal(
    readsOf(turned).map(({ input, view }) => [input, view.shape, view.strides]),
    [
      [0, [3, 2], [1, 3]],
      [1, [3, 2], [1, 3]],
    ],
  );
});

test('beyond its bounds a read has one value, and arithmetic has none', () => {
  const around = (margin: number) =>
    [
      [margin, margin],
      [0, 0],
    ] as const;
  const padded = { shape: [4, 3], element: look(x, (view) => pad(view, around(1)), ZERO) };
  const twice = look(padded, (view) => pad(view, around(1)), ZERO);
  assert.equal(
    readsOf(twice).map(({ view, outside }) => [view.shape, outside]),
    [[[6, 3], ZERO]],
  );
  assert.throws(
    () => look(padded, (view) => pad(view, around(1)), constant(1)),
    (e: Error) => e instanceof NotAView,
  );
  const doubled = { shape: [2, 3], element: base.mul(2, x.element) };
  assert.throws(
    () => look(doubled, (view) => pad(view, around(1)), ZERO),
    (e: Error) => e instanceof NotAView,
  );
});

test('an output may lie over what is read at its own places alone', () => {
  const add = (...sources: Parameters<typeof elementwise>[1]) =>
    elementwise([2, 3], sources, (a, b) => base.add(a!, b!));
  assert.equal(inPlaceOf([add(x, y)]), [
    [0, 0],
    [0, 1],
  ]);
  assert.equal(inPlaceOf([add(x, sourceOf([3], 1))]), [[0, 0]]);
  const square = sourceOf([3, 3], 0);
  const turned = { shape: [3, 3], element: look(square, (view) => transpose(view, [1, 0])) };
  assert.equal(inPlaceOf([elementwise([3, 3], [square, turned], (a, b) => base.add(a!, b!))]), []);
});

test.run();
