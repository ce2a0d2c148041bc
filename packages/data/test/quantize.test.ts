import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { greyImage } from '../src/image.ts';
import { quantize, toUint8Range } from '../src/quantize.ts';

test('values are clipped and rounded half up', () => {
  assert.is(quantize(-0.2, 255), 0);
  assert.is(quantize(0.5, 255), 128); // 127.5
  assert.is(quantize(0.499, 255), 127); // 127.245
  assert.is(quantize(1.7, 255), 255);
  assert.is(quantize(0.5, 65535), 32768); // 32767.5
  assert.is(quantize(Number.POSITIVE_INFINITY, 255), 255);
  assert.ok(Number.isNaN(quantize(Number.NaN, 255)));
});

test('an image in the range of 8 bits', () => {
  const image = toUint8Range(greyImage([[-1, 0.1, 0.5, 2]]));
  // 0.1 · 255 = 25.5, and float32 0.1 is a little more than 0.1.
  assert.equal([...image.data], [0, 26 / 255, 128 / 255, 1].map(Math.fround));
});

test('an 8-bit image is not changed', () => {
  const all = greyImage([Array.from({ length: 256 }, (_, i) => i / 255)]);
  assert.equal(toUint8Range(all), all);
});

test.run();
