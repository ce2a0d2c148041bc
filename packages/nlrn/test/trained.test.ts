// Slow: differentiates and trains every variant of the model.

import { grad } from '@nlrn/autograd';
import { restorationLoss, train } from '@nlrn/nn';
import { input, Random, referenceBackend, sizeOf } from '@nlrn/tensor';
import { oneOfEachKind } from '@nlrn/tensor/testedBackends';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NlrnConfig } from '../src/config.ts';
import { METRICS } from '../src/metrics.ts';
import { createNlrn } from '../src/model.ts';
import { TINY_IMAGES, TINY_NETWORK, TINY_RUN, tinyNetwork } from './tiny.ts';

/** A gradient over the whole gradient's norm: rounding of float64 stays far below, and what has an effect far above. */
const NOTHING = 1e-12;
const SOMETHING = 1e-6;

const VARIANTS: Readonly<Record<string, Partial<NlrnConfig>>> = {
  ...Object.fromEntries(METRICS.map((metric) => [metric, { metric }])),
  untied: { tied: false },
  recurrent: { module: 'pointwise' },
  'module in every second state': { moduleEvery: 2 },
  'no propagation': { propagation: false },
};

/** The norm of each parameter's gradient in training, by name, over that of all together, at random values. */
async function shares(config: NlrnConfig): Promise<Map<string, number>> {
  const random = new Random('shares');
  const network = createNlrn(config, () => random.uniform());
  const backend = referenceBackend();
  for (const param of network.params)
    backend.write(
      param,
      param.initial.map(() => random.uniform() - 0.4),
    );
  const shape = [2, 6, 5, 1];
  const { output } = network.forward(input('noisy', shape), 'train');
  const gradients = grad(restorationLoss(output, input('truth', shape)), network.params);
  const outputs = Object.fromEntries(gradients.map((g, i) => [network.params[i]!.name, g]));
  const draw = () => Array.from({ length: sizeOf(shape) }, () => random.uniform());
  const found = await backend.compile({ outputs }).run({ noisy: draw(), truth: draw() });
  const norms = Object.entries(found).map(([name, g]) => [name, Math.hypot(...g)] as const);
  const whole = Math.hypot(...norms.map(([, norm]) => norm));
  return new Map(norms.map(([name, norm]) => [name, norm / whole]));
}

for (const [name, variant] of Object.entries(VARIANTS)) {
  for (const batchNorm of [true, false]) {
    // Without normalisation a dot product grows like a power of the number of states.
    const config = { ...TINY_NETWORK, ...variant, batchNorm, states: batchNorm ? 3 : 1 };
    test(`${name}, ${batchNorm ? 'with' : 'without'} batch norm: all is trained that has a gradient, and nothing else`, async () => {
      const trained = new Set(createNlrn(config, () => 0.5).trained.map((param) => param.name));
      for (const [param, share] of await shares(config)) {
        if (trained.has(param)) assert.ok(share > SOMETHING, `${param} is trained: ${share}`);
        else assert.ok(share < NOTHING, `${param} is not: ${share}`);
      }
    });
  }
}

test('the biases that cancel in the paper’s network', () => {
  const { params, trained } = createNlrn(TINY_NETWORK, () => 0.5);
  const untrained = params.filter((param) => !trained.includes(param)).map(({ name }) => name);
  assert.equal(untrained, [
    'input.conv.bias',
    'nonLocal.psi.bias',
    'nonLocal.g.bias',
    'conv1.bias',
    'conv2.bias',
  ]);
});

test('they stay zero from the first step to the last', async () => {
  const backend = referenceBackend();
  const network = tinyNetwork();
  await train(network, TINY_IMAGES, { config: TINY_RUN, backend });
  for (const param of network.params) {
    const isZero = (await backend.read(param)).every((value) => value === 0);
    assert.is(isZero, !network.trained.includes(param), param.name);
  }
});
test.run();

/** Relative difference of losses in float32 and float64: with biases that cancel trained it is 3 % in the first settling step. */
const TOLERANCE = 1e-4;

const expected = await train(tinyNetwork(), TINY_IMAGES, { config: TINY_RUN, backend: referenceBackend() });

for (const { name, open } of oneOfEachKind) {
  const settling = suite(`settling: ${name}`);
  settling('losses are those of float64, up to the last step', async () => {
    const backend = await open();
    const { losses } = await train(tinyNetwork(), TINY_IMAGES, { config: TINY_RUN, backend });
    await backend.dispose();
    assert.is(losses.length, expected.losses.length);
    for (const [i, loss] of losses.entries()) {
      const error = Math.abs(loss / expected.losses[i]! - 1);
      assert.ok(error <= TOLERANCE, `step ${i + 1}: ${loss}, not ${expected.losses[i]}`);
    }
  });
  settling.run();
}
