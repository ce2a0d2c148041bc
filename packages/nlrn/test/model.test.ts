import { grad } from '@nlrn/autograd';
import { createImage } from '@nlrn/data';
import {
  adamState,
  adamUpdates,
  clipByGlobalNorm,
  Parameters,
  parameterCount,
  restorationLoss,
  restoreImage,
} from '@nlrn/nn';
import {
  formatProgram,
  input,
  Random,
  referenceBackend,
  sizeOf,
  type Tensor,
  wasmBackend,
} from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NlrnConfig, PAPER_CONFIG } from '../src/config.ts';
import { METRICS } from '../src/metrics.ts';
import { createNlrn } from '../src/model.ts';
import { applyNonLocal, createNonLocal } from '../src/nonLocal.ts';
import { PAPER_CLIP_NORM } from '../src/presets.ts';

/** Five steps in float32: the last bits depend on the order of sums, and Adam's first steps enlarge them. */
const PINNED = 1e-4;

const TINY: NlrnConfig = {
  ...PAPER_CONFIG,
  channels: 4,
  embedding: 2,
  states: 2,
  neighborhood: 3,
};

const uniforms = (seed: string) => {
  const random = new Random(seed);
  return () => random.uniform();
};

test('330,625 parameters at paper scale without batch norm', () => {
  const convolutions = {
    input: 9 * 128 + 128,
    theta: 128 * 64 + 64,
    psi: 128 * 64 + 64,
    g: 128 * 128 + 128,
    conv1: 9 * 128 * 128 + 128,
    conv2: 9 * 128 * 128 + 128,
    output: 9 * 128 + 1,
  };
  const total = Object.values(convolutions).reduce((a, b) => a + b);
  assert.is(total, 330_625);
  const network = createNlrn({ ...PAPER_CONFIG, batchNorm: false }, () => 0);
  assert.is(parameterCount(network), total);
  assert.is(network.statistics.length, 0);
});

test('340,099 parameters with batch norm: one channel at the input, 128 in 3 norms a state and the last', () => {
  const network = createNlrn(PAPER_CONFIG, () => 0);
  const scalesAndShifts = 2 * (1 + 12 * 3 * 128 + 128);
  assert.is(parameterCount(network), 330_625 + scalesAndShifts);
  assert.is(parameterCount(network), 340_099);
  const statistics = network.statistics.reduce((n, { initial }) => n + initial.length, 0);
  assert.is(statistics, scalesAndShifts);
});

test('names are unique, and the number of states adds norms only', () => {
  const names = (states: number) => createNlrn({ ...TINY, states }, () => 0).params.map(({ name }) => name);
  assert.is(new Set(names(3)).size, names(3).length);
  const added = names(3).filter((name) => !names(2).includes(name));
  const places = ['nonLocal', 'conv1', 'conv2'];
  assert.equal(
    added,
    places.flatMap((place) => [`state3.${place}.norm.scale`, `state3.${place}.norm.shift`]),
  );
});

test('the non-local module is the identity at the start, for every metric', async () => {
  const x = input('x', [1, 4, 5, 4]);
  const uniform = uniforms('identity');
  const fed = Float32Array.from({ length: sizeOf(x.shape) }, () => uniform() - 0.5);
  for (const metric of METRICS) {
    const weights = createNonLocal(new Parameters(uniform), { ...TINY, metric });
    const { output } = applyNonLocal(x, weights, { ...TINY, metric }, undefined);
    const found = await referenceBackend().compile({ outputs: { output } }).run({ x: fed });
    assert.equal([...found.output!], [...fed], metric);
  }
});

test('an image of any size keeps it', async () => {
  const { forward } = createNlrn(TINY, uniforms('sizes'));
  const backend = referenceBackend();
  for (const shape of [
    [1, 5, 7, 1],
    [2, 1, 4, 1],
    [1, 1, 1, 1],
  ]) {
    const { output, updates } = forward(input('x', shape), 'infer');
    assert.is(updates.size, 0);
    assert.equal([...output.shape], shape);
    const found = await backend
      .compile({ outputs: { output } })
      .run({ x: new Float32Array(sizeOf(shape)).fill(0.5) });
    assert.ok(found.output!.every(Number.isFinite));
  }
});

test('training updates all running statistics, each by a hundredth of the difference', async () => {
  const network = createNlrn(TINY, uniforms('statistics'));
  const { output, updates } = network.forward(input('x', [1, 2, 2, 1]), 'train');
  assert.equal(new Set(updates.keys()), new Set(network.statistics));
  const backend = referenceBackend();
  await backend.compile({ outputs: { output }, updates }).run({ x: [1, 2, 3, 6] });
  const [mean, variance] = await Promise.all(
    ['input.norm.mean', 'input.norm.variance'].map((name) =>
      backend.read(network.statistics.find((statistic) => statistic.name === name)!),
    ),
  );
  // From 0 towards the mean 3, and from 1 towards the variance (4 + 1 + 0 + 9) / 4 = 3.5
  assert.ok(Math.abs(mean![0]! - 0.03) < 1e-6, `mean ${mean}`);
  assert.ok(Math.abs(variance![0]! - 1.025) < 1e-6, `variance ${variance}`);
});

/** Losses of five steps with batch norm and without, as `reference` computes them in float64. */
const LOSSES = {
  true: [0.235384, 0.143391, 0.097596, 0.0776883, 0.0640054],
  false: [0.0764962, 0.067212, 0.0617031, 0.0573548, 0.0534168],
};

const backends = {
  reference: async () => referenceBackend(),
  'reference, float32': async () => referenceBackend({ precision: 'float32' }),
  wasm: () => wasmBackend({ threads: 2 }),
};

for (const batchNorm of [true, false]) {
  for (const [name, open] of Object.entries(backends)) {
    test(`five steps of a tiny NLRN ${batchNorm ? 'with' : 'without'} batch norm: ${name}`, async () => {
      const backend = await open();
      const uniform = uniforms('smoke');
      const network = createNlrn({ ...TINY, batchNorm }, uniform);
      const shape = [2, 7, 9, 1];
      const draw = () => Float32Array.from({ length: sizeOf(shape) }, uniform);
      const images = { noisy: draw(), truth: draw() };
      const { output, updates } = network.forward(input('noisy', shape), 'train');
      const loss = restorationLoss(output, input('truth', shape));
      const { clipped } = clipByGlobalNorm(grad(loss, network.params), PAPER_CLIP_NORM);
      const schedule: Record<'rate' | 'step', Tensor> = { rate: input('rate', []), step: input('step', []) };
      const steps = adamUpdates(network.params, clipped, adamState(network.params), schedule);
      const program = backend.compile({ outputs: { loss }, updates: new Map([...steps, ...updates]) });
      const losses: number[] = [];
      for (let step = 1; step <= 5; step++) {
        losses.push((await program.run({ ...images, rate: [1e-2], step: [step] })).loss![0]!);
      }
      await backend.dispose();
      LOSSES[`${batchNorm}`].forEach((expected, i) => {
        assert.ok(Math.abs(losses[i]! - expected) <= PINNED * expected, `losses ${losses.join(', ')}`);
      });
    });
  }
}
test('a printed program calls features, correlations and their gradients by the paper’s symbols', () => {
  const network = createNlrn(TINY, uniforms('names'));
  const { output } = network.forward(input('noisy', [1, 5, 5, 1]), 'train');
  const gradients = grad(restorationLoss(output, input('truth', [1, 5, 5, 1])), network.trained);
  const { program } = referenceBackend().compile({ outputs: Object.fromEntries(gradients.entries()) });
  // `y [1, 5, 5, 1] = …` by itself, `y = …` in a formula that it is a part of
  const text = formatProgram(program);
  const states = [
    's^0',
    ...[1, 2].flatMap((t) => ['X', 'theta', 'psi', 'g', 'Z', 'S', 's'].map((s) => `${s}^${t}`)),
  ];
  const expected = [...states, 'y', '∂y', '∂s^2', '∂s^1', '∂S^1', '∂theta^1', '∂nonLocal.psi.weight'];
  assert.equal(
    expected.filter((name) => !text.includes(`${name} [`) && !text.includes(`${name} = `)),
    [],
  );
});

test('an image of any size is restored: odd, one pixel wide, one high, a single pixel', async () => {
  const uniform = uniforms('sizes');
  const network = createNlrn(TINY, uniform);
  const backend = referenceBackend();
  // W_g would start at zero.
  for (const param of network.params)
    backend.write(
      param,
      param.initial.map(() => uniform() - 0.3),
    );
  for (const [width, height] of [
    [7, 4],
    [1, 9],
    [8, 1],
    [1, 1],
  ] as const) {
    const image = createImage(width, height, 1, Float32Array.from({ length: width * height }, uniform));
    const restored = await restoreImage(network, backend, image);
    assert.equal([restored.width, restored.height], [width, height]);
    assert.ok(restored.data.every(Number.isFinite));
  }
});

test('tiles leave no seam: what a network sees reaches as far as it says, and no farther', async () => {
  const uniform = uniforms('seams');
  const config = { ...TINY, channels: 2, embedding: 1, states: 2, neighborhood: 5 };
  const network = createNlrn(config, uniform);
  assert.is(network.reach, 2 + 2 * 2 + 2 * 2);
  const backend = await wasmBackend({ threads: 1 });
  for (const param of network.params)
    backend.write(
      param,
      param.initial.map(() => uniform() - 0.3),
    );
  const image = createImage(200, 40, 1, Float32Array.from({ length: 200 * 40 }, uniform));
  const whole = await restoreImage(network, backend, image);
  const tiled = await restoreImage(network, backend, image, { memory: 1 });
  await backend.dispose();
  // Away from the image's border, at which windows go on at the other side: of a tile that is somewhere else.
  const differs = (margin: number) =>
    [...whole.data].filter((value, i) => {
      const [x, y] = [i % 200, Math.floor(i / 200)];
      const isInside = Math.min(x, y, 199 - x, 39 - y) >= margin;
      return isInside && Math.abs(value - tiled.data[i]!) > 1e-5;
    }).length;
  assert.is(differs(network.reach!), 0);
  assert.ok(differs(0) > 0, 'the test sees no tiles');
});

test('with the whole image as neighbourhood something is left between the margins of a piece, whatever the number of states', () => {
  for (const states of [1, 10, 11, 22, 23, 64, 1024]) {
    const config = { ...TINY, channels: 1, embedding: 1, states, neighborhood: 'image' } as const;
    const { side, margin } = createNlrn(config, () => 0.5).piece!;
    assert.is(margin, Math.min(2 * states + 2, 23), `${states} states`);
    assert.ok(side > 2 * margin, `${states} states`);
  }
});

test.run();
