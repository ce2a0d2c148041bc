/** Adds noise to a picture, and removes it with weights that come with the package of the paper's network. */
import { fileURLToPath } from 'node:url';
import { generateImage, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import { loadWeights } from '@nlrn/networks';
import { restoreImage } from '@nlrn/nn';
import { wasmBackend } from '@nlrn/tensor';

const image = generateImage('facade', { width: 96, height: 64, seed: 1 });
// Sigma 25 on the scale of 0 to 255; the noise depends on the name and a seed.
const noisy = noisyVersion({ name: 'facade', image }, 25, 0);

const backend = await wasmBackend();
const weights = fileURLToPath(import.meta.resolve('@nlrn/nlrn/weights/nlrn-s25.safetensors'));
const { network, noise } = loadWeights(weights);
const restored = await restoreImage(network, backend, noisy, { sigma: 25, trained: noise });
await backend.dispose();

const decibels = (other: typeof image) => `${psnr(image, toUint8Range(other)).toFixed(1)} dB`;
console.log(`trained for sigma ${noise?.high}: noisy ${decibels(noisy)}, restored ${decibels(restored)}`);
