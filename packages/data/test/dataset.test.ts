import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Dataset, datasetOf, hashImages, hashPixels, joinDatasets } from '../src/dataset.ts';
import { greyImage, type Image } from '../src/image.ts';
import { generatedDataset } from '../src/synthetic.ts';

const dark = greyImage([[0, 0.2]]);
const light = greyImage([[0.8, 1]]);

/** A data set of one image. */
function setOf(name: string, image: Image): Dataset {
  const images = [{ name: 'a.png', image }];
  return { name, source: 'folder', images, hash: hashImages(images) };
}

test('several data sets as one: names begin with their set’s, so that equal ones stay apart', () => {
  const [first, second] = [setOf('one', dark), setOf('two', light)];
  const both = joinDatasets([first, second]);
  const images = [
    { name: 'one/a.png', image: dark },
    { name: 'two/a.png', image: light },
  ];
  assert.equal(both, { name: 'one+two', source: 'folder', images, hash: hashImages(images) });
  assert.is(joinDatasets([first]), first);
});

test('a data set of images of one’s own has their hash, says that they were given, and keeps them', () => {
  const images = [{ name: 'a.png', image: dark }];
  const own = datasetOf('mine', images);
  const expected = { name: 'mine', source: 'given', images: [...images], hash: setOf('mine', dark).hash };
  images.pop();
  assert.equal(own, expected);
});

test('several data sets have the source of all, and are given where they have several', () => {
  const [folder, own] = [setOf('one', dark), datasetOf('two', setOf('two', light).images)];
  const generated = generatedDataset('three', { count: 1, size: 8 });
  const sources = [
    [own, own],
    [folder, own],
    [folder, generated],
    [generated, generated],
  ] as const;
  assert.equal(
    sources.map((sets) => joinDatasets(sets).source),
    ['given', 'given', 'given', 'generated'],
  );
});

test('the hash says whether names, sizes and pixels are the same', () => {
  const hash = hashImages([{ name: 'a', image: dark }]);
  // printf '["a",2,1,1]\0\0\0\0\315\314\114\076' | sha256sum      (0.2 is 0x3e4ccccd)
  assert.is(hash, '16ca62ba62dcdf25c07921ab5ad9212635e1167cd75b2055b359f875b453bf9a');
  const others = [
    hashImages([{ name: 'b', image: dark }]),
    hashImages([{ name: 'a', image: light }]),
    hashImages([{ name: 'a', image: { ...dark, width: 1, height: 2 } }]),
    hashImages([
      { name: 'a', image: dark },
      { name: 'b', image: dark },
    ]),
  ];
  assert.is(new Set([hash, ...others]).size, 5);
});

test('the hash of an image’s pixels knows its size, and no name', () => {
  // printf '[2,1,1]\0\0\0\0\315\314\114\076' | sha256sum
  assert.is(hashPixels(dark), '7636d01be69271d2a5d0eac8b59095ca9911c754d249615be5cecce5fb4217d6');
  assert.is.not(hashPixels({ ...dark, width: 1, height: 2 }), hashPixels(dark));
});

test.run();
