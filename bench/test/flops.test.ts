import { DNCNN_S_CONFIG, SRCNN_CONFIG } from '@nlrn/networks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { attentionFlops, forwardFlops, plainFlops } from '../lib/flops.ts';

test('attention: a product of l and one of m channels a pair, twice that backward', () => {
  const sizes = { image: [1, 2, 2], q: 3, l: 2, m: 5 } as const;
  assert.is(attentionFlops({ pass: 'forward', ...sizes }), 2 * 4 * 9 * 7);
  assert.is(attentionFlops({ pass: 'both', ...sizes }), 3 * 2 * 4 * 9 * 7);
});

test('the paper’s network: 17.2 million operations a pixel', () => {
  // Twelve states: 3 1 x 1 convolutions (32,768), 2 of 3 x 3 (294,912), attention (2,025 x 192); in and out 2,304.
  const flops = forwardFlops({ channels: 128, embedding: 64, states: 12, neighborhood: 45 });
  assert.is(flops, 2 * (12 * (32_768 + 294_912 + 388_800) + 2_304));
});

test('DnCNN: 1.1 million operations a pixel; SRCNN: a tenth of it', () => {
  // Fifteen convolutions of 64 to 64 channels; from one channel and to one.
  assert.is(plainFlops(DNCNN_S_CONFIG), 2 * 9 * (15 * 4096 + 2 * 64));
  assert.is(plainFlops(SRCNN_CONFIG), 2 * (81 * 64 + 25 * 64 * 32 + 25 * 32));
});

test.run();
