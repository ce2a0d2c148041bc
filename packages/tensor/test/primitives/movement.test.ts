import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  concatenate,
  crop,
  flip,
  input,
  pad,
  pixelShuffle,
  pixelUnshuffle,
  reshape,
  take,
  transpose,
  zeros,
} from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

const x = input('x', [2, 3]);
const feeds = { x: [1, 2, 3, 4, 5, 6] };

test('reshape keeps the order', async () => {
  assert.equal(await evaluate([reshape(x, [3, 2])], feeds), [feeds.x]);
  assert.is(reshape(x, [2, 3]), x);
});

test('transpose', async () => {
  assert.equal(await evaluate([transpose(x)], feeds), [[1, 4, 2, 5, 3, 6]]);
  const y = transpose(reshape(x, [1, 2, 3]), [2, 0, 1]);
  assert.equal([...y.shape], [3, 1, 2]);
  assert.equal(await evaluate([y], feeds), [[1, 4, 2, 5, 3, 6]]);
});

test('flip', async () => {
  assert.equal(await evaluate([flip(x, [0]), flip(x, [-1]), flip(x, [0, 1]), flip(x, [])], feeds), [
    [4, 5, 6, 1, 2, 3],
    [3, 2, 1, 6, 5, 4],
    [6, 5, 4, 3, 2, 1],
    [1, 2, 3, 4, 5, 6],
  ]);
});

test('crop undoes pad', async () => {
  const margins = [
    [1, 0],
    [0, 2],
  ] as const;
  const padded = pad(x, margins);
  assert.equal(await evaluate([padded, crop(padded, margins)], feeds), [
    [0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0],
    feeds.x,
  ]);
});

test('concatenate', async () => {
  const y = input('y', [2, 1]);
  const fed = { ...feeds, y: [8, 9] };
  assert.equal(
    await evaluate([concatenate([x, y]), concatenate([y, x, y], 1), concatenate([x, x], 0)], fed),
    [
      [1, 2, 3, 8, 4, 5, 6, 9],
      [8, 1, 2, 3, 8, 9, 4, 5, 6, 9],
      [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6],
    ],
  );
});

test('zeros', async () => {
  assert.equal(await evaluate([zeros([2, 2])]), [[0, 0, 0, 0]]);
});

test('take', async () => {
  assert.equal(await evaluate([take(x, [2, 0, 1, 1]), take(x, [1, 0], 0)], feeds), [
    [3, 1, 2, 2, 6, 4, 5, 5],
    [4, 5, 6, 1, 2, 3],
  ]);
  assert.throws(
    () => take(x, [3]),
    /take: indices along axis 1 of \[2, 3\] must be whole numbers from 0 to 2/,
  );
});

test('thousands are joined, where a formula within another for each would be too deep', async () => {
  const long = input('long', [6000]);
  const indices = Array.from({ length: 3000 }, (_, i) => 2 * i);
  const values = Array.from({ length: 6000 }, (_, i) => i);
  assert.equal(await evaluate([take(long, indices)], { long: values }), [indices]);
});

test('channels become pixels, and pixels channels again', async () => {
  // Two pixels side by side, two channels of 2 x 2 each.
  const image = input('image', [1, 1, 2, 8]);
  const fed = { image: Array.from({ length: 16 }, (_, i) => i) };
  const large = pixelShuffle(image, 2);
  assert.equal([...large.shape], [1, 2, 4, 2]);
  assert.equal(await evaluate([large, pixelUnshuffle(large, 2)], fed), [
    [0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15],
    fed.image,
  ]);
  assert.throws(() => pixelShuffle(image, 3), /pixelShuffle: 8 channels .* must be a multiple of r² = 9/);
});

test('shapes that do not fit', () => {
  assert.throws(() => reshape(x, [4]), /reshape: \[2, 3\] has 6 elements, \[4\] has 4/);
  assert.throws(() => transpose(x, [0, 0]), /transpose: axes \[0, 0\] must name each axis of \[2, 3\] once/);
  assert.throws(() => transpose(x, [0]), /transpose: axes \[0\] must name each axis/);
  assert.throws(() => flip(x, [2]), /flip: axes \[2\] must be distinct and within a tensor of 2 axes/);
  assert.throws(
    () => pad(x, [[1, 1]]),
    /pad: needs \[before, after\], .* of \[2, 3\]; was given \[\[1,1\]\]/,
  );
  assert.throws(
    () =>
      crop(x, [
        [0, -1],
        [0, 0],
      ]),
    /crop: needs \[before, after\], both whole and not negative/,
  );
  assert.throws(
    () =>
      crop(x, [
        [1, 1],
        [0, 0],
      ]),
    /crop: cutting \[\[1,1\],\[0,0\]\] off \[2, 3\] leaves nothing/,
  );
  assert.throws(
    () => concatenate([x, input('y', [3, 3])]),
    /concatenate: \[2, 3\], \[3, 3\] may differ in axis 1 only/,
  );
  assert.throws(() => concatenate([]), /concatenate: needs at least one tensor, was given none/);
  assert.throws(() => concatenate([x], 2), /concatenate: axes \[2\] must be .* within a tensor of 2 axes/);
});

test.run();
