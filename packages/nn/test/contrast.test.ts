import { createImage } from '@nlrn/data';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contrastFor, stretched } from '../src/contrast.ts';

/** Rounding of pixels to float32, a few times. */
const FLOAT32 = 1e-6;

const trained = { low: 25, high: 30 };

test('contrast is changed so that the noise has the nearest level that a network knows, within bounds', () => {
  const factors = [10, 12.5, 25, 27, 30, 60].map((sigma) => contrastFor({}, { sigma, trained }));
  assert.equal(factors, [2.5, 2, 1, 1, 1, 0.5]);
  assert.is(contrastFor({}, { sigma: 9.9, trained }), 1);
  assert.is(contrastFor({}, { sigma: 0, trained }), 1);
  assert.is(contrastFor({}, { sigma: 0, trained: { low: 0, high: 10 } }), 1);
});

test('contrast stays for a network that is told the level, and where none is known to it', () => {
  assert.is(contrastFor({ takesLevel: true }, { sigma: 60, trained }), 1);
  assert.is(contrastFor({}, { sigma: 60, trained: undefined }), 1);
  // A network that was trained without noise: a picture without contrast would be none.
  assert.is(contrastFor({}, { sigma: 60, trained: { low: 0, high: 0 } }), 1);
});

test('contrast is changed around middle grey', () => {
  const image = createImage(2, 1, 1, Float32Array.of(0.45, 0.65));
  const [same, brighter] = stretched(image, 2).data;
  assert.ok(Math.abs(same! - 0.45) < FLOAT32 && Math.abs(brighter! - 0.85) < FLOAT32);
  assert.is(stretched(image, 1), image);
});

test.run();
