import { join } from 'node:path';
import { readBytes, writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { type NlrnConfig, PAPER_CONFIG } from '@nlrn/nlrn';
import { saveWeights } from '@nlrn/nn';
import { input, Random, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNetwork, type NetworkConfig } from '../src/catalogue.ts';
import { StartError, startFrom } from '../src/startFrom.ts';

const path = join(temporaryFolder(), 'first.safetensors');
const backend = referenceBackend();
/** Of float64, after sums of a few hundred terms. */
const ROUNDING = 1e-12;

const random = new Random('start from');

const FIRST: NlrnConfig = { ...PAPER_CONFIG, channels: 3, embedding: 2, states: 2, neighborhood: 3 };

const first = createNetwork(FIRST, () => random.uniform());
for (const variable of [...first.params, ...first.statistics]) {
  backend.write(
    variable,
    variable.initial.map(() => 0.1 + random.uniform()),
  );
}
await saveWeights(path, { network: first, config: FIRST, backend });

const start = (network: Partial<NlrnConfig> = {}) =>
  startFrom(path, { network: { ...FIRST, ...network }, seed: 1 });

const IMAGE = { noisy: Float32Array.from({ length: 30 }, () => random.uniform()) };

/** What a network makes of an image, told a level of sigma if it takes it. */
async function outputOf({ forward, takesLevel }: typeof first, sigma = 25): Promise<Float64Array> {
  const level = takesLevel ? input('level', [1, 1, 1, 1]) : undefined;
  const { output } = forward(input('noisy', [1, 5, 6, 1]), 'infer', level);
  const feeds = { ...IMAGE, ...(level && { level: [sigma / 255] }) };
  return (await backend.compile({ outputs: { output } }).run(feeds)).output as Float64Array;
}

test('the same network begins as the other one ended', async () => {
  assert.equal(await outputOf(start().network), await outputOf(first));
});

test('a network that is told the level is the other one at sigma 25, and the image at sigma 0', async () => {
  const { network } = start({ noiseLevel: true });
  const [told, plain] = [await outputOf(network), await outputOf(first)];
  assert.ok(told.every((value, i) => Math.abs(value / plain[i]! - 1) < ROUNDING));
  assert.equal([...(await outputOf(network, 0))], [...IMAGE.noisy]);
  assert.not.equal(await outputOf(network, 50), told);
});

test('further states begin with the normalisations of the last', () => {
  const valuesOf = ({ params, statistics }: typeof first) =>
    new Map([...params, ...statistics].map(({ name, initial }) => [name, [...initial]]));
  const longer = valuesOf(start({ states: 4, neighborhood: 5 }).network);
  const last = [...longer].filter(([name]) => /^state2\./.test(name));
  assert.is(last.length, 12);
  for (const [name, value] of last) {
    for (const t of [3, 4]) assert.equal(longer.get(name.replace('state2', `state${t}`)), value, name);
  }
});

test('the hash tells the values apart', async () => {
  const { hash } = start();
  assert.match(hash, /^[0-9a-f]{16}$/);
  assert.is(start({ states: 3 }).hash, hash);
  backend.write(first.params[0]!, first.params[0]!.initial);
  await saveWeights(path, { network: first, config: FIRST, backend });
  assert.not.equal(start().hash, hash);
});

test('untied, further states begin with all weights of the last', async () => {
  const untied = { ...FIRST, tied: false };
  const network = createNetwork(untied, () => random.uniform());
  await saveWeights(path, { network, config: untied, backend: referenceBackend() });
  const { params } = start({ tied: false, states: 3 }).network;
  const valueIn = (name: string) => [...params.find((variable) => variable.name === name)!.initial];
  assert.equal(valueIn('state3.conv1.weight'), valueIn('state2.conv1.weight'));
  assert.not.equal(valueIn('state2.conv1.weight'), valueIn('state1.conv1.weight'));
});

test('the bytes of a file do as well as its path', async () => {
  await saveWeights(path, { network: first, config: FIRST, backend });
  const bytes = { name: 'page', bytes: readBytes(path, 'weights') };
  const fromBytes = startFrom(bytes, { network: FIRST, seed: 1 });
  assert.is(fromBytes.hash, start().hash);
  assert.equal(await outputOf(fromBytes.network), await outputOf(first));
  assert.throws(() => startFrom(bytes, { network: { ...FIRST, tied: false }, seed: 1 }), /^page: /);
});

/** Saves a network newly made; what begins with it as another one must be refused. */
async function refusal(saved: NetworkConfig, asked: NetworkConfig): Promise<StartError> {
  const network = createNetwork(saved, () => random.uniform());
  await saveWeights(path, { network, config: saved, backend: referenceBackend() });
  try {
    startFrom(path, { network: asked, seed: 1 });
  } catch (error) {
    assert.instance(error, StartError);
    return error as StartError;
  }
  return assert.unreachable(JSON.stringify(asked)) as never;
}

test('any other difference is refused, with what the file has', async () => {
  const all: NlrnConfig = { ...FIRST, states: 4 };
  for (const [saved, asked, wanted] of [
    [{ noiseLevel: true }, {}, { noiseLevel: true }],
    [{}, { tied: false }, { tied: true }],
    [{ tied: false }, {}, { tied: false }],
    [{}, { module: 'pointwise' }, { module: 'nonLocal' }],
    [{}, { batchNorm: false }, { batchNorm: true }],
    [{}, { channels: 4 }, { channels: 3 }],
    [{}, { states: 3 }, { states: 4 }],
    // Of these no tensor tells.
    [{}, { propagation: false }, { propagation: true }],
    [{}, { metric: 'embeddedDotProduct' }, { metric: 'embeddedGaussian' }],
    [{ moduleEvery: 2 }, { moduleEvery: 1 }, { moduleEvery: 2 }],
    [{}, { channels: 4, tied: false, neighborhood: 5, states: 5 }, { channels: 3, tied: true }],
  ] as const) {
    const error = await refusal({ ...all, ...saved }, { ...all, ...asked });
    assert.equal(error.wanted, wanted);
  }
  const kind = await refusal({ network: 'dncnn', channels: 2, depth: 3 }, FIRST);
  assert.equal(kind.wanted, { network: 'dncnn' });
});

test('the message names the file, the difference, a few of the tensors and how many there are', async () => {
  const { message } = await refusal({ ...FIRST, noiseLevel: true, tied: false }, FIRST);
  assert.ok(
    message.endsWith(
      'first.safetensors: is of a network with tied false, noiseLevel true, where tied true, noiseLevel false is asked for: ' +
        '21 tensors (level.weight [1, 1, 1, 3], state1.nonLocal.theta.weight [1, 1, 3, 2], state1.nonLocal.theta.bias [2], …) ' +
        'would be unused, 10 tensors (nonLocal.theta.weight [1, 1, 3, 2], nonLocal.theta.bias [2], nonLocal.psi.weight [1, 1, 3, 2], …) ' +
        'drawn anew; make the network with tied false, noiseLevel true',
    ),
    message,
  );
});

test('a file that holds no network is refused', () => {
  writeSafetensors(path, new Map([['other', { shape: [1], data: Float32Array.of(1) }]]), {});
  assert.throws(() => start(), /first\.safetensors: has no configuration in its metadata/);
});

test.run();
