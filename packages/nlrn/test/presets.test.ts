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

test('the paper’s preset halves its rate five times', () => {
  const { paper } = PRESETS;
  const rate = scheduleOf(paper);
  assert.is(rate(1), 1e-3);
  assert.is(rate(paper.steps), 1e-3 / 32);
});

test.run();
