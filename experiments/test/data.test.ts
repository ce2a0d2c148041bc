// Slow: reads some 500 images.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath } from '@nlrn/data/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DataSets, loadData, originOf } from '../lib/data.ts';
import { RESULTS } from '../lib/results.ts';

test('results that are in the repository are of the paper’s images, and no others are called so', () => {
  const committed = ['quick', 'laptop'].flatMap((preset) =>
    readdirSync(join(RESULTS, preset))
      .filter((name) => name.endsWith('.json'))
      .map((name): DataSets => JSON.parse(readFileSync(join(RESULTS, preset, name), 'utf8'))),
  );
  assert.ok(committed.length > 1);
  for (const { train, test } of committed) {
    assert.is(originOf({ train, test }), 'paper');
    assert.is(originOf({ train: test, test: train }), 'own');
    assert.is(originOf({ train, test: { ...test, hash: train.hash } }), 'own');
    assert.is(originOf({ train, test: { ...test, source: 'generated' } }), 'generated');
  }
});

const [train, set12, bsd68] = ['train400', 'set12', 'bsd68'].map(sharedPath);
if (train && set12 && bsd68) {
  test('Train400 and Set12 are known by their pixels', () => {
    assert.is(originOf(loadData({ train, test: set12 })), 'paper');
    assert.is(originOf(loadData({ train, test: bsd68 })), 'own');
  });
}

test.run();
