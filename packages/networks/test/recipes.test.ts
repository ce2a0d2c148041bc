/** The denoisers of other papers learn by their own papers' recipes, at a small size. */
import { generatedDataset } from '@nlrn/data';
import { train } from '@nlrn/nn';
import { wasmBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createNetwork,
  type NetworkConfig,
  networkConfigSchema,
  untrainedNetwork,
} from '../src/catalogue.ts';
import { RECIPES, type Recipe } from '../src/recipes.ts';

/** As much of each network as shows that gradients reach all its parts. */
const SMALL: Readonly<Record<keyof typeof RECIPES, Partial<NetworkConfig>>> = {
  'dncnn-s': { channels: 8, depth: 4 },
  'dncnn-b': { channels: 8, depth: 4 },
  ffdnet: { channels: 8, depth: 3 },
  tnrd: { stages: 2, filter: 3, centres: 21, spacing: 30 },
  nlnet: { stages: 2, patch: 3, neighbors: 4, window: 7, centres: 27, spacing: 8 },
  red30: { channels: 8, depth: 4 },
  memnet: { channels: 8, blocks: 2, recursions: 2 },
};

/** Of a diffusion that begins with the noisy image: what brings it back has no effect there. */
const WITHOUT_EFFECT = /^stage0\.(?:lambda|logLambda)$/;

/** Errors of single batches vary: what is learned shows between the means of so many at the beginning and at the end. */
const SEEN = 8;

const dataset = generatedDataset('few', { count: 4, size: 48 });
const meanOf = (losses: readonly number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

for (const [name, recipe] of Object.entries(RECIPES) as [keyof typeof RECIPES, Recipe][]) {
  test(`${name} learns by its recipe`, async () => {
    const network = networkConfigSchema.parse({ ...recipe.network, ...SMALL[name] });
    const small = { ...recipe, network, seed: 1, patch: 24, batch: 4, steps: 40 };
    // A short run has no time for a rate that is made for a long one.
    const config = { ...small, schedule: { kind: 'oneCycle' as const, peak: 1e-2 } };
    const started = untrainedNetwork(config);
    const backend = await wasmBackend({ threads: 1 });
    const { losses } = await train(started, dataset, { config, backend });
    assert.is(losses.length, 40);
    assert.ok(
      meanOf(losses.slice(-SEEN)) < meanOf(losses.slice(0, SEEN)),
      `${meanOf(losses.slice(0, SEEN))} -> ${meanOf(losses.slice(-SEEN))}`,
    );
    for (const variable of started.trained.filter(({ name }) => !WITHOUT_EFFECT.test(name))) {
      const values = await backend.read(variable);
      assert.ok(
        values.some((value, i) => value !== variable.initial[i]),
        variable.name,
      );
    }
  });
}

test('TNRD and NLNet begin with functions that shrink, and with a tenth of the noisy image', () => {
  const gaussians = { centres: 3, spacing: 60 };
  const configs: readonly NetworkConfig[] = [
    { network: 'tnrd', stages: 1, filter: 3, ...gaussians },
    { network: 'nlnet', stages: 1, patch: 3, neighbors: 2, window: 3, ...gaussians },
  ];
  // A tenth of 60 / (1 + 1 / 9) = 54, by 9 pixels and the sqrt(2 π) that Gaussians side by side add up to; at -60, 0 and 60.
  const weight = (54 / 90 / Math.sqrt(2 * Math.PI)).toFixed(6);
  const weights = [`-${weight}`, '0.000000', weight].flatMap((text) => new Array(8).fill(text));
  for (const config of configs) {
    const { params } = createNetwork(config, () => 0.5);
    const initialOf = (name: string) => [...params.find((param) => param.name === `stage0.${name}`)!.initial];
    assert.equal(
      initialOf('weights').map((value) => value.toFixed(6)),
      weights,
    );
    const [lambda] = config.network === 'tnrd' ? initialOf('logLambda').map(Math.exp) : initialOf('lambda');
    assert.is(lambda!.toFixed(6), '0.100000');
  }
});

/** Networks, noise, patches, batches and lengths of the papers, and the rates that stand for theirs. */
const WRITTEN: Readonly<Record<keyof typeof RECIPES, unknown>> = {
  'dncnn-s': {
    network: { network: 'dncnn', channels: 64, depth: 17 },
    sigma: 25,
    patch: 40,
    batch: 128,
    steps: 80_000,
    settling: 0,
    clipNorm: 0.5,
    scales: [1, 0.9, 0.8, 0.7],
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
  },
  'dncnn-b': {
    network: { network: 'dncnn', channels: 64, depth: 20 },
    sigma: 25,
    sigmas: [0, 55],
    patch: 50,
    batch: 128,
    steps: 150_000,
    settling: 0,
    clipNorm: 0.5,
    scales: [1, 0.9, 0.8, 0.7],
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
  },
  ffdnet: {
    network: { network: 'ffdnet', channels: 64, depth: 15 },
    sigma: 25,
    sigmas: [0, 75],
    patch: 70,
    batch: 128,
    steps: 640_000,
    settling: 0,
    clipNorm: 0.5,
    scales: [1, 0.9, 0.8, 0.7],
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
  },
  tnrd: {
    network: { network: 'tnrd', stages: 5, filter: 7, centres: 63, spacing: 10 },
    sigma: 25,
    patch: 180,
    batch: 4,
    steps: 20_000,
    settling: 0,
    clipNorm: 0.5,
    scales: [1],
    schedule: { kind: 'halved', initial: 1e-2, times: 5 },
  },
  nlnet: {
    network: {
      network: 'nlnet',
      stages: 5,
      patch: 7,
      neighbors: 8,
      window: 31,
      centres: 51,
      spacing: 4,
    },
    sigma: 25,
    patch: 180,
    batch: 4,
    steps: 20_000,
    settling: 0,
    clipNorm: 0.5,
    scales: [1],
    schedule: { kind: 'halved', initial: 1e-2, times: 5 },
  },
  red30: {
    network: { network: 'red', channels: 128, depth: 15 },
    sigma: 30,
    patch: 50,
    batch: 16,
    steps: 312_500,
    settling: 0,
    clipNorm: 0.5,
    scales: [1],
    schedule: { kind: 'halved', initial: 1e-4, times: 0 },
  },
  memnet: {
    network: { network: 'memnet', channels: 64, blocks: 6, recursions: 6 },
    sigma: 30,
    sigmas: [30, 70],
    patch: 31,
    batch: 64,
    steps: 600_000,
    settling: 0,
    clipNorm: 0.5,
    scales: [1],
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
  },
};

test('the recipes are those of the papers', () =>
  assert.equal(RECIPES, WRITTEN, 'networks/src/recipes.ts, and `WRITTEN` of networks/test/recipes.test.ts'));

test.run();
