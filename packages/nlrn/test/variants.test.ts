// Slow: compares many gradients with central differences.

import { checkGrads } from '@nlrn/autograd';
import { Parameters, parameterCount } from '@nlrn/nn';
import { input, Random, referenceBackend, type Shape, sizeOf, type Variable, variable } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NlrnConfig, nlrnConfigSchema, PAPER_CONFIG } from '../src/config.ts';
import { createNlrn } from '../src/model.ts';
import { applyNonLocal, createNonLocal } from '../src/nonLocal.ts';
import { applyPointwise, createPointwise } from '../src/pointwise.ts';
import { PRESETS } from '../src/presets.ts';
import { TINY_NETWORK } from './tiny.ts';

/** The rows of Table 2. */
const VARIANTS = {
  untied: { tied: false },
  recurrent: { module: 'pointwise' },
  everySecond: { moduleEvery: 2 },
  everyThird: { moduleEvery: 3 },
  noPropagation: { propagation: false },
} as const satisfies Record<string, Partial<NlrnConfig>>;

const countOf = (config: NlrnConfig) => parameterCount(createNlrn(config, () => 0));

const uniforms = (seed: string) => {
  const random = new Random(seed);
  return () => random.uniform();
};

test('parameters of Table 2 at every scale', () => {
  const found = Object.values(PRESETS).map(({ network }) => [
    countOf(network),
    ...Object.values(VARIANTS).map((variant) => countOf({ ...network, ...variant })),
  ]);
  assert.equal(found, [
    // m = 16, l = 8, T = 3: full, untied, recurrent, every second, every third, no propagation
    [5_811, 16_179, 5_811, 5_779, 5_747, 5_811],
    // m = 32, l = 16, T = 3
    [21_859, 63_075, 21_859, 21_795, 21_731, 21_859],
    // m = 128, l = 64, T = 12
    [340_099, 3_950_211, 340_099, 338_563, 338_051, 340_099],
  ]);
});

test('untied weights are T times the shared ones; all else is the same', () => {
  for (const { network } of Object.values(PRESETS)) {
    const { channels: m, embedding: l, states: T } = network;
    const shared = 2 * (m * l + l) + (m * m + m) + 2 * (9 * m * m + m);
    assert.is(countOf({ ...network, tied: false }) - countOf(network), (T - 1) * shared);
  }
});

test('the recurrent network has as many parameters within 1 %, whatever l', () => {
  for (const embedding of [1, 5, 16, 32, 64, 200]) {
    const config = { ...PAPER_CONFIG, embedding };
    const [full, recurrent] = [countOf(config), countOf({ ...config, module: 'pointwise' })];
    assert.ok(Math.abs(recurrent - full) <= 0.01 * full, `l ${embedding}: ${recurrent}, not ${full}`);
  }
});

test('states without the module lack its batch norm; the first has it, and each k-th after it', () => {
  const withModule = (moduleEvery: number) =>
    createNlrn({ ...TINY_NETWORK, states: 7, moduleEvery }, () => 0)
      .params.map(({ name }) => /^state(\d)\.nonLocal\.norm\.scale$/.exec(name)?.[1])
      .filter((t) => t !== undefined)
      .map(Number);
  assert.equal(withModule(1), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(withModule(2), [1, 3, 5, 7]);
  assert.equal(withModule(3), [1, 4, 7]);
  assert.equal(withModule(100), [1]);
});

test('a configuration of an older file is the full model', () => {
  const { module, moduleEvery, propagation, tied, ...older } = PAPER_CONFIG;
  assert.equal(nlrnConfigSchema.parse(older), PAPER_CONFIG);
});

const SHAPE = [1, 4, 5, 3];
const backend = referenceBackend();

/** Variables with other values than those of the start, at which W_g hides the module. */
function randomised(variables: readonly Variable[], seed: string): void {
  const uniform = uniforms(seed);
  for (const { initial } of variables) for (let i = 0; i < initial.length; i++) initial[i] = uniform() - 0.5;
}

const pixels = (shape: readonly number[], seed: string) => {
  const uniform = uniforms(seed);
  return Float32Array.from({ length: sizeOf(shape) }, uniform);
};

test('without propagation a state is computed as if the correlation before it were zero', async () => {
  const parameters = new Parameters(uniforms('weights'));
  const weights = createNonLocal(parameters, TINY_NETWORK);
  randomised(parameters.all, 'module');
  const X = input('X', SHAPE);
  const S = input('S', [1, 4, 5, 9]);
  const without = applyNonLocal(X, weights, { ...TINY_NETWORK, propagation: false }, S);
  const zero = variable('zero', [1, 4, 5, 9]);
  const fromZero = applyNonLocal(X, weights, TINY_NETWORK, zero);
  const carried = applyNonLocal(X, weights, TINY_NETWORK, S);
  const found = await backend
    .compile({
      outputs: {
        without: without.output,
        correlation: without.correlation,
        fromZero: fromZero.output,
        fromZeroCorrelation: fromZero.correlation,
        carried: carried.output,
      },
    })
    .run({ X: pixels(SHAPE, 'X'), S: pixels([1, 4, 5, 9], 'S') });
  assert.equal(found.without, found.fromZero);
  assert.equal(found.correlation, found.fromZeroCorrelation);
  assert.not.equal(found.without, found.carried);
});

/** What a network makes of an image in inference, with the given values for its variables of each name. */
async function outputOf(
  config: NlrnConfig,
  seedOf: (name: string) => string,
  shape: Shape = [1, 6, 5, 1],
): Promise<Float32Array> {
  const network = createNlrn(config, () => 0.5);
  for (const created of network.params) randomised([created], seedOf(created.name));
  const { output } = network.forward(input('x', shape), 'infer');
  const found = await backend.compile({ outputs: { output } }).run({ x: pixels(shape, 'image') });
  return found.output as Float32Array;
}

const byName = (name: string) => name;

test('propagation, untied weights and skipped states change the output; in one state they cannot', async () => {
  const changes = [{ propagation: false }, { moduleEvery: 2 }] as const;
  for (const change of changes) {
    const [three, one] = [3, 1].map((states) => ({ ...TINY_NETWORK, states }));
    assert.not.equal(await outputOf({ ...three!, ...change }, byName), await outputOf(three!, byName));
    assert.equal(await outputOf({ ...one!, ...change }, byName), await outputOf(one!, byName));
  }
});

test('untied weights that are all equal compute what shared ones do; others do not', async () => {
  const config = { ...TINY_NETWORK, states: 3 };
  const shared = await outputOf(config, byName);
  // `state2.conv1.weight` takes the values of `conv1.weight`; the norms keep their own.
  const equal = (name: string) => (name.includes('norm') ? name : name.replace(/^state\d\./, ''));
  assert.equal(await outputOf({ ...config, tied: false }, equal), shared);
  assert.not.equal(await outputOf({ ...config, tied: false }, byName), shared);
});

test('with two states, the module in every second or in every third is the same network', async () => {
  const [both, second, third] = await Promise.all(
    [1, 2, 3].map((moduleEvery) => outputOf({ ...TINY_NETWORK, moduleEvery }, (name) => `two ${name}`)),
  );
  assert.equal(third, second);
  assert.not.equal(second, both);
});

test('the whole image as neighbourhood is the largest window that has no pixel twice', async () => {
  const config = { ...TINY_NETWORK, states: 3 };
  // A window has a centre, so six rows count as five, and four as three.
  for (const [shape, side, other] of [
    [[1, 6, 6, 1], 5, 3],
    [[1, 4, 7, 1], 3, 7],
    [[1, 7, 5, 1], 5, 7],
  ] as const) {
    const whole = await outputOf({ ...config, neighborhood: 'image' }, byName, shape);
    assert.equal(whole, await outputOf({ ...config, neighborhood: side }, byName, shape));
    assert.not.equal(whole, await outputOf({ ...config, neighborhood: other }, byName, shape));
  }
});

test('the pointwise module: by hand, and the identity at the start', async () => {
  const parameters = new Parameters(uniforms('pointwise'));
  // m = 2, l = 1: k = (2 * 3 + 4) / 5 = 2
  const weights = createPointwise(parameters, { ...TINY_NETWORK, channels: 2, embedding: 1 }, '');
  assert.equal(weights.conv1.weight.shape, [1, 1, 2, 2]);
  const X = input('X', [1, 1, 2, 2]);
  const identity = await backend
    .compile({ outputs: { Y: applyPointwise(X, weights) } })
    .run({ X: [1, 2, -3, 4] });
  assert.equal([...identity.Y!], [1, 2, -3, 4]);
  backend.write(weights.conv1.weight, [1, 2, 3, -4]);
  backend.write(weights.conv1.bias, [0, 1]);
  backend.write(weights.conv2.weight, [1, 0, 10, 100]);
  backend.write(weights.conv2.bias, [5, 6]);
  const found = await backend
    .compile({ outputs: { Y: applyPointwise(X, weights) } })
    .run({ X: [1, 2, 3, -1] });
  // (1, 2): hidden (1 + 6, 2 - 8 + 1) -> (7, 0);  (3, -1): hidden (3 - 3, 6 + 4 + 1) -> (0, 11)
  assert.equal([...found.Y!], [1 + 7 + 5, 2 + 6, 3 + 110 + 5, -1 + 1100 + 6]);
});

for (const [name, variant] of Object.entries(VARIANTS)) {
  test(`gradients of a network of three states: ${name}`, async () => {
    // A seed with which no ReLU is so near its kink that the difference steps over it.
    const seed = `${name}, away from kinks`;
    const uniform = uniforms(seed);
    const network = createNlrn({ ...TINY_NETWORK, states: 3, ...variant }, uniform);
    randomised(network.params, seed);
    const x = variable('x', [2, 3, 4, 1], pixels([2, 3, 4, 1], 'x'));
    await checkGrads(() => [network.forward(x, 'train').output], [...network.params, x], uniform);
  });
}

test('gradients of a network that is told the noise level', async () => {
  const seed = 'told the level';
  const uniform = uniforms(seed);
  const network = createNlrn({ ...TINY_NETWORK, noiseLevel: true }, uniform);
  randomised(network.params, seed);
  const x = variable('x', [2, 3, 4, 1], pixels([2, 3, 4, 1], 'x'));
  const level = variable('level', [2, 1, 1, 1], [0.04, 0.2]);
  await checkGrads(() => [network.forward(x, 'train', level).output], [...network.params, x, level], uniform);
  assert.throws(() => network.forward(x, 'train'), /that takes the noise level must be given one/);
});

test.run();
