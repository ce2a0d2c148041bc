import { parameterCount } from '@nlrn/nn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createNetwork,
  DNCNN_B_CONFIG,
  DNCNN_S_CONFIG,
  DRCN_CONFIG,
  DRRN_CONFIG,
  FFDNET_CONFIG,
  FSRCNN_CONFIG,
  LAPSRN_CONFIG,
  MEMNET_CONFIG,
  type NetworkConfig,
  NLNET_CONFIG,
  RED30_CONFIG,
  SRCNN_CONFIG,
  TNRD_CONFIG,
  VDSR_CONFIG,
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
  ['SRCNN 9-5-5', SRCNN_CONFIG, 57_184, 57_184 + 97],
  ['SRCNN 9-1-5', { ...SRCNN_CONFIG, filters: [9, 1, 5] }, 8_032, 8_032 + 97],
  ['VDSR', VDSR_CONFIG, 664_704, 664_704 + 19 * 64 + 1],
  // And the shares of the 16 recursions.
  ['DRCN', DRCN_CONFIG, 1_774_080, 1_774_080 + 4 * 256 + 1 + 16],
  ['LapSRN x4', LAPSRN_CONFIG, 812_768, 814_242],
  ['LapSRN x2', { ...LAPSRN_CONFIG, levels: 1 }, 406_672, 407_441],
  // Norms: of the input, two of each unit, and of the last convolution.
  ['DRRN B1U25', DRRN_CONFIG, 297_216, 297_216 + 385 + 13_058],
  ['DRRN B1U9', { ...DRRN_CONFIG, units: 9 }, 297_216, 297_216 + 385 + 4_866],
  // Biases, and seven slopes.
  ['FSRCNN', FSRCNN_CONFIG, 12_464, 12_464 + 173 + 7],
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
