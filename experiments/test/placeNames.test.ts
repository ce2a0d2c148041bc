import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BESIDE_DOT, boxAround, boxOf, type Name, placeNames } from '../lib/placeNames.ts';

const FRAME = { left: 0, right: 200, top: 0, bottom: 100 };

const named = (text: string, x: number, y: number): Name => ({ text, x, y, places: BESIDE_DOT });

/** Where names stand whose marks reach five pixels, by the offsets of their places. */
function stand(...names: Name[]) {
  const taken = names.map(({ x, y }) => boxAround(x, y, 5));
  return placeNames(names, { frame: FRAME, taken }).map((place) => place && [place.dx, place.dy]);
}

test('a name takes what its letters take, capitals more, from the end that is at its mark', () => {
  // 2 · 8.7 + 2 · 6.8
  const { left, right, top, bottom } = boxOf(named('ABcd', 100, 50), BESIDE_DOT[1]!);
  assert.equal([left, right].map(Math.round), [61, 92]);
  assert.equal([top, bottom], [43, 57]);
});

test('a name is at the right, or, where the frame ends, at the left', () => {
  assert.equal(stand(named('abc', 100, 50)), [[8, 0]]);
  assert.equal(stand(named('abc', 180, 50)), [[-8, 0]]);
});

test('a name meets neither a mark nor a name before it', () => {
  // The second mark is where the first name would be.
  assert.equal(stand(named('abc', 100, 50), named('def', 115, 50)), [
    [-8, 0],
    [8, 0],
  ]);
  // Below the first name, ten pixels are too few for a line of fourteen.
  assert.equal(stand(named('abc', 100, 50), named('def', 101, 60)), [
    [8, 0],
    [-8, 0],
  ]);
});

test('a name that has no room is none', () => {
  assert.equal(stand(named('abcdefghijklmnopqrstuvwxyzabcdefg', 100, 50)), [null]);
});

test.run();
