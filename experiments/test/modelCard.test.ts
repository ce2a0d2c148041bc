import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelCard } from '../keepWeights/modelCard.ts';

const MODEL = {
  name: 'nlrn-x',
  network: 'nlrn' as const,
  path: '/nlrn-x.safetensors',
  bytes: 1000,
  parameters: 10,
  noise: { low: 0, high: 30 },
  figures: {
    'set, sigma 10': { sigma: 10, images: 2, psnr: 33, ssim: 0.9, bm3d: 33.2 },
    'set, sigma 20': { sigma: 20, images: 2, psnr: 30.2, ssim: 0.8, bm3d: 30 },
  },
};
const TRAINING = { batch: 8, patch: 32, steps: 1000, settling: 0.1, sigmas: [0, 30], start: 'abc' };
const WEIGHTS = {
  config: { network: 'nlrn' },
  metadata: {
    trainedOn: 'Set A',
    trainingImages: '1234',
    training: JSON.stringify(TRAINING),
    trainedBy: 'wasm, 2 threads',
    commit: 'c0ffee',
  },
};

test('a card says what a model was trained on, where it is better than BM3D, and where it is not', () => {
  const card = modelCard(MODEL, WEIGHTS, [
    { name: 'a.png', level: 'sigma 10', psnr: 33, rival: 33.1 },
    { name: 'b.png', level: 'sigma 10', psnr: 32, rival: 33 },
    { name: 'a.png', level: 'sigma 20', psnr: 31, rival: 30 },
  ]);
  assert.match(card, /^# nlrn-x\n\n10 parameters, 1000 bytes, .* at commit c0ffee\./);
  assert.match(
    card,
    /\nSet A with the hash 1234\.\n\nWhite Gaussian noise of sigma 0 to 30; 1000 steps of 8 patches of 32 x 32 pixels and 100 to settle, 9 million pixels, from weights with the hash abc; computed by wasm, 2 threads\.\n/,
  );
  // From 33 - 33.2 at sigma 10 to 30.2 - 30 at 20, and on to the last level of the training.
  assert.match(
    card,
    /By its means on set, the images on which .* takes it instead of BM3D at sigma 16 to 30; /,
  );
  assert.match(card, /\n\| set \(2\) \| 20 \| 30\.20 \| 0\.8000 \| 30\.00 \|\n/);
  assert.match(
    card,
    /better in 2 of 3 cases, most of all:\n\n\* b\.png at sigma 10: 32\.00 dB, BM3D 33\.00\n\* a\.png at sigma 10: /,
  );
});

test('a card of weights that say little', () => {
  const card = modelCard({ ...MODEL, figures: {} }, { config: {}, metadata: {} }, []);
  assert.match(card, /\nImages with the hash unknown\.\n/);
  assert.match(card, /At no level that was measured it is better than BM3D/);
});

test.run();
