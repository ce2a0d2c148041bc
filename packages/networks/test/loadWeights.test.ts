import { join } from 'node:path';
import { writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { PAPER_CONFIG } from '@nlrn/nlrn';
import { saveWeights } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNetwork, type NetworkConfig } from '../src/catalogue.ts';
import { loadWeights } from '../src/loadWeights.ts';
import { TNRD_CONFIG } from '../src/tnrd.ts';

const path = join(temporaryFolder(), 'w.safetensors');

const SMALL: Readonly<Record<string, NetworkConfig>> = {
  nlrn: { ...PAPER_CONFIG, channels: 3, embedding: 2, states: 2, neighborhood: 3 },
  dncnn: { network: 'dncnn', channels: 2, depth: 3 },
};

for (const [name, config] of Object.entries(SMALL)) {
  test(`${name}: its weights come back, with the configuration that tells which network it is`, async () => {
    const network = createNetwork(config, () => 0.75);
    await saveWeights(path, { network, config, backend: referenceBackend() });
    const loaded = loadWeights(path);
    assert.equal(loaded.config, config);
    const valuesOf = ({ params }: typeof network) => params.map(({ name, initial }) => [name, [...initial]]);
    assert.equal(valuesOf(loaded.network), valuesOf(network));
  });
}

test('a configuration that asks for more than the file holds is refused before anything is made', () => {
  const dncnn = { network: 'dncnn', channels: 1024, depth: 1024 };
  const nlrn = { ...PAPER_CONFIG, channels: 1024, embedding: 1024, states: 1024, tied: false };
  for (const config of [dncnn, nlrn, { ...nlrn, tied: true }, { ...nlrn, batchNorm: false }]) {
    writeSafetensors(path, new Map(), { content: 'weights', config: JSON.stringify(config) });
    const [time, memory] = [performance.now(), process.memoryUsage().arrayBuffers];
    assert.throws(
      () => loadWeights(path),
      /w\.safetensors: lacks the tensor \S+ \[.*\] of its configuration/,
    );
    assert.ok(performance.now() - time < 500);
    assert.ok(process.memoryUsage().arrayBuffers - memory < 1e6);
  }
});

test('a configuration of neither is refused with its key', () => {
  for (const [config, message] of [
    [{ ...SMALL.nlrn, neighborhood: 4 }, /configuration is not valid: neighborhood: q must be odd/],
    [{ ...SMALL.nlrn, depth: 3 }, /configuration is not valid: .*depth/],
    [{ ...SMALL.nlrn, network: 'resnet' }, /configuration is not valid: network: /],
    [{ ...SMALL.dncnn, depth: 1 }, /configuration is not valid: depth: /],
    [
      { ...TNRD_CONFIG, filter: 4 },
      /configuration is not valid: filter: a filter must be odd, so that it has a centre/,
    ],
  ] as const) {
    writeSafetensors(path, new Map(), { content: 'weights', config: JSON.stringify(config) });
    assert.throws(() => loadWeights(path), message);
  }
});

test.run();
