import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createImage,
  cropImage,
  dimensionsOf,
  expectSameSize,
  greyImage,
  mapPixels,
  pasteImage,
} from '../src/image.ts';

test('an image is black unless pixels are given', () => {
  const image = createImage(3, 2);
  assert.equal([image.width, image.height, image.channels], [3, 2, 1]);
  assert.equal([...image.data], [0, 0, 0, 0, 0, 0]);
});

test('sides and lengths that cannot be are refused', () => {
  assert.throws(() => createImage(0, 2), /0 x 2 pixels: both sides must be positive integers/);
  assert.throws(() => createImage(2.5, 2), /positive integers/);
  assert.throws(() => createImage(2, 2, 3, new Float32Array(4)), /2 x 2 x 3 pixels need 12 values, not 4/);
  assert.throws(() => greyImage([[1, 2], [3]]), /differ in length/);
});

test('crop copies rows of a grey image', () => {
  const image = greyImage([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10, 11],
  ]);
  assert.equal([...cropImage(image, { x: 1, y: 1, width: 2, height: 2 }).data], [5, 6, 9, 10]);
  assert.equal(cropImage(image, { x: 0, y: 0, width: 4, height: 3 }), image);
});

test('crop keeps the three channels of a pixel together', () => {
  const image = createImage(2, 1, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
  assert.equal([...cropImage(image, { x: 1, y: 0, width: 1, height: 1 }).data], [4, 5, 6]);
});

test('crop refuses a rectangle that is not inside', () => {
  const image = createImage(4, 3);
  for (const [x, y, width, height] of [
    [3, 0, 2, 1],
    [0, -1, 1, 1],
    [0, 0, 4, 4],
    [0, 0, 0, 1],
    [0.5, 0, 1, 1],
  ] as const) {
    assert.throws(() => cropImage(image, { x, y, width, height }), /is not inside 4 x 3 pixels/);
  }
});

test('paste copies all channels to a place', () => {
  const image = createImage(3, 2, 3);
  pasteImage(createImage(1, 2, 3, Float32Array.of(1, 2, 3, 4, 5, 6)), image, { x: 1, y: 0 });
  assert.equal([...image.data], [0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0]);
});

test('paste refuses an image that is not inside, or has other channels, and changes nothing', () => {
  const [image, small] = [createImage(4, 3), greyImage([[1, 1]])];
  for (const [x, y] of [
    [3, 0],
    [-1, 1],
    [0, 3],
    [0.5, 0],
  ] as const) {
    assert.throws(
      () => pasteImage(small, image, { x, y }),
      (error: Error) =>
        error instanceof RangeError &&
        error.message.startsWith(`an image of 2 x 1 at (${x}, ${y}) is not inside one of 4 x 3 pixels`),
    );
  }
  assert.throws(
    () => pasteImage(createImage(2, 1, 3), image, { x: 0, y: 0 }),
    /2 x 1 x 3 at .* of 4 x 3 pixels/,
  );
  assert.equal(image, createImage(4, 3));
});

test('mapPixels makes a new image', () => {
  const image = greyImage([[1, 2]]);
  assert.equal([...mapPixels(image, (v) => v * 2).data], [2, 4]);
  assert.equal([...image.data], [1, 2]);
});

test('sizes in messages', () => {
  assert.is(dimensionsOf(createImage(4, 3)), '4 x 3');
  assert.is(dimensionsOf(createImage(4, 3, 3)), '4 x 3 x 3');
  assert.throws(
    () => expectSameSize('PSNR', createImage(4, 3), createImage(4, 3, 3)),
    /PSNR compares images of one size, got 4 x 3 and 4 x 3 x 3 pixels/,
  );
});

test.run();
