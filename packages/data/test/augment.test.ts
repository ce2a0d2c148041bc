import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { atScales, dihedral, randomDihedral, rescale, SCALES } from '../src/augment.ts';
import { createImage, greyImage, type Image } from '../src/image.ts';

const image = greyImage([
  [1, 2, 3],
  [4, 5, 6],
]);
const rows = ({ data, width, height }: Image) =>
  Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);

test('the eight flips and rotations of a 2 x 3 image', () => {
  // biome-ignore format: one line an image
  const expected = [
    [[1, 2, 3], [4, 5, 6]],
    [[3, 2, 1], [6, 5, 4]],
    [[3, 6], [2, 5], [1, 4]],
    [[1, 4], [2, 5], [3, 6]],
    [[6, 5, 4], [3, 2, 1]],
    [[4, 5, 6], [1, 2, 3]],
    [[4, 1], [5, 2], [6, 3]],
    [[6, 3], [5, 2], [4, 1]],
  ];
  expected.forEach((want, index) => {
    assert.equal(rows(dihedral(image, index)), want, `index ${index}`);
  });
});

test('pixels keep their channels together', () => {
  const color = createImage(2, 1, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
  assert.equal([...dihedral(color, 1).data], [4, 5, 6, 1, 2, 3]);
});

test('an index that is none is refused', () => {
  for (const index of [-1, 8, 0.5]) assert.throws(() => dihedral(image, index), RangeError);
});

test('all eight occur at random', () => {
  const random = new Random(0);
  const seen = new Set(
    Array.from({ length: 100 }, () => JSON.stringify(rows(randomDihedral(image, random)))),
  );
  assert.is(seen.size, 8);
});

test('rescaling rounds to 8 bits and scale 1 keeps the image', () => {
  const sharp = greyImage([[0, 0, 0, 0.2, 1, 1, 1, 1, 0.1, 0]]);
  const small = rescale(sharp, 0.7);
  assert.equal([small.width, small.height], [7, 1]);
  for (const v of small.data) {
    assert.ok(v >= 0 && v <= 1);
    assert.is(v, Math.fround(Math.round(v * 255) / 255));
  }
  assert.is(rescale(sharp, 1), sharp);
});

test('images at all scales, without copies smaller than a patch', () => {
  assert.equal(SCALES, [1, 0.9, 0.8, 0.7]);
  const images = [
    { name: 'large', image: createImage(60, 50) },
    { name: 'small', image: createImage(44, 60) },
  ];
  const names = atScales(images, { minSide: 40 }).map(({ name, image: { width, height } }) => [
    name,
    width,
    height,
  ]);
  assert.equal(names, [
    ['large', 60, 50],
    ['large@0.9', 54, 45],
    ['large@0.8', 48, 40],
    ['small', 44, 60],
  ]);
});

test('an image too small from the start stays, to be reported where patches are cut', () => {
  const tiny = [{ name: 'tiny', image: createImage(8, 8) }];
  assert.equal(atScales(tiny, { minSide: 40 }), tiny);
});

test.run();
