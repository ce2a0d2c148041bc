import { untrainedNetwork } from '@nlrn/networks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTrainable, trainConfigOf } from '../src/trainingOptions.ts';
import { UserError } from '../src/userError.ts';

type Given = Parameters<typeof trainConfigOf>[0];

const refused = (args: Given, message: RegExp) =>
  assert.throws(
    () => {
      const config = trainConfigOf(args);
      checkTrainable(config, untrainedNetwork(config));
    },
    (error: Error) => {
      assert.match(error.message, message);
      return error instanceof UserError;
    },
  );

test('the mixed levels of a recipe hold unless one level or others are named, or there is no noise', () => {
  const levelsOf = (args: Given) => trainConfigOf(args).sigmas;
  assert.equal(levelsOf({ network: 'memnet' }), [30, 70]);
  assert.equal(levelsOf({ network: 'memnet', sigmas: '0,50' }), [0, 50]);
  assert.is(levelsOf({ network: 'memnet', sigma: 50 }), undefined);
  assert.is(levelsOf({ network: 'memnet', task: 'super-resolution' }), undefined);
});

test('a network of another size than its paper has', () => {
  const { network } = trainConfigOf({ network: 'memnet', channels: 32, blocks: 3, recursions: 2 });
  assert.equal(network, { network: 'memnet', channels: 32, blocks: 3, recursions: 2 });
});

test('what a preset has of settling goes with its batch normalisation', () => {
  assert.is(trainConfigOf({ preset: 'laptop' }).settling, 0.1);
  assert.is(trainConfigOf({ preset: 'laptop', 'batch-norm': false }).settling, 0);
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

test('mixed levels are tested at the usual one, or, where that is not among them, in the middle', () => {
  const levelOf = (args: Given) => trainConfigOf(args).sigma;
  assert.is(levelOf({ sigmas: '0,55' }), 25);
  assert.is(levelOf({ sigmas: '30,70' }), 50);
  assert.is(levelOf({ sigmas: '30,71' }), 51);
  assert.is(levelOf({ sigmas: '30.2,30.4' }), 30.2);
  assert.is(levelOf({ sigmas: '30,70', sigma: 70 }), 70);
  assert.is(levelOf({ network: 'memnet', sigmas: '0,50' }), 30);
  assert.is(levelOf({ network: 'memnet', sigmas: '0,20' }), 10);
});

test('a level outside of those that are learned, and no noise at all, are refused', () => {
  refused(
    { sigmas: '30,70', sigma: 25 },
    /^--sigma 25: is not in --sigmas 30,70, .*; give one that is, or leave it out$/,
  );
  refused({ sigmas: '30,70', sigma: 70.5 }, /^--sigma 70\.5: is not in /);
  refused({ sigma: 0 }, /^--sigma 0: there is no noise to learn from; give a level above 0$/);
  refused({ sigmas: '0,0' }, /^--sigmas 0,0: there is no noise to learn from/);
  refused({ network: 'red30', sigma: 0 }, /^--sigma 0: /);
});

test('a network with normalisations is told levels only where those of a step differ', () => {
  const same =
    /: all patches of a step would have the same level, and batch normalisation .*; give --sigmas two /;
  refused({ 'noise-level': true }, /^--noise-level: /);
  refused({ 'noise-level': true, sigma: 50 }, same);
  refused({ sigmas: '25,25' }, /^--sigmas 25,25: /);
  refused({ sigmas: '0,55', batch: 1 }, /^--batch 1: /);
  for (const args of [
    { 'noise-level': true, 'batch-norm': false },
    { sigmas: '25,25', 'noise-level': false },
    { sigmas: '0,55', batch: 2 },
  ])
    assert.ok(trainConfigOf(args));
});

test('a network that must be told the level is not for super-resolution', () => {
  const small = { network: 'ffdnet', channels: 2, depth: 2 };
  refused(
    { ...small, task: 'super-resolution' },
    /^--task super-resolution: ffdnet must be told the level of the noise, .*; name another --network$/,
  );
  const config = trainConfigOf(small);
  checkTrainable(config, untrainedNetwork(config));
});

test('patches that are smaller than the smallest image of a network are refused', () =>
  refused({ network: 'tnrd', patch: 5 }, /^--patch 5: needs to be >=6 for --network tnrd$/));

test('a fraction where a whole number is wanted is refused, and the option is named', () => {
  const networks: Readonly<Record<string, string>> = {
    depth: 'red30',
    blocks: 'memnet',
    recursions: 'memnet',
  };
  for (const option of [
    ...['channels', 'depth', 'blocks', 'recursions', 'embedding', 'states', 'neighborhood', 'module-every'],
    ...['patch', 'batch', 'steps', 'seed'],
  ])
    refused(
      { network: networks[option] ?? 'nlrn', [option]: 3.5 },
      new RegExp(`^--${option} 3\\.5: needs a whole number$`),
    );
});

test('so much settling that the steps could not be counted is refused', () =>
  refused({ settling: 1e308 }, /^--settling 1e\+308: needs to be <=1000000$/));

test('a level below zero, or above 255, is refused, and told from the other one of --sigmas', () => {
  refused({ sigmas: '-3,30' }, /^--sigmas -3: needs to be >=0$/);
  refused({ sigmas: '30,300' }, /^--sigmas 300: needs to be <=255$/);
  refused({ sigma: 300 }, /^--sigma 300: needs to be <=255$/);
});

test.run();
