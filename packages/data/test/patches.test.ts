import { Random } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError } from '../src/dataError.ts';
import { createImage, greyImage } from '../src/image.ts';
import { randomPatch } from '../src/patches.ts';

const image = greyImage([
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
]);

test('a patch is a square of neighbouring pixels, and every place occurs', () => {
  const random = new Random(0);
  const corners = new Set<number>();
  for (let i = 0; i < 200; i++) {
    const { data } = randomPatch({ name: 'x', image }, 2, random);
    const corner = data[0]!;
    assert.equal([...data], [corner, corner + 1, corner + 4, corner + 5]);
    corners.add(corner);
  }
  assert.equal([...corners].sort(), [0, 1, 2, 4, 5, 6]);
});

test('a patch of the image’s own size is the image', () => {
  const square = greyImage([
    [1, 2],
    [3, 4],
  ]);
  assert.equal(randomPatch({ name: 'x', image: square }, 2, new Random(0)), square);
});

test('an image smaller than the patch is named with both sizes', () => {
  const small = { name: 'small.png', image: createImage(60, 40) };
  const attempt = () => randomPatch(small, 45, new Random(0));
  assert.throws(attempt, (error: unknown) => error instanceof DataError);
  assert.throws(
    attempt,
    /small\.png: 60 x 40 pixels are too few for patches of 45 x 45; use smaller patches/,
  );
});

test.run();
