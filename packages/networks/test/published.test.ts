// Slow: five images through published networks.

/**
 * Published weights on an image of Set12, beside what PyTorch makes of them. The whole sets are the experiments':
 *
 *   pnpm exp denoising
 */
import { join } from 'node:path';
import { noisyVersion } from '@nlrn/data';
import { readPng } from '@nlrn/data/node';
import { sharedPath } from '@nlrn/data/test';
import { type StoredTensor, writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { quality, restoreImage, type TrainedNoise } from '@nlrn/nn';
import { type Backend, wasmBackend } from '@nlrn/tensor';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadWeights } from '../src/loadWeights.ts';

interface Case {
  readonly file: string;
  readonly sigma: number;
  readonly noise: TrainedNoise;
  /** PSNR in dB on 01.png of Set12 with another draw of the noise */
  readonly psnr: number;
}

const CASES: readonly Case[] = [
  { file: 'dncnn-s50', sigma: 50, noise: { low: 50, high: 50 }, psnr: 27.07 },
  { file: 'dncnn-b', sigma: 25, noise: { low: 0, high: 55 }, psnr: 29.96 },
  { file: 'ffdnet-gray', sigma: 25, noise: { low: 0, high: 75 }, psnr: 29.95 },
  { file: 'tnrd-7x7-5-s25', sigma: 25, noise: { low: 25, high: 25 }, psnr: 29.65 },
  { file: 'nlnet-7x7-s25', sigma: 25, noise: { low: 25, high: 25 }, psnr: 29.87 },
];

/** One image's PSNR moves by about 0.1 dB with the noise that is drawn. */
const NOISE_TOLERANCE = 0.15;

const published = suite('published weights restore as published');
let backend: Backend;
published.before(async () => {
  backend = await wasmBackend();
});
published.after(() => backend.dispose());

const images = sharedPath('set12');
for (const { file, sigma, noise: expected, psnr: published_ } of CASES) {
  const weights = sharedPath(`weights/${file}.safetensors`);
  (weights && images ? published : published.skip)(file, async () => {
    const { network, noise } = loadWeights(weights!);
    assert.equal(noise, expected);
    const truth = { name: '01.png', image: readPng(join(images!, '01.png')) };
    const restored = await restoreImage(network, backend, noisyVersion(truth, sigma, 0), { sigma });
    const { psnr } = quality(truth, restored);
    assert.ok(Math.abs(psnr - published_) < NOISE_TOLERANCE, `${psnr} dB`);
  });
}
published.run();

const path = join(temporaryFolder(), 'w.safetensors');
const ones = (...shape: number[]): StoredTensor => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
});

test('the noise of published weights is a level or two', () => {
  const stack = new Map([
    ['conv0.weight', ones(2, 1, 3, 3)],
    ['conv0.bias', ones(2)],
    ['conv1.weight', ones(1, 2, 3, 3)],
    ['conv1.bias', ones(1)],
  ]);
  const noiseOf = (sigma: string) => {
    writeSafetensors(path, stack, { sigma });
    return loadWeights(path).noise;
  };
  assert.equal(noiseOf('15'), { low: 15, high: 15 });
  assert.equal(noiseOf('0-55'), { low: 0, high: 55 });
  assert.throws(() => noiseOf('much'), /w\.safetensors: its sigma is "much", which is no number/);
  assert.throws(() => noiseOf('1-2-3'), /its sigma is "1-2-3"/);
});

test('a stage that lacks a tensor, and filters that are no square, are refused by name', () => {
  const stages = new Map([
    ['means', ones(5)],
    ['stage0.filters', ones(8, 1, 3, 3)],
    ['stage0.rbf', ones(8, 5)],
  ]);
  stages.get('means')!.data.set([-2, -1, 0, 1, 2]);
  writeSafetensors(path, stages);
  assert.throws(() => loadWeights(path), /lacks the tensor stage0\.logLambda \[1\]/);
  writeSafetensors(path, stages.set('means', ones(5)));
  assert.throws(() => loadWeights(path), /w\.safetensors: is no TNRD: spacing: /);
});

test.run();
