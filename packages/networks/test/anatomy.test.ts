import { PAPER_CONFIG } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  anatomyOf,
  DNCNN_S_CONFIG,
  MEMNET_CONFIG,
  NLNET_CONFIG,
  RED30_CONFIG,
  TNRD_CONFIG,
} from '../src/index.ts';

test('Table 3: depth and sharing are the paper’s', () => {
  const facts = [DNCNN_S_CONFIG, RED30_CONFIG, MEMNET_CONFIG, PAPER_CONFIG].map((config) => {
    const { depth, isSharing } = anatomyOf(config);
    return [depth, isSharing];
  });
  assert.equal(facts, [
    [17, false],
    [30, false],
    [80, true],
    [38, true],
  ]);
});

test('Table 3: weights are the paper’s, but MemNet’s 667k', () => {
  assert.is(anatomyOf(DNCNN_S_CONFIG).weights, 554_112);
  assert.is(anatomyOf(RED30_CONFIG).weights, 4_131_072);
  assert.is(anatomyOf(MEMNET_CONFIG).weights, 676_992);
  // 9 m and 9 m of the first and the last convolution, 2 · 9 m² in the state, 2 l m + m² in the module.
  assert.is(anatomyOf(PAPER_CONFIG).weights, 18 * 128 + 18 * 128 ** 2 + 2 * 64 * 128 + 128 ** 2);
});

test('filters made of others are counted with all that they are made of', () => {
  assert.equal(anatomyOf(TNRD_CONFIG), { depth: 10, isSharing: false, weights: 26_645, parameters: 26_645 });
  assert.is(anatomyOf(NLNET_CONFIG).depth, 10);
});

test.run();
