import { weightsOfSeed } from '@nlrn/nn';
import { input, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PAPER_CONFIG } from '../../src/config.ts';
import { atPixel, correlationsIn, neighbourWeights } from '../../src/look/correlations.ts';
import { createNlrn } from '../../src/model.ts';

test('weights are a softmax, of however large logits', () => {
  assert.equal(
    neighbourWeights([1000, 1000, 1000 + Math.log(2)]).map((weight) => weight.toFixed(6)),
    ['0.250000', '0.250000', '0.500000'],
  );
});

test('a pixel is counted from the left and from the top', async () => {
  const x = input('x', [1, 2, 3, 2]);
  const program = referenceBackend().compile({ outputs: { at: atPixel(x, { x: 2, y: 1 }) } });
  const { at } = await program.run({ x: Array.from({ length: 12 }, (_, i) => i) });
  assert.equal([...at], [10, 11]);
});

test('each state that has the module has a correlation, in order', () => {
  const config = { ...PAPER_CONFIG, channels: 4, embedding: 2, states: 5, neighborhood: 3, moduleEvery: 2 };
  const { output } = createNlrn(config, weightsOfSeed(1)).forward(input('x', [1, 4, 5, 1]), 'infer');
  const found = correlationsIn(output);
  assert.equal(
    found.map(({ state }) => state),
    [1, 3, 5],
  );
  for (const { S } of found) assert.equal(S.shape, [1, 4, 5, 9]);
});

test.run();
