import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compare, describeComparison, isWhole, recognise } from '../check.ts';
import type { Entry } from '../manifest.ts';

const entry = (name: string, hash: string, size = '2 x 2'): Entry => ({ name, size, hash });

const MANIFEST = [entry('a.png', 'A'), entry('b.png', 'B'), entry('c.png', 'C')];

test('the set itself', () => {
  const comparison = compare(MANIFEST.toReversed(), MANIFEST);
  assert.ok(isWhole(comparison));
  assert.equal(describeComparison('abc', 3, comparison), [
    'abc: all 3 images, the same pixels under the same names',
  ]);
});

test('everything that can be wrong is named', () => {
  const found = [entry('a.png', 'A'), entry('b.png', 'X', '9 x 2'), entry('C.png', 'C'), entry('d.png', 'D')];
  const comparison = compare(found, MANIFEST);
  assert.not.ok(isWhole(comparison));
  assert.equal(describeComparison('abc', 3, comparison), [
    'abc: 1 of 3 images are the same',
    '  missing: b.png',
    '  other pixels: b.png (9 x 2, not 2 x 2)',
    '  another name, with which the noise of a test differs: C.png is c.png',
    '  not of this set: d.png',
  ]);
});

test('two images that have changed names are no set', () => {
  const swapped = [entry('a.png', 'B'), entry('b.png', 'A'), entry('c.png', 'C')];
  const comparison = compare(swapped, MANIFEST);
  assert.is(comparison.renamed.length, 2);
  assert.equal(comparison.missing, []);
  assert.not.ok(isWhole(comparison));
});

test('one thing too few or too many is no set', () => {
  assert.not.ok(isWhole(compare(MANIFEST.slice(1), MANIFEST)));
  assert.not.ok(isWhole(compare([...MANIFEST, entry('d.png', 'D')], MANIFEST)));
});

test('a long list is counted', () => {
  const others = [...'uvwxyz'].map((letter) => entry(`${letter}.png`, letter));
  const lines = describeComparison('abc', 3, compare([...MANIFEST, ...others], MANIFEST));
  assert.is(lines[1], '  not of this set: u.png, v.png, w.png, x.png, y.png and 1 more');
});

test('a set is recognised by its pixels, the smaller of two that both fit', () => {
  const part = [entry('1.png', 'B'), entry('2.png', 'C')];
  const manifests = new Map([
    ['whole', MANIFEST],
    ['part', part],
    ['other', [entry('a.png', 'Z')]],
  ]);
  assert.is(recognise(part, manifests), 'part');
  assert.is(recognise(MANIFEST, manifests), 'whole');
  assert.is(recognise([entry('a.png', 'Y')], manifests), undefined);
});

test.run();
