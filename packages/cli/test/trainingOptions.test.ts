import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trainConfigOf } from '../src/trainingOptions.ts';

test('the mixed levels of a recipe hold unless one level or others are named, or there is no noise', () => {
  const levelsOf = (args: Parameters<typeof trainConfigOf>[0]) => trainConfigOf(args).sigmas;
  assert.equal(levelsOf({ network: 'memnet' }), [30, 70]);
  assert.equal(levelsOf({ network: 'memnet', sigmas: '0,50' }), [0, 50]);
  assert.is(levelsOf({ network: 'memnet', sigma: 50 }), undefined);
  assert.is(levelsOf({ network: 'memnet', task: 'super-resolution' }), undefined);
});

test('a network of another size than its paper has', () => {
  const { network } = trainConfigOf({ network: 'memnet', channels: 32, blocks: 3, recursions: 2 });
  assert.equal(network, { network: 'memnet', channels: 32, blocks: 3, recursions: 2 });
});

test('every option of a training is in its configuration', () => {
  assert.equal(
    trainConfigOf({
      preset: 'laptop',
      channels: 6,
      embedding: 3,
      states: 4,
      neighborhood: 5,
      metric: 'gaussian',
      'batch-norm': false,
      module: 'pointwise',
      'module-every': 2,
      propagation: false,
      tied: false,
      patch: 11,
      batch: 3,
      steps: 7,
      settling: 0.5,
      sigma: 30,
      sigmas: '5,40',
      schedule: 'halved',
      rate: 3e-4,
      seed: 9,
    }),
    {
      network: {
        network: 'nlrn',
        channels: 6,
        embedding: 3,
        states: 4,
        neighborhood: 5,
        metric: 'gaussian',
        batchNorm: false,
        module: 'pointwise',
        moduleEvery: 2,
        propagation: false,
        tied: false,
        noiseLevel: true,
      },
      patch: 11,
      batch: 3,
      steps: 7,
      settling: 0.5,
      sigma: 30,
      sigmas: [5, 40],
      schedule: { kind: 'halved', initial: 3e-4, times: 5 },
      clipNorm: 0.5,
      seed: 9,
      scales: [1, 0.9, 0.8, 0.7],
    },
  );
});

test('a rate is the peak of a cycle; a recipe keeps its own halvings; mixed levels need not be told', () => {
  assert.equal(trainConfigOf({ rate: 0.002 }).schedule, { kind: 'oneCycle', peak: 0.002 });
  assert.equal(trainConfigOf({ network: 'red30', rate: 0.002 }).schedule, {
    kind: 'halved',
    initial: 0.002,
    times: 0,
  });
  const { network } = trainConfigOf({ sigmas: '5,40', 'noise-level': false });
  assert.is((network as { noiseLevel?: boolean }).noiseLevel, false);
  const { sigma, factors } = trainConfigOf({ task: 'super-resolution' });
  assert.equal({ sigma, factors }, { sigma: 0, factors: [2, 3, 4] });
});

test.run();
