import { join } from 'node:path';
import { writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { type NlrnConfig, PAPER_CONFIG } from '@nlrn/nlrn';
import { saveWeights } from '@nlrn/nn';
import { input, Random, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNetwork } from '../src/catalogue.ts';
import { startFrom } from '../src/startFrom.ts';

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

test('other channels, and a network of another kind, are refused', () => {
  assert.throws(
    () => start({ channels: 4 }),
    /first\.safetensors: tensor input\.conv\.weight is \[3, 3, 1, 3\], its/,
  );
  writeSafetensors(path, new Map([['other', { shape: [1], data: Float32Array.of(1) }]]), {});
  assert.throws(() => start(), /first\.safetensors: holds no tensor of a network of this configuration/);
});

test.run();
