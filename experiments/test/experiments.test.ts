import { nlrnConfigSchema, PRESET_NAMES, PRESETS, type PresetName } from '@nlrn/nlrn';
import { trainConfigSchema } from '@nlrn/nn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPERIMENTS } from '../catalogue.ts';
import { configOf, networkId, onImages, SIZES, scaleNamed, scaleOf, variantsAt } from '../lib/experiment.ts';
import { shardFrom, tasksOfShard } from '../lib/shard.ts';
import { NOT_IN_PAPER } from '../paper.ts';

const variantsOf = (experiment: string, preset: PresetName) =>
  variantsAt(scaleOf(preset), EXPERIMENTS.find(({ name }) => name === experiment)!);
const namesOf = (experiment: string, preset: PresetName) =>
  variantsOf(experiment, preset).map(({ name }) => name);

test('a scale of other sizes is named after them, in one order, and found by its name', () => {
  const { name, config } = scaleOf('quick', {
    steps: 100,
    states: 4,
    channels: PRESETS.quick.network.channels,
  });
  assert.is(name, 'quick-states4-steps100');
  const { network } = PRESETS.quick;
  assert.equal(config, { ...PRESETS.quick, steps: 100, network: { ...network, states: 4 } });
  const sizes = { states: 1, channels: 2, neighborhood: 3, steps: 4, batch: 5, patch: 6 };
  const all = scaleOf('paper', sizes);
  assert.equal(Object.keys(sizes), [...SIZES]);
  assert.is(all.name, 'paper-states1-channels2-neighborhood3-steps4-batch5-patch6');
  assert.equal([all.config.batch, all.config.patch, all.config.network.neighborhood], [5, 6, 3]);
  for (const preset of PRESET_NAMES) {
    const scale = scaleOf(preset);
    assert.equal([scale.name, scale.config], [preset, PRESETS[preset]]);
    for (const each of [scale, all])
      for (const origin of ['paper', 'generated', 'own'] as const)
        assert.equal(scaleNamed(onImages(each, origin).name), onImages(each, origin));
  }
});

test('with fewer states there are fewer variants: those that would be the full model are left out', () => {
  const experiment = EXPERIMENTS.find(({ name }) => name === 'ablation-variants')!;
  const namesAt = (states: number) =>
    variantsAt(scaleOf('quick', { states }), experiment).map(({ name }) => name);
  assert.equal(namesAt(1), ['recurrent', 'nlrn']);
  assert.equal(namesAt(2), ['untied', 'recurrent', 'everySecond', 'noPropagation', 'nlrn']);
  assert.equal(namesAt(3), ['untied', 'recurrent', 'everySecond', 'everyThird', 'noPropagation', 'nlrn']);
});

test('what is no name of a scale is that of none', () => {
  for (const name of [
    'bench',
    'huge',
    'quick-',
    'quick-steps',
    'quick-steps700',
    'quick-steps0',
    'quick-q3',
  ]) {
    assert.is(scaleNamed(name), undefined, name);
  }
  for (const name of [
    'quick-steps5-states4',
    'quick-steps05',
    'quick-neighborhood4',
    'quick-generated-steps5',
    'quick-own-generated',
  ]) {
    assert.is(scaleNamed(name), undefined, name);
  }
});

test('sizes that cannot be are refused, naming the option', () => {
  assert.throws(() => scaleOf('quick', { neighborhood: 4 }), /^--neighborhood 4: q must be odd/);
  assert.throws(() => scaleOf('quick', { steps: 0.5 }), /^--steps 0\.5: needs a whole number$/);
});

test('at a small neighbourhood no side of Figure 5 is there twice', () => {
  const scale = scaleOf('quick', { neighborhood: 3 });
  const figure5 = EXPERIMENTS.find(({ name }) => name === 'neighborhood-size')!;
  assert.equal(
    variantsAt(scale, figure5).map(({ name }) => name),
    ['q1', 'full', 'q5', 'q7', 'q11', 'whole'],
  );
});

test('of a single step there are no shorter trainings', () => {
  const [lengths] = EXPERIMENTS.filter(({ name }) => name === 'training-length');
  assert.equal(
    variantsAt(scaleOf('quick', { steps: 1 }), lengths!).map(({ name, steps }) => [name, steps]),
    [
      ['untied', 1],
      ['tied', 1],
      ['untied2', 2],
      ['tied2', 2],
    ],
  );
});

test('the paper has one length of training: its row stands beside the scale’s own alone', () => {
  const [lengths] = EXPERIMENTS.filter(({ name }) => name === 'training-length');
  const claims = variantsAt(scaleOf('laptop'), lengths!).map(({ name, paper }) => [
    name,
    paper.psnr,
    paper.claim,
  ]);
  assert.equal(claims, [
    ['untied3000', null, null],
    ['tied3000', null, null],
    ['untied', 30.65, 'lower'],
    ['tied', 30.8, 'equal'],
    ['untied24000', null, null],
    ['tied24000', null, null],
  ]);
});

/** The rows of the tables that the paper has: there may be others beside them. */
const OF_TABLES = {
  'ablation-metrics': [
    'euclidean',
    'dotProduct',
    'embeddedDotProduct',
    'gaussian',
    'symmetricEmbeddedGaussian',
    'embeddedGaussian',
  ],
  'ablation-variants': ['untied', 'recurrent', 'everySecond', 'everyThird', 'noPropagation', 'nlrn'],
};

test('at every scale the tables have the paper’s variants', () => {
  for (const [experiment, names] of Object.entries(OF_TABLES)) {
    for (const preset of PRESET_NAMES) {
      const printed = variantsOf(experiment, preset).filter(({ paper }) => paper.psnr !== null);
      assert.equal(
        printed.map(({ name }) => name),
        names,
        preset,
      );
    }
  }
});

test('the variants of figures are those of the scale', () => {
  const figures = ['neighborhood-size', 'unrolling-length', 'training-length'] as const;
  const at = (preset: PresetName) => figures.map((figure) => namesOf(figure, preset));
  assert.equal(at('quick'), [
    ['q3', 'q5', 'q7', 'full', 'q13', 'q21', 'whole'],
    ['T1', 'T2', 'full', 'T4', 'T5', 'T8'],
    ['untied175', 'tied175', 'untied', 'tied', 'untied1400', 'tied1400'],
  ]);
  assert.equal(at('laptop'), [
    ['q3', 'q5', 'q7', 'full', 'q13', 'q21', 'q31', 'whole'],
    ['T1', 'T2', 'full', 'T4', 'T5', 'T8'],
    ['untied3000', 'tied3000', 'untied', 'tied', 'untied24000', 'tied24000'],
  ]);
  assert.equal(at('paper'), [
    ['q15', 'q25', 'q35', 'full', 'q65', 'whole'],
    ['T3', 'T6', 'T9', 'full', 'T15', 'T18', 'T27'],
    ['untied112500', 'tied112500', 'untied', 'tied', 'untied900000', 'tied900000'],
  ]);
});

test('every variant is a valid configuration; names and runs do not repeat', () => {
  for (const preset of PRESET_NAMES) {
    const scale = scaleOf(preset);
    for (const experiment of EXPERIMENTS) {
      const variants = variantsAt(scale, experiment);
      for (const variant of variants) {
        const config = configOf(scale, variant, 1);
        assert.equal(trainConfigSchema(nlrnConfigSchema).parse(config), config);
      }
      for (const names of [
        variants.map(({ name }) => name),
        variants.map((variant) => networkId(scale, variant)),
      ]) {
        assert.is(new Set(names).size, names.length);
      }
      assert.ok(variants.some(({ name }) => name === experiment.fullModel));
    }
  }
});

test('a network without batch normalisation does not settle; all else of its training is the scale’s', () => {
  const scale = scaleOf('quick');
  assert.is(scale.config.settling, 0.1);
  const network = { batchNorm: false };
  const config = configOf(scale, { name: 'plain', label: 'Plain', network, paper: NOT_IN_PAPER }, 1);
  assert.equal(config, {
    ...scale.config,
    seed: 1,
    settling: 0,
    network: { ...scale.config.network, batchNorm: false },
  });
  assert.is(networkId(scale, { network }), 'batchNorm-false');
});

test('the full model is one run for all experiments; a run is named by what differs', () => {
  const scale = scaleOf('quick');
  for (const experiment of EXPERIMENTS) {
    const full = variantsAt(scale, experiment).find(({ name }) => name === experiment.fullModel)!;
    assert.is(networkId(scale, full), 'full');
  }
  const id = (network: Parameters<typeof networkId>[1]['network']) => networkId(scale, { network });
  assert.is(id({ metric: 'gaussian' }), 'metric-gaussian');
  assert.is(id({ neighborhood: 'image' }), 'neighborhood-image');
  assert.is(id({ states: 4, propagation: false, tied: true }), 'states-4.propagation-false');
  assert.is(networkId(scale, { network: { tied: false }, steps: 9 }), 'tied-false.steps-9');
  assert.is(networkId(scale, { network: {}, steps: scale.config.steps }), 'full');
});

test('every row is trained on patches of the size that the scale names, whatever its neighbourhood', () => {
  for (const scale of [scaleOf('quick', { patch: 5 }), scaleOf('quick', { patch: 12 }), scaleOf('paper')]) {
    for (const variant of EXPERIMENTS.flatMap((experiment) => variantsAt(scale, experiment))) {
      const { network, ...run } = configOf(scale, variant, scale.config.seed);
      const { steps = scale.config.steps } = variant;
      const settling = network.batchNorm ? scale.config.settling : 0;
      assert.equal(
        { ...run, network: scale.config.network },
        { ...scale.config, steps, settling },
        variant.name,
      );
      assert.equal(network, { ...scale.config.network, ...variant.network });
    }
  }
});

test('shards are parts of a whole', () => {
  assert.equal(shardFrom('3/12'), { index: 3, count: 12 });
  for (const text of ['0/3', '4/3', '3', '1/0', 'a/b', '1/2/3', '-1/2']) {
    assert.throws(() => shardFrom(text), /^--shard .*: needs a part and a whole, such as 3\/12/);
  }
  const tasks = [0, 1, 2, 3, 4, 5, 6];
  const shards = [1, 2, 3].map((index) => tasksOfShard(tasks, { index, count: 3 }));
  assert.equal(shards, [
    [0, 3, 6],
    [1, 4],
    [2, 5],
  ]);
  assert.equal(tasksOfShard(tasks, { index: 9, count: 9 }), []);
});

test.run();
