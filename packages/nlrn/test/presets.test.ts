import { scheduleOf, trainConfigSchema } from '@nlrn/nn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nlrnConfigSchema } from '../src/config.ts';
import { PRESETS } from '../src/presets.ts';

test('every preset is a valid configuration with patches that hold the neighbourhood', () => {
  for (const preset of Object.values(PRESETS)) {
    assert.equal(trainConfigSchema(nlrnConfigSchema).parse(preset), preset);
    assert.ok(preset.patch >= preset.network.neighborhood);
  }
});

test('the paper’s preset is Section 5’s', () => {
  assert.equal(PRESETS.paper, {
    network: {
      network: 'nlrn',
      channels: 128,
      embedding: 64,
      states: 12,
      neighborhood: 45,
      metric: 'embeddedGaussian',
      batchNorm: true,
      module: 'nonLocal',
      moduleEvery: 1,
      propagation: true,
      tied: true,
      noiseLevel: false,
    },
    sigma: 25,
    patch: 45,
    batch: 16,
    steps: 450_000,
    settling: 0,
    schedule: { kind: 'halved', initial: 1e-3, times: 5 },
    clipNorm: 0.5,
    scales: [1, 0.9, 0.8, 0.7],
    seed: 0,
  });
});

test('the paper’s preset halves its rate five times', () => {
  const { paper } = PRESETS;
  const rate = scheduleOf(paper);
  assert.is(rate(1), 1e-3);
  assert.is(rate(paper.steps), 1e-3 / 32);
});

test.run();
