import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toGrey } from '../src/color.ts';
import { createImage, greyImage } from '../src/image.ts';

test('luma of the primaries, white and a mixture', () => {
  const image = createImage(5, 1, 3, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0.25, 0.5, 0.75));
  const grey = toGrey(image);
  assert.is(grey.channels, 1);
  // 0.299 / 4 + 0.587 / 2 + 0.114 · 3/4 = 0.45375
  assert.equal([...grey.data], [0.299, 0.587, 0.114, 1, 0.45375].map(Math.fround));
});

test('equal channels keep their value to the bit', () => {
  const levels = Float32Array.from({ length: 256 }, (_, i) => i / 255);
  const image = createImage(
    256,
    1,
    3,
    Float32Array.from({ length: 768 }, (_, i) => levels[Math.floor(i / 3)]!),
  );
  assert.equal(toGrey(image).data, levels);
});

test('a grey image is returned as it is', () => {
  const image = greyImage([[0.5]]);
  assert.is(toGrey(image), image);
});

test.run();
