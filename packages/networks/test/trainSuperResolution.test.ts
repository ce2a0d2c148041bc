// Slow: trains a network.

import { join } from 'node:path';
import { generatedDataset } from '@nlrn/data';
import { temporaryFolder } from '@nlrn/files/test';
import { evaluateSuperResolution, meanQuality, train } from '@nlrn/nn';
import { referenceBackend, wasmBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { untrainedNetwork } from '../src/catalogue.ts';

const RUN = {
  network: { network: 'vdsr', channels: 8, depth: 4 } as const,
  schedule: { kind: 'oneCycle', peak: 0.003 } as const,
  clipNorm: 0.5,
  seed: 1,
  steps: 400,
  settling: 0,
  batch: 8,
  patch: 15,
  sigma: 0,
  factors: [2 as const, 3 as const],
  scales: [1],
};
const dataset = generatedDataset('small', { count: 6, size: 64 });

async function trained(stop: number, options = {}) {
  const controller = new AbortController();
  const onStep = ({ step }: { step: number }) => step === stop && controller.abort();
  const [network, backend] = [untrainedNetwork(RUN), await wasmBackend({ threads: 1 })];
  const { losses } = await train(network, dataset, {
    config: RUN,
    backend,
    signal: controller.signal,
    onStep,
    ...options,
  });
  return { network, backend, losses };
}

test('what is enlarged is better than by bicubic interpolation after training; its checkpoint goes on', async () => {
  const whole = await trained(400);
  const results = await evaluateSuperResolution({ ...whole, dataset, scales: RUN.factors });
  assert.equal(
    results.map(({ scale }) => scale),
    Array.from({ length: 6 }, () => [2, 3]).flat(),
  );
  const mean = (key: 'bicubic' | 'enlarged') => meanQuality(results.map((result) => result[key])).psnr;
  assert.ok(mean('enlarged') > mean('bicubic') + 0.2, `${mean('bicubic')}, ${mean('enlarged')}`);

  const checkpoint = { path: join(temporaryFolder(), 'sr.safetensors'), every: 100, sources: 'today' };
  const stopped = await trained(100, { checkpoint });
  assert.equal(stopped.losses, whole.losses.slice(0, 100));
  const resumed = await trained(400, { checkpoint });
  assert.equal(resumed.losses, whole.losses);
  for (const { backend } of [whole, stopped, resumed]) await backend.dispose();
});

test('a signal ends the measurement', async () => {
  const signal = AbortSignal.abort();
  const [network, backend] = [untrainedNetwork(RUN), referenceBackend()];
  assert.equal(await evaluateSuperResolution({ network, backend, dataset, scales: [2], signal }), []);
});

test.run();
