import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  input,
  mul,
  Random,
  sizeOf,
  sum,
} from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

/** Two ways to add the same float64 numbers. */
const REORDERED = 1e-12;

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

test('the gradient in the filter: each weight’s sum over the pixels that it met', async () => {
  const g = input('g', [1, 2, 2, 1]);
  const y = conv2dFilterGrad(x, g, { padding: [0, 0], height: 2, width: 2 });
  // 1 + 2 + 4 + 5 = 12
  assert.equal(await evaluate([y], { x: feeds.x, g: [1, 1, 1, 1] }), [[12, 16, 24, 28]]);
});

test('the gradient in the image: each pixel’s sum of the weights that it met', async () => {
  const g = input('g', [1, 2, 2, 1]);
  const y = conv2dInputGrad(g, w, { padding: [0, 0] });
  assert.equal(await evaluate([y], { w: feeds.w, g: [1, 1, 1, 1] }), [[1, 3, 2, 4, 10, 6, 3, 7, 4]]);
});

test('<conv(x, w), g> = <x, inputGrad(g, w)> = <w, filterGrad(x, g)>', async () => {
  const random = new Random('adjoint');
  const image = input('image', [2, 5, 4, 3]);
  const filters = input('filters', [3, 2, 3, 4]);
  const padding = [2, 1] as const;
  const y = conv2d(image, filters, { padding });
  const g = input('g', y.shape);
  const products = [
    sum(mul(y, g)),
    sum(mul(image, conv2dInputGrad(g, filters, { padding }))),
    sum(mul(filters, conv2dFilterGrad(image, g, { padding, height: 3, width: 2 }))),
  ] as const;
  const fed = Object.fromEntries(
    [image, filters, g].map((t, i) => [
      ['image', 'filters', 'g'][i]!,
      Float64Array.from({ length: sizeOf(t.shape) }, () => random.normal()),
    ]),
  );
  const [[forward], [throughImage], [throughFilters]] = await evaluate(products, fed);
  assert.ok(Math.abs(forward! - throughImage!) < REORDERED * Math.abs(forward!));
  assert.ok(Math.abs(forward! - throughFilters!) < REORDERED * Math.abs(forward!));
});

test('shapes that do not fit', () => {
  const filters = input('f', [3, 3, 2, 4]);
  const image = input('i', [1, 5, 5, 2]);
  const g = input('g', [1, 4, 5, 4]);
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
    () => conv2d(image, filters, { padding: 3 }),
    /padding 3 x 3 must be smaller than the 3 x 3 filter/,
  );
  assert.throws(
    () => conv2d(image, filters, { padding: -1 }),
    /padding must be a whole number of at least 0, is -1/,
  );
  assert.throws(
    () => conv2d(x, input('f', [4, 2, 1, 1])),
    /a 4 x 2 filter does not fit in a 3 x 3 image with padding 0 x 0/,
  );
  assert.throws(
    () => conv2dFilterGrad(image, g, { padding: [1, 1], height: 3, width: 3 }),
    /conv2dFilterGrad: g must be 5 x 5 as x \[1, 5, 5, 2\] is filtered by 3 x 3, is \[1, 4, 5, 4\]/,
  );
});

test.run();
