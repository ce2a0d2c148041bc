import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { greyImage } from '../src/image.ts';
import { orient } from '../src/orient.ts';

const STORED = greyImage([
  [1, 2, 3],
  [4, 5, 6],
]);

// What a camera that was held so has stored, row by row: Exif's "row 0 is the visual top, column 0 the left-hand side", ….
const UPRIGHT = [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [
    [3, 2, 1],
    [6, 5, 4],
  ],
  [
    [6, 5, 4],
    [3, 2, 1],
  ],
  [
    [4, 5, 6],
    [1, 2, 3],
  ],
  [
    [1, 4],
    [2, 5],
    [3, 6],
  ],
  [
    [4, 1],
    [5, 2],
    [6, 3],
  ],
  [
    [6, 3],
    [5, 2],
    [4, 1],
  ],
  [
    [3, 6],
    [2, 5],
    [1, 4],
  ],
];

for (const [i, rows] of UPRIGHT.entries()) {
  test(`orientation ${i + 1}`, () => assert.equal(orient(STORED, i + 1), greyImage(rows)));
}

test('the channels of a pixel stay together', () => {
  const colour = { width: 2, height: 1, channels: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) } as const;
  assert.equal([...orient(colour, 6).data], [1, 2, 3, 4, 5, 6]);
  assert.equal([...orient(colour, 8).data], [4, 5, 6, 1, 2, 3]);
});

test.run();
