// Slow: runs thirteen networks on each backend.

/** Small networks with random weights, beside what PyTorch makes of them: `fixtures/make.py`. */
import { join } from 'node:path';
import { readSafetensors, type StoredTensor } from '@nlrn/files';

import type { Network } from '@nlrn/nn';
import { input, type Shape } from '@nlrn/tensor';
import { oneOfEachKind } from '@nlrn/tensor/testedBackends';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNetwork, type NetworkConfig } from '../src/catalogue.ts';
import { loadWeights as loadPublished } from '../src/loadWeights.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', `${name}.safetensors`);
const images = readSafetensors(fixture('images')).tensors;

/** Of the largest pixel: float32 against float64, through two stages of sums over 63 Gaussians at the most. */
const TOLERANCE = 2e-5;

/** Of what is not published there is no layout to be read: OIHW filters are turned here. */
function networkOf(name: string, config: NetworkConfig): Network {
  const { tensors } = readSafetensors(fixture(name));
  return createNetwork(config, Math.random, (variable, shape) => relaid(tensors.get(variable)!, shape));
}

function relaid({ shape, data }: StoredTensor, wanted: Shape): Float32Array {
  if (shape.length !== 4) return Float32Array.from(data);
  const [h, w, c, k] = wanted as [number, number, number, number];
  return Float32Array.from({ length: data.length }, (_, i) => {
    const [out, inner] = [i % k, Math.floor(i / k)];
    const [from, place] = [inner % c, Math.floor(inner / c)];
    return data[(out * c + from) * h * w + place]!;
  });
}

const FSRCNN = { network: 'fsrcnn', channels: 4, shrunk: 2, mappings: 2 } as const;

const CASES: Readonly<Record<string, () => Network>> = {
  ffdnet: () => loadPublished(fixture('ffdnet')).network,
  tnrd: () => loadPublished(fixture('tnrd')).network,
  nlnet: () => loadPublished(fixture('nlnet')).network,
  red: () => networkOf('red', { network: 'red', channels: 4, depth: 3 }),
  memnet: () => networkOf('memnet', { network: 'memnet', channels: 3, blocks: 2, recursions: 2 }),
  drrn: () => networkOf('drrn', { network: 'drrn', channels: 3, units: 2, batchNorm: true }),
  drcn: () => networkOf('drcn', { network: 'drcn', channels: 3, recursions: 3, skip: 'added' }),
  srcnn: () => networkOf('srcnn', { network: 'srcnn', filters: [5, 1, 3], channels: [4, 3] }),
  vdsr: () => networkOf('vdsr', { network: 'vdsr', channels: 3, depth: 4 }),
  fsrcnn2: () => networkOf('fsrcnn2', { ...FSRCNN, scale: 2 }),
  fsrcnn3: () => networkOf('fsrcnn3', { ...FSRCNN, scale: 3 }),
  fsrcnn4: () => networkOf('fsrcnn4', { ...FSRCNN, scale: 4 }),
  lapsrn: () => networkOf('lapsrn', { network: 'lapsrn', channels: 3, depth: 2, levels: 2 }),
};

for (const { name, open } of oneOfEachKind) {
  const golden = suite(`PyTorch: ${name}`);
  for (const [network, create] of Object.entries(CASES)) {
    golden(network, async () => {
      const backend = await open();
      const { forward, takesLevel } = create();
      const noisy = images.get(`${network}/noisy`)!;
      const level = takesLevel ? input('level', [1, 1, 1, 1]) : undefined;
      const { output } = forward(input('noisy', [1, ...noisy.shape, 1]), 'infer', level);
      const feeds = { noisy: Float32Array.from(noisy.data), ...(level && { level: [25 / 255] }) };
      const { output: restored } = await backend.compile({ outputs: { output } }).run(feeds);
      const expected = Float32Array.from(images.get(`${network}/restored`)!.data);
      assert.is(restored.length, expected.length);
      const largest = Math.max(...expected.map(Math.abs));
      const error = Math.max(...expected.map((value, i) => Math.abs(value - restored[i]!)));
      assert.ok(error <= TOLERANCE * largest, `${error} of ${largest}`);
      await backend.dispose();
    });
  }
  golden.run();
}
