import { generatedDataset } from '@nlrn/data';
import { PRESETS } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { introduction } from '../src/commands/train.ts';
import { wrapped } from '../src/wrapped.ts';

test('lines end between words, and a word that is too long has its own', () => {
  assert.equal(wrapped('a bc def', 4), ['a bc', 'def']);
  assert.equal(wrapped('a longer b', 4), ['a', 'longer', 'b']);
  assert.equal(wrapped('as wide as it is'), ['as wide as it is']);
});

test('what is to be trained fits terminals of 60 and 80 columns', () => {
  const dataset = generatedDataset('train', { count: 1, size: 16 });
  const text = introduction(PRESETS.paper, dataset, { description: 'wasm (2 threads)' });
  assert.match(
    text,
    /^training a network of .*states 12.* on 1 generated images, 450000 steps of 16 patches, /,
  );
  for (const width of [60, 80])
    for (const line of wrapped(text, width)) assert.ok(line.length <= width, line);
});

test.run();
