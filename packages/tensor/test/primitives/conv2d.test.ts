import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { conv2d, input } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

const x = input('x', [1, 3, 3, 1]);
const w = input('w', [2, 2, 1, 1]);
const feeds = { x: [1, 2, 3, 4, 5, 6, 7, 8, 9], w: [1, 2, 3, 4] };

test('a 3 x 3 image with a 2 x 2 filter', async () => {
  // 1 · 1 + 2 · 2 + 3 · 4 + 4 · 5 = 37: the filter is not turned
  assert.equal(await evaluate([conv2d(x, w)], feeds), [[37, 47, 67, 77]]);
});

test('zero padding and a bias', async () => {
  const y = conv2d(x, w, { padding: 1, bias: input('bias', [1]) });
  assert.equal([...y.shape], [1, 4, 4, 1]);
  const rows = [
    [104, 111, 118, 109],
    [118, 137, 147, 121],
    [136, 167, 177, 133],
    [114, 123, 126, 109],
  ];
  assert.equal(await evaluate([y], { ...feeds, bias: [100] }), [rows.flat()]);
});

test('padding of rows is apart from that of columns', () => {
  assert.equal([...conv2d(x, input('f', [3, 2, 1, 4]), { padding: [2, 0] }).shape], [1, 5, 2, 4]);
});

test('1 x 1: each pixel’s channels times a matrix', async () => {
  const pixels = input('pixels', [1, 1, 2, 2]);
  const matrix = input('matrix', [1, 1, 2, 3]);
  const fed = { pixels: [1, 2, 3, 4], matrix: [1, 10, 100, 2, 20, 200] };
  // 1 · 1 + 2 · 2, 1 · 10 + 2 · 20, …
  assert.equal(await evaluate([conv2d(pixels, matrix)], fed), [[5, 50, 500, 11, 110, 1100]]);
});

test('stride: every second place', async () => {
  const image = input('image', [1, 1, 5, 1]);
  const pair = input('pair', [1, 2, 1, 1]);
  const fed = { image: [1, 2, 3, 4, 5], pair: [1, 10] };
  // 1 + 20, 3 + 40; nobody sees the last pixel
  assert.equal(await evaluate([conv2d(image, pair, { stride: [1, 2] })], fed), [[21, 43]]);
  // With a zero behind it: 5 + 0
  const padded = conv2d(image, pair, { stride: [1, 2], padding: [0, [0, 1]] });
  assert.equal(await evaluate([padded], fed), [[21, 43, 5]]);
});

test('dilation: taps apart, of the filter or of the image', async () => {
  const image = input('image', [1, 1, 4, 1]);
  const pair = input('pair', [1, 2, 1, 1]);
  const fed = { image: [1, 2, 3, 4], pair: [1, 10] };
  assert.equal(await evaluate([conv2d(image, pair, { dilation: [1, 2] })], fed), [[31, 42]]);
  // 1 0 2 0 3 0 4
  const apart = conv2d(image, pair, { inputDilation: [1, 2] });
  assert.equal(await evaluate([apart], fed), [[1, 20, 2, 30, 3, 40]]);
});

test('groups: outputs see the channels of their own group', async () => {
  const pixel = input('pixel', [1, 1, 1, 4]);
  const two = input('two', [1, 1, 2, 2]);
  const four = input('four', [1, 1, 1, 4]);
  const [values, weights] = [
    [1, 2, 3, 4],
    [1, 10, 100, 1000],
  ];
  // 1 · 1 + 2 · 100, 3 · 10 + 4 · 1000
  assert.equal(await evaluate([conv2d(pixel, two, { groups: 2 })], { pixel: values!, two: weights! }), [
    [201, 4030],
  ]);
  assert.equal(await evaluate([conv2d(pixel, four, { groups: 4 })], { pixel: values!, four: weights! }), [
    [1, 20, 300, 4000],
  ]);
});

test('negative padding cuts pixels off; more than the filter is wide gives outputs of the bias alone', async () => {
  const one = input('one', [1, 1, 1, 1]);
  const fed = { x: feeds.x, one: [1] };
  assert.equal(await evaluate([conv2d(x, one, { padding: [-1, [0, -1]] })], fed), [[4, 5]]);
  const y = conv2d(x, one, { padding: [-1, [1, -3]], bias: input('bias', [1]) });
  assert.equal(await evaluate([y], { ...fed, bias: [7] }), [[7]]);
});

test('a border of the image’s own pixels', async () => {
  const three = input('three', [3, 3, 1, 1]);
  const fed = { x: feeds.x, three: new Array<number>(9).fill(1) };
  const [y] = await evaluate([conv2d(x, three, { padding: 1, border: 'replicate' })], fed);
  // 1 1 2, 1 1 2, 4 4 5
  assert.is(y![0], 21);
  assert.is(y![4], 45);
  assert.throws(
    () => conv2d(x, three, { padding: 1, border: 'reflect', inputDilation: 2 }),
    /conv2d: a border reflect has no meaning for an image with zeros put in/,
  );
});

test('shapes that do not fit', () => {
  const filters = input('f', [3, 3, 2, 4]);
  const image = input('i', [1, 5, 5, 2]);
  assert.throws(
    () => conv2d(x, filters),
    /conv2d: filters \[3, 3, 2, 4\] want 2 channels, x \[1, 3, 3, 1\] has 1/,
  );
  assert.throws(() => conv2d(input('v', [3, 3]), w), /conv2d: x must be \[B, H, W, C\], is \[3, 3\]/);
  assert.throws(() => conv2d(x, input('v', [3, 3])), /filters must be \[height, width, C, K\], are \[3, 3\]/);
  assert.throws(
    () => conv2d(image, filters, { bias: input('b', [2]) }),
    /bias must be \[4\] as .*, is \[2\]/,
  );
  assert.throws(
    () => conv2d(x, input('f', [4, 2, 1, 1])),
    /a 4 x 2 filter does not fit in a 3 x 3 image with padding 0 x 0/,
  );
  assert.throws(
    () => conv2d(image, filters, { dilation: 3, padding: [0, 1] }),
    /a 3 x 3 filter, dilated to 7 x 7, does not fit in a 5 x 5 image with padding 0 x 1/,
  );
  assert.throws(
    () => conv2d(x, input('f', [3, 9, 1, 1]), { inputDilation: 2, padding: [[1, 0], 0] }),
    /a 3 x 9 filter does not fit in a 3 x 3 image, dilated to 5 x 5, with padding \(1, 0\) x 0/,
  );
  assert.throws(
    () => conv2d(image, filters, { groups: 3 }),
    /conv2d: 3 groups do not divide the 2 channels of x.*conv2d\.test\.ts/,
  );
  assert.throws(
    () => conv2d(image, input('f', [3, 3, 1, 3]), { groups: 2 }),
    /2 groups do not divide the 3 output channels/,
  );
  assert.throws(
    () => conv2d(image, filters, { groups: 2 }),
    /filters \[3, 3, 2, 4\] want 2 groups of 2 channels, x \[1, 5, 5, 2\] has 2/,
  );
  for (const name of ['stride', 'dilation', 'inputDilation', 'groups']) {
    assert.throws(
      () => conv2d(image, filters, { [name]: 0 }),
      new RegExp(`${name} must be a whole number of at least 1, is 0`),
    );
  }
  assert.throws(() => conv2d(image, filters, { padding: 0.5 }), /padding must be whole, is 0.5/);
});

test.run();
