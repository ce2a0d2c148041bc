import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors, type StoredTensor, writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { type Backend, Random, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as z from 'zod';
import type { Network } from '../src/network.ts';
import { Parameters } from '../src/parameters.ts';
import { WeightsError } from '../src/trainingError.ts';
import {
  type Networks,
  readWeights,
  saveWeights,
  type TrainedNetwork,
  variablesOf,
  weightsBytes,
} from '../src/weights.ts';
import { createTiny, TINY_CONFIG, TINY_NETWORKS } from './tiny.ts';

const folder = temporaryFolder();
const path = join(folder, 'w.safetensors');

/** A tiny network with random values everywhere, statistics included, on a backend. */
function randomNetwork(): { network: Network; backend: Backend } {
  const random = new Random(1);
  const network = createTiny(TINY_CONFIG, () => random.uniform());
  const backend = referenceBackend({ precision: 'float32' });
  for (const variable of variablesOf(network)) {
    backend.write(
      variable,
      variable.initial.map(() => random.uniform()),
    );
  }
  return { network, backend };
}

async function saved(): Promise<{ tensors: Map<string, StoredTensor>; metadata: Record<string, string> }> {
  await saveWeights(path, { ...randomNetwork(), config: TINY_CONFIG }, { note: 'kept' });
  const { tensors, metadata } = readSafetensors(path);
  return { tensors: new Map(tensors), metadata: { ...metadata } };
}

test('parameters, running statistics, configuration and texts come back', async () => {
  const { network, backend } = randomNetwork();
  await saveWeights(path, { network, backend, config: TINY_CONFIG }, { note: 'kept' });
  const loaded = readWeights(path, TINY_NETWORKS);
  assert.equal(loaded.config, TINY_CONFIG);
  assert.is(loaded.metadata.note, 'kept');
  const [before, after] = [variablesOf(network), variablesOf(loaded.network)];
  assert.equal(
    after.map(({ name }) => name),
    before.map(({ name }) => name),
  );
  assert.equal(
    after.map(({ initial }) => initial),
    await Promise.all(before.map((variable) => backend.read(variable))),
  );
});

test('what a backend with float64 holds is stored in float64', async () => {
  const { network } = randomNetwork();
  const backend = referenceBackend();
  backend.write(network.params[0]!, network.params[0]!.initial.map(() => 1).fill(1 / 3));
  await saveWeights(path, { network, backend, config: TINY_CONFIG });
  assert.ok(readSafetensors(path).tensors.get(network.params[0]!.name)!.data instanceof Float64Array);
});

test('the noise of the training is told, where the file says it', async () => {
  const noiseOf = async (metadata: Record<string, string>) => {
    await saveWeights(path, { ...randomNetwork(), config: TINY_CONFIG }, metadata);
    return readWeights(path, TINY_NETWORKS).noise;
  };
  assert.equal(await noiseOf({ training: JSON.stringify({ sigma: 30, steps: 2 }) }), { low: 30, high: 30 });
  assert.equal(await noiseOf({ training: JSON.stringify({ sigma: 25, sigmas: [0, 55] }) }), {
    low: 0,
    high: 55,
  });
  assert.equal(await noiseOf({ sigma: '15' }), { low: 15, high: 15 });
  for (const silent of [{}, { training: '{}' }] as Record<string, string>[]) {
    assert.is(await noiseOf(silent), undefined);
  }
});

test('a sigma that is no number is refused, and never taken for 0', async () => {
  for (const sigma of ['', ' ', 'some', '-1', '0x10', '1e999', 'NaN']) {
    await refused(
      ({ metadata }) => Object.assign(metadata, { sigma }),
      /its sigma is ".*", which is no number/,
    );
  }
  const saying = (training: string) => (file: Awaited<ReturnType<typeof saved>>) => {
    Object.assign(file.metadata, { training });
  };
  await refused(saying('{'), /its training is not JSON/);
  await refused(saying('{"sigma":25,"sigma":50}'), /its training has the key sigma twice/);
  await refused(saying('{"sigma":""}'), /its training is not valid: sigma: /);
  await refused(saying('{"sigma":-5}'), /its training is not valid: sigma: /);
});

async function refused(
  change: (file: Awaited<ReturnType<typeof saved>>) => void,
  message: RegExp,
): Promise<void> {
  const file = await saved();
  change(file);
  writeSafetensors(path, file.tensors, file.metadata);
  assert.throws(
    () => readWeights(path, TINY_NETWORKS),
    (error: Error) =>
      error instanceof WeightsError && error.message.startsWith(`${path}: `) && message.test(error.message),
  );
}

/** Another configuration in the metadata than the tensors have. */
const claiming = (change: object) => (file: Awaited<ReturnType<typeof saved>>) => {
  file.metadata.config = JSON.stringify({ ...TINY_CONFIG, ...change });
};

test('tensors of another configuration are named, with both shapes', async () => {
  await refused(
    claiming({ channels: 4 }),
    /input\.weight is \[3, 3, 1, 3\], its configuration wants \[3, 3, 1, 4\]/,
  );
  await refused(claiming({ layers: 2 }), /lacks the tensor conv2\./);
  await refused(claiming({ layers: 0 }), /holds a tensor conv1\.\S+, which a network of its configuration/);
});

test('a missing tensor and one too many are named', async () => {
  await refused(
    ({ tensors }) => tensors.delete('conv1.weight'),
    /lacks the tensor conv1\.weight \[3, 3, 3, 3\]/,
  );
  await refused(
    ({ tensors }) => tensors.set('extra', { shape: [1], data: Float32Array.of(1) }),
    /holds a tensor extra/,
  );
});

test('NaN and infinity are refused with tensor and place', async () => {
  await refused(
    ({ tensors }) => tensors.get('conv1.bias')!.data.set([NaN], 1),
    /conv1\.bias holds NaN at element 1/,
  );
  await refused(
    ({ tensors }) => tensors.get('conv1.bias')!.data.set([-Infinity]),
    /conv1\.bias holds -Infinity at element 0/,
  );
});

test('a number beyond float32, and a running variance below zero, are refused with tensor and place', async () => {
  const huge = { shape: [3], data: Float64Array.of(0, 1e300, 0) };
  await refused(({ tensors }) => tensors.set('conv1.bias', huge), /conv1\.bias holds 1e\+300 at element 1/);
  const name = 'conv1.norm.variance';
  await refused(
    ({ tensors }) => tensors.get(name)!.data.set([-1e-9]),
    /variance holds -1e-9|variance holds -9\.99/,
  );
  const { tensors, metadata } = await saved();
  for (const at of ['conv1.norm.mean', 'conv1.bias']) tensors.get(at)!.data.set([-1]);
  tensors.get(name)!.data.set([0]);
  writeSafetensors(path, tensors, metadata);
  readWeights(path, TINY_NETWORKS);
});

test('a name makes no square: of a parameter that is called v a file may hold what is below zero', () => {
  const networks: Networks<unknown> = {
    schema: z.unknown(),
    imported: () => undefined,
    create(_config, uniform, values) {
      const parameters = new Parameters(uniform, values);
      parameters.trainable('attention.v', [1], () => Float32Array.of(1));
      parameters.statistic('own.variance', [1], 1);
      return { ...randomNetwork().network, params: parameters.all, statistics: parameters.statistics };
    },
  };
  const tensors = new Map(
    ['attention.v', 'own.variance'].map((name) => [name, { shape: [1], data: Float32Array.of(-2) }]),
  );
  writeSafetensors(path, tensors, { config: '{}' });
  const { network } = readWeights(path, networks);
  assert.equal(
    variablesOf(network).map(({ initial }) => [...initial]),
    [[-2], [-2]],
  );
});

test('weights that could not be read again are not written, and those before them stay', async () => {
  await saved();
  const before = readFileSync(path);
  const { network, backend } = randomNetwork();
  const save = (metadata: Record<string, string>) =>
    saveWeights(path, { network, backend, config: TINY_CONFIG }, metadata).then(
      () => '',
      (error: Error) => error.message,
    );
  assert.match(await save({ sigma: 'NaN' }), /w\.safetensors: its sigma is "NaN", which is no number/);
  backend.write(
    network.params[0]!,
    network.params[0]!.initial.map(() => Infinity),
  );
  assert.match(await save({}), /w\.safetensors: tensor input\.weight holds Infinity at element 0/);
  assert.equal(readFileSync(path), before);
  assert.equal(readdirSync(folder), ['w.safetensors']);
});

test('bytes for a page are those of the file, and refused where the file would be', async () => {
  const { network, backend } = randomNetwork();
  const trained = { network, backend, config: TINY_CONFIG };
  await saveWeights(path, trained, { sigma: '25' });
  assert.ok(readFileSync(path).equals(await weightsBytes(trained, { sigma: '25' })));
  const refusals = async (given: TrainedNetwork, metadata: Record<string, string> = {}) =>
    Promise.all(
      [saveWeights(path, given, metadata), weightsBytes(given, metadata)].map((made) =>
        made.then(String, (error: Error) => error instanceof WeightsError && error.message),
      ),
    );
  const fault = 'its sigma is "NaN", which is no number';
  assert.equal(await refusals(trained, { sigma: 'NaN' }), [`${path}: ${fault}`, `the weights: ${fault}`]);
  const without = 'its config is undefined; give the configuration of the network';
  const config = undefined;
  assert.equal(await refusals({ ...trained, config }), [`${path}: ${without}`, `the weights: ${without}`]);
  backend.write(network.params[1]!, [0, NaN, 0]);
  const infinite = 'tensor input.bias holds NaN at element 1; train it again';
  assert.equal(await refusals(trained), [`${path}: ${infinite}`, `the weights: ${infinite}`]);
});

test('a configuration that is none is refused with its key', async () => {
  await refused(claiming({ channels: 1e9 }), /configuration is not valid: channels: /);
  await refused(claiming({ network: 'resnet' }), /configuration is not valid: network: /);
  await refused(claiming({ depth: 3 }), /configuration is not valid: .*depth/);
  await refused(({ metadata }) => Object.assign(metadata, { config: '{' }), /configuration is not JSON/);
  await refused(
    ({ metadata }) => Object.assign(metadata, { config: metadata.config!.replace('{', '{"channels":1,') }),
    /configuration has the key channels twice/,
  );
  await refused(({ metadata }) => delete metadata.config, /no configuration in its metadata/);
  await refused(
    ({ metadata }) => Object.assign(metadata, { content: 'checkpoint' }),
    /is a checkpoint of training/,
  );
});

test('a file without metadata may be from elsewhere', () => {
  const elsewhere = new Map([['elsewhere', { shape: [2], data: Float32Array.of(1, 2) }]]);
  writeSafetensors(path, elsewhere, {});
  const { config, network, noise } = readWeights(path, TINY_NETWORKS);
  assert.equal([config, noise], [{ network: 'tiny', channels: 2, layers: 0 }, undefined]);
  assert.equal([...network.params[1]!.initial], [1, 2]);
});

test.run();
