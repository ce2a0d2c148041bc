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
import { convolutionCases, shapesOf, titleOf } from '../convolutionCases.ts';
import { evaluate } from '../evaluate.ts';

/** Two ways to add the same float64 numbers. */
const REORDERED = 1e-12;

const x = input('x', [1, 3, 3, 1]);
const w = input('w', [2, 2, 1, 1]);
const feeds = { x: [1, 2, 3, 4, 5, 6, 7, 8, 9], w: [1, 2, 3, 4] };

test('the gradient in the filter: each weight’s sum over the pixels that it met', async () => {
  const g = input('g', [1, 2, 2, 1]);
  const y = conv2dFilterGrad(x, g, { height: 2, width: 2 });
  // 1 + 2 + 4 + 5 = 12
  assert.equal(await evaluate([y], { x: feeds.x, g: [1, 1, 1, 1] }), [[12, 16, 24, 28]]);
});

test('the gradient in the image: each pixel’s sum of the weights that it met', async () => {
  const g = input('g', [1, 2, 2, 1]);
  const y = conv2dInputGrad(g, w);
  assert.equal(await evaluate([y], { w: feeds.w, g: [1, 1, 1, 1] }), [[1, 3, 2, 4, 10, 6, 3, 7, 4]]);
});

test('a stride leaves the size of the image open', () => {
  const g = input('g', [1, 2, 2, 1]);
  assert.equal([...conv2dInputGrad(g, w, { stride: 2 }).shape], [1, 4, 4, 1]);
  assert.equal([...conv2dInputGrad(g, w, { stride: 2, size: [5, 4] }).shape], [1, 5, 4, 1]);
});

for (const given of convolutionCases) {
  test(`<conv(x, w), g> = <x, inputGrad(g, w)> = <w, filterGrad(x, g)>: ${titleOf(given)}`, async () => {
    const random = new Random('adjoint');
    const { options } = given;
    const shapes = shapesOf(given);
    const [image, filters] = [input('image', shapes.x), input('filters', shapes.w)];
    const y = conv2d(image, filters, options);
    const g = input('g', y.shape);
    const [, H, W] = shapes.x as [number, number, number];
    const [height, width] = shapes.w as [number, number];
    const products = [
      sum(mul(y, g)),
      sum(mul(image, conv2dInputGrad(g, filters, { ...options, size: [H, W] }))),
      sum(mul(filters, conv2dFilterGrad(image, g, { ...options, height, width }))),
      sum(mul(mul(y, y), mul(g, g))),
    ];
    const fed = Object.fromEntries(
      Object.entries({ image, filters, g }).map(([name, { shape }]) => [
        name,
        Float64Array.from({ length: sizeOf(shape) }, () => random.normal()),
      ]),
    );
    const [forward, throughImage, throughFilters, squares] = (await evaluate(products, fed)).map(([n]) => n!);
    // The terms may cancel: what rounding does is as large as they are.
    const allowed = REORDERED * Math.sqrt(squares!);
    assert.ok(Math.abs(forward! - throughImage!) <= allowed);
    assert.ok(Math.abs(forward! - throughFilters!) <= allowed);
  });
}

test('shapes that do not fit', () => {
  const image = input('i', [1, 5, 5, 2]);
  const g = input('g', [1, 4, 5, 4]);
  assert.throws(
    () => conv2dFilterGrad(image, g, { padding: [1, 1], height: 3, width: 3 }),
    /conv2dFilterGrad: g must be 5 x 5 as x \[1, 5, 5, 2\] is filtered by 3 x 3, is \[1, 4, 5, 4\]/,
  );
  assert.throws(
    () => conv2dInputGrad(g, input('f', [3, 3, 2, 3])),
    /conv2dInputGrad: filters \[3, 3, 2, 3\] want 3 channels, the image \[1, 4, 5, 4\] has 4/,
  );
});

test('an image whose convolution has not the size of g is refused', () => {
  const g = input('g', [1, 2, 2, 1]);
  assert.throws(
    () => conv2dInputGrad(g, input('w', [1, 1, 1, 1]), { size: [3, 3] }),
    /conv2dInputGrad: g must be 3 x 3 as 3 x 3 pixels are filtered by 1 x 1, is \[1, 2, 2, 1\]/,
  );
  assert.equal(conv2dInputGrad(g, w, { size: [3, 3] }).shape, [1, 3, 3, 1]);
});

test.run();
