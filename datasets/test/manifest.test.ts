// Slow: reads the images of three sets.

import { createImage, generateImage, greyImage, type Image } from '@nlrn/data';
import { sharedPath } from '@nlrn/data/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SETS } from '../catalogue.ts';
import { entriesOf, entryOf, formatEntry, readManifest } from '../manifest.ts';

test('every set has a manifest, with names that occur once, and pixels too but for a twin', () => {
  for (const { name, about } of SETS) {
    const manifest = readManifest(name);
    assert.is(new Set(manifest.map((entry) => entry.name)).size, manifest.length, name);
    // Two of the 91 images of Yang et al. are one.
    const twins = name === 'train291-y' ? 1 : 0;
    assert.is(new Set(manifest.map((entry) => entry.hash)).size, manifest.length - twins, name);
    const stated = /^(\d+) /.exec(about)?.[1];
    if (stated) assert.is(manifest.length, Number(stated), name);
  }
});

test('a line says hash, size and name', () => {
  // printf '[2,1,1]\0\0\0\0\0\0\200\077' | sha256sum      (1 is 0x3f800000)
  assert.is(
    formatEntry(entryOf({ name: 'a b.png', image: greyImage([[0, 1]]) })),
    '362469a5f18e8156315acc427c7c8c0b73435f14ae72f802f63a38a340d623df 2 x 1 a b.png',
  );
  const color = createImage(1, 1, 3, Float32Array.of(1, 0, 0));
  assert.match(formatEntry(entryOf({ name: 'red.png', image: color })), /^\w{64} 1 x 1 x 3 red\.png$/);
});

test('a grey image that is stored as colour is the same image', () => {
  const grey = generateImage('leaves', { width: 9, height: 7, seed: 1 });
  const data = Float32Array.from({ length: 3 * grey.data.length }, (_, i) => grey.data[Math.floor(i / 3)]!);
  const asColor: Image = createImage(9, 7, 3, data);
  assert.equal(entryOf({ name: 'x', image: asColor }), entryOf({ name: 'x', image: grey }));
  data[5]! += 0.25;
  assert.is(entryOf({ name: 'x', image: asColor }).size, '9 x 7 x 3');
});

test('BSD68 is a part of the validation images of BSD', () => {
  const larger = new Set(readManifest('bsd300-val').map(({ hash }) => hash));
  assert.ok(readManifest('bsd68').every(({ hash }) => larger.has(hash)));
});

test('the manifests are those of the sets', () => {
  for (const name of ['set12', 'bsd68', 'set5']) {
    const folder = sharedPath(name);
    if (folder) assert.equal(entriesOf(folder), readManifest(name), name);
  }
});

test.run();
