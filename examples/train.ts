/** Trains a small network of the paper for a few steps on generated pictures. */
import { generatedDataset } from '@nlrn/data';
import { PRESETS } from '@nlrn/nlrn';
import { parameterCount, train } from '@nlrn/nn';
import { wasmBackend } from '@nlrn/tensor';

const backend = await wasmBackend();
const { network } = await train({
  config: {
    ...PRESETS.quick,
    network: { ...PRESETS.quick.network, metric: 'gaussian', channels: 8 },
    steps: 40,
    settling: 0,
  },
  dataset: generatedDataset('pictures', { count: 4, size: 64 }),
  backend,
  onStep({ step, steps, psnr }) {
    if (step % 10 === 0) console.log(`step ${step} of ${steps}: ${psnr.toFixed(1)} dB`);
  },
});
console.log(`${parameterCount(network)} parameters`);
await backend.dispose();
