import { parameterCount } from '@nlrn/nn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createNetwork,
  DNCNN_B_CONFIG,
  DNCNN_S_CONFIG,
  FFDNET_CONFIG,
  MEMNET_CONFIG,
  type NetworkConfig,
  NLNET_CONFIG,
  RED30_CONFIG,
  TNRD_CONFIG,
} from '../src/index.ts';

/** Weights as the papers count them, without biases and normalisations; and all that is trained. */
const COUNTS: readonly (readonly [name: string, config: NetworkConfig, weights: number, all: number])[] = [
  ['DnCNN-S', DNCNN_S_CONFIG, 554_112, 555_137],
  ['DnCNN-B', DNCNN_B_CONFIG, 664_704, 665_921],
  ['FFDNet', FFDNET_CONFIG, 484_416, 485_316],
  ['RED30', RED30_CONFIG, 4_131_072, 4_131_072 + 29 * 128 + 1],
  // Biases: of the features, two filters and the gate of each block, and the last. Norms: 1, 72 of 64 channels, gates, 6 last.
  [
    'MemNet',
    MEMNET_CONFIG,
    676_992,
    676_992 + (64 + 6 * 3 * 64 + 1) + 2 * (1 + 72 * 64 + 57 * 64 + 6 * 64) + 6,
  ],
];

for (const [name, config, weights, all] of COUNTS) {
  test(`${name} has ${weights} weights, and ${all} parameters in all`, () => {
    const network = createNetwork(config, () => 0.5);
    const filters = network.params.filter(({ name }) => name.endsWith('.weight'));
    assert.is(
      filters.reduce((sum, { initial }) => sum + initial.length, 0),
      weights,
    );
    assert.is(parameterCount(network), all);
  });
}

test('TNRD has 26,645 parameters, NLNet 23,805', () => {
  // Of a stage 48² coefficients, 48 functions of 63 or 51 Gaussians, lambda, and NLNet's eight weights of a group.
  assert.is(parameterCount(createNetwork(TNRD_CONFIG, () => 0.5)), 5 * (48 * 48 + 48 * 63 + 1));
  assert.is(parameterCount(createNetwork(NLNET_CONFIG, () => 0.5)), 5 * (48 * 48 + 48 * 51 + 1 + 8));
  assert.is(5 * (48 * 48 + 48 * 63 + 1), 26_645);
  assert.is(5 * (48 * 48 + 48 * 51 + 1 + 8), 23_805);
});

test.run();
