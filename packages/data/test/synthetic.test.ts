import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Image } from '../src/image.ts';
import { quantize } from '../src/quantize.ts';
import { powerLaw } from '../src/synthetic/leaves.ts';
import { render } from '../src/synthetic/picture.ts';
import { generatedDataset, generateImage, KINDS } from '../src/synthetic.ts';

const SIZE = { width: 64, height: 48 };

const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const deviation = ({ data }: Image) => {
  const m = mean([...data]);
  return Math.sqrt(mean([...data].map((v) => (v - m) ** 2)));
};

test('radii of leaves follow the density r⁻³', () => {
  assert.is(powerLaw(0, 2, 50), 2);
  // Without an upper limit, P(r > 2) = 1/4 for a lower limit of 1.
  assert.ok(Math.abs(powerLaw(0.75, 1, 1e9) - 2) < 1e-12);
  assert.ok(Math.abs(powerLaw(1, 2, 50) - 50) < 1e-6);
});

for (const kind of KINDS) {
  test(`${kind}: the same seed gives the same image, another seed another`, () => {
    const image = generateImage(kind, { ...SIZE, seed: 1 });
    assert.equal([image.width, image.height, image.channels], [64, 48, 1]);
    assert.equal(generateImage(kind, { ...SIZE, seed: 1 }), image);
    assert.not.equal(generateImage(kind, { ...SIZE, seed: 2 }), image);
  });

  test(`${kind}: pixels are 8-bit values with contrast`, () => {
    for (let seed = 0; seed < 4; seed++) {
      const image = generateImage(kind, { ...SIZE, seed });
      for (const v of image.data) assert.is(v, Math.fround(quantize(v, 255) / 255));
      // A flat image would teach nothing; photographs have deviations of 0.1 to 0.3.
      assert.ok(deviation(image) > 0.04, `seed ${seed}: ${deviation(image)}`);
    }
  });
}

test('dead leaves have the heavy tails of photographs: many flat places, some sharp edges', () => {
  const { data, width } = generateImage('leaves', { width: 128, height: 128, seed: 0 });
  const steps = [...data.keys()].filter((i) => i % width > 0).map((i) => data[i]! - data[i - 1]!);
  const kurtosis = mean(steps.map((s) => s ** 4)) / mean(steps.map((s) => s ** 2)) ** 2;
  // A normal distribution has 3; Lee, Mumford & Huang find long tails for photographs as for the model.
  assert.ok(kurtosis > 6, String(kurtosis));
});

test('a pixel on an edge is the mean of nine points, so that edges are not jagged', () => {
  // The edge x = 1.4 cuts the second pixel, whose points lie at 1.17, 1.5 and 1.83.
  const upright = render((x) => (x < 1.4 ? 0 : 1), { width: 3, height: 1 });
  assert.equal([...upright.data], [0, 2 / 3, 1].map(Math.fround));
  // A diagonal edge leaves three of nine points of its pixels above it.
  const diagonal = render((x, y) => (y < x - 0.01 ? 0 : 1), { width: 2, height: 2 });
  assert.equal([...diagonal.data], [2 / 3, 0, 1, 2 / 3].map(Math.fround));
});

test('images of all sizes are drawn', () => {
  for (const kind of KINDS) {
    const image = generateImage(kind, { width: 9, height: 5, seed: 0 });
    assert.equal([image.width, image.height], [9, 5]);
    assert.ok(image.data.every((v) => v >= 0 && v <= 1));
  }
});

test('a data set cycles through the kinds and names its images', () => {
  const set = generatedDataset('train', { count: 8, size: 32 });
  assert.equal(
    set.images.map(({ name }) => name),
    [
      'leaves-00.png',
      'facade-01.png',
      'gratings-02.png',
      'bricks-03.png',
      'weave-04.png',
      'mixed-05.png',
      'leaves-06.png',
      'facade-07.png',
    ],
  );
  assert.equal([set.name, set.source], ['train', 'generated']);
  assert.is(generatedDataset('train', { count: 8, size: 32 }).hash, set.hash);
});

test('a larger data set begins with the smaller one', () => {
  const large = generatedDataset('train', { count: 7, size: 24 });
  assert.equal(generatedDataset('train', { count: 3, size: 24 }).images, large.images.slice(0, 3));
});

test('a data set without images is refused', () => {
  for (const count of [0, -1, Number.NaN])
    assert.throws(
      () => generatedDataset('train', { count, size: 8 }),
      /^train: a data set of .* images; give a count of 1/,
    );
});

test('train, test and other seeds share no image', () => {
  const sets = [
    generatedDataset('train', { count: 12, size: 24 }),
    generatedDataset('test', { count: 12, size: 24 }),
    generatedDataset('train', { count: 12, size: 24, seed: 1 }),
  ];
  const pixels = sets.flatMap(({ images }) => images.map(({ image }) => image.data.join()));
  assert.is(new Set(pixels).size, 36);
});

test.run();
