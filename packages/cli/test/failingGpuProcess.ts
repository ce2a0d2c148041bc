import { TINY_IMAGES, TINY_RUN, tinyNetwork } from '@nlrn/nlrn/test';
import { type TrainOptions, train } from '@nlrn/nn';
import { gpujsBackend, openMode } from '@nlrn/tensor/gpujs';

/**
 * A process in which the GPU fails: `failingGpuProcess.ts CHECKPOINT`.
 *
 * It trains in mode webgpu what is too large for any device; then something small, and loses the device after four
 * steps; then goes on with that on a new device. It prints what came of it.
 */
const { device } = await openMode('webgpu');
const checkpoint = { path: process.argv[2]!, every: 3, sources: 'today' };

async function attempt(options: Partial<TrainOptions>) {
  const backend = await gpujsBackend({ mode: 'webgpu' });
  return train(tinyNetwork(), TINY_IMAGES, { config: TINY_RUN, backend, ...options }).catch(
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

const tooLarge = await attempt({ config: { ...TINY_RUN, batch: 2 ** 24 } });
const lost = await attempt({
  checkpoint,
  onStep: ({ step }) => {
    if (step === 4) device!.destroy();
  },
});
const steps: number[] = [];
const resumed = await attempt({ checkpoint, onStep: ({ step }) => steps.push(step) });
console.log(JSON.stringify({ tooLarge, lost, steps, resumed }));
process.exit();
