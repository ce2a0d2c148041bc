/** Trains a small network of the paper for a few steps on generated pictures. */
import { generatedDataset } from '@nlrn/data';
import { createNlrn, PRESETS } from '@nlrn/nlrn';
import { parameterCount, train, weightsOfSeed } from '@nlrn/nn';
import { wasmBackend } from '@nlrn/tensor';

const backend = await wasmBackend();
const config = {
  ...PRESETS.quick,
  network: { ...PRESETS.quick.network, metric: 'gaussian', channels: 8 } as const,
  steps: 40,
  settling: 0,
};
const network = createNlrn(config.network, weightsOfSeed(config.seed));
await train(network, generatedDataset('pictures', { count: 4, size: 64 }), {
  config,
  backend,
  onStep({ step, steps, psnr }) {
    if (step % 10 === 0) console.log(`step ${step} of ${steps}: ${psnr?.toFixed(1)} dB`);
  },
});
console.log(`${parameterCount(network)} parameters`);
await backend.dispose();
