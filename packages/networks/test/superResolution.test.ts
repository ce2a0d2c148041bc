// Slow: runs published networks.

/** Published networks of super-resolution on a small input, beside what PyTorch makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createImage, SR_PROTOCOLS, type SrProtocol, type SrQuality, type SrScale } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import { sharedPath } from '@nlrn/data/test';
import { type StoredTensor, writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { createRestorer, enlargeWith, meanQuality, restoreImage } from '@nlrn/nn';
import { type Backend, Random, referenceBackend, wasmBackend } from '@nlrn/tensor';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNetwork, type NetworkConfig } from '../src/catalogue.ts';
import { loadWeights } from '../src/loadWeights.ts';

/** What the file of checks holds: the mean of an output and some of its pixels, `row,column`. */
interface Check {
  readonly shape: readonly [number, number];
  readonly mean: number;
  readonly at: Readonly<Record<string, number>>;
}

/** Six digits are given; float32 through up to 52 convolutions. */
const TOLERANCE = 2e-5;

/** What the files hold, and by how much the networks were trained to enlarge. */
const FILES: Readonly<Record<string, readonly [config: NetworkConfig, scales: readonly number[]]>> = {
  ...forScales([2, 3, 4], (scale) => [
    `srcnn-955-x${scale}`,
    [{ network: 'srcnn', filters: [9, 5, 5], channels: [64, 32] }, [scale]],
  ]),
  ...forScales([2, 3, 4], (scale) => [
    `fsrcnn-x${scale}`,
    [{ network: 'fsrcnn', channels: 56, shrunk: 12, mappings: 4, scale }, [scale]],
  ]),
  'vdsr-official': [{ network: 'vdsr', channels: 64, depth: 20 }, [2, 3, 4]],
  'lapsrn-x2': [{ network: 'lapsrn', channels: 64, depth: 10, levels: 1 }, [2]],
  'lapsrn-x4': [{ network: 'lapsrn', channels: 64, depth: 10, levels: 2 }, [3, 4]],
  'drrn-b1u25-nobn': [{ network: 'drrn', channels: 128, units: 25, batchNorm: false }, [2, 3, 4]],
  'drcn-jiny2001-f96d9-x2': [{ network: 'drcn', channels: 96, recursions: 9, skip: 'concatenated' }, [2]],
};

function forScales<T>(scales: readonly (2 | 3 | 4)[], entry: (scale: 2 | 3 | 4) => readonly [string, T]) {
  return Object.fromEntries(scales.map(entry));
}

const checks = sharedPath('weights/check-super-resolution.json');
const expected: Readonly<Record<string, Check>> = checks
  ? JSON.parse(readFileSync(checks, 'utf8')).outputs
  : {};

const input = createImage(
  20,
  18,
  1,
  Float32Array.from({ length: 360 }, (_, i) => ((7 * Math.floor(i / 20) + 13 * (i % 20)) % 32) / 31),
);

const published = suite('published networks enlarge as published');
let backend: Backend;
published.before(async () => {
  backend = await wasmBackend({ threads: 1 });
});
published.after(() => backend.dispose());

for (const [file, [config, scales]] of Object.entries(FILES)) {
  const path = sharedPath(`weights/${file}.safetensors`);
  (path ? published : published.skip)(file, async () => {
    const loaded = loadWeights(path!);
    assert.equal(loaded.config, config);
    assert.equal(loaded.scales, scales);
    const restore = createRestorer(loaded.network, backend);
    const { width, height, data } = await restore(input);
    restore.dispose();
    const { shape, mean, at } = expected[file]!;
    assert.equal([height, width], shape);
    assert.ok(Math.abs(data.reduce((a, b) => a + b, 0) / data.length - mean) < TOLERANCE);
    for (const [place, value] of Object.entries(at)) {
      const [row, column] = place.split(',').map(Number) as [number, number];
      const found = data[row * width + column]!;
      assert.ok(Math.abs(found - value) < TOLERANCE, `${place}: ${found}, not ${value}`);
    }
  });
}

/** PSNR in dB and SSIM on Set5, as measured by PyTorch with the protocol in MATLAB's arithmetic. */
const SET5: readonly (readonly [string, SrScale, SrProtocol, psnr: number, ssim: number])[] = [
  ['srcnn-955-x2', 2, 'common', 36.656, 0.9542],
  ['srcnn-955-x3', 3, 'common', 32.749, 0.909],
  ['srcnn-955-x4', 4, 'common', 30.484, 0.8628],
  ['fsrcnn-x2', 2, 'common', 36.997, 0.9558],
  ['fsrcnn-x3', 3, 'common', 33.155, 0.914],
  ['fsrcnn-x4', 4, 'common', 30.704, 0.8657],
  ['lapsrn-x2', 2, 'common', 37.46, 0.9584],
  ['lapsrn-x2', 2, 'lapsrn', 37.517, 0.9591],
  ['lapsrn-x4', 3, 'lapsrn', 33.813, 0.9227],
];

/** Half of the last digit, and a pixel here and there that is rounded the other way. */
const [PSNR_TOLERANCE, SSIM_TOLERANCE] = [0.001, 0.0001];

const set5 = sharedPath('set5');
for (const [file, scale, protocol, psnr, ssim] of SET5) {
  const path = sharedPath(`weights/${file}.safetensors`);
  (path && set5 ? published : published.skip)(`${file} on Set5, x${scale}, ${protocol}`, async () => {
    const { network } = loadWeights(path!);
    const restore = createRestorer(network, backend);
    const found: SrQuality[] = [];
    for (const { image } of loadFolder(set5!, { grey: false }).images) {
      const test = SR_PROTOCOLS[protocol](image, scale);
      found.push(test.measure(await enlargeWith(network, restore, test)));
    }
    restore.dispose();
    const mean = meanQuality(found);
    assert.ok(Math.abs(mean.psnr - psnr) < PSNR_TOLERANCE, `${mean.psnr} dB`);
    assert.ok(Math.abs(mean.ssim - ssim) < SSIM_TOLERANCE, `${mean.ssim}`);
  });
}

published.run();

/** Of the largest value, in float32: tiles are cut into other blocks, which are summed in another order. */
const ROUNDING = 1e-5;

/** Two channels are enough to show how far a network sees. */
const SMALL: readonly NetworkConfig[] = [
  { network: 'srcnn', filters: [9, 5, 5], channels: [2, 2] },
  { network: 'vdsr', channels: 2, depth: 4 },
  { network: 'drcn', channels: 2, recursions: 3, skip: 'concatenated' },
  { network: 'lapsrn', channels: 2, depth: 3, levels: 2 },
  { network: 'drrn', channels: 2, units: 3, batchNorm: true },
  { network: 'fsrcnn', channels: 2, shrunk: 2, mappings: 1, scale: 2 },
  { network: 'fsrcnn', channels: 2, shrunk: 2, mappings: 1, scale: 3 },
];

const tiled = suite('in tiles as in one piece');
for (const config of SMALL) {
  tiled(JSON.stringify(config), async () => {
    const random = new Random('tiles');
    // Of weights of one sign nothing cancels that comes from afar.
    const network = createNetwork(
      config,
      () => random.uniform(),
      (_name, _shape, drawn) => Float32Array.from(drawn(), Math.abs),
    );
    const large = createImage(
      150,
      20,
      1,
      Float32Array.from({ length: 3000 }, () => random.uniform()),
    );
    const backend = await wasmBackend({ threads: 1 });
    const whole = await restoreImage(network, backend, large);
    const pieces = await restoreImage(network, backend, large, { memory: 1 });
    assert.equal([pieces.width, pieces.height], [whole.width, whole.height]);
    const error = Math.max(...whole.data.map((value, i) => Math.abs(value - pieces.data[i]!)));
    assert.ok(error < ROUNDING * Math.max(...whole.data), `${error}`);
    await backend.dispose();
  });
}
tiled.run();

test('a LapSRN without filters enlarges bilinearly', async () => {
  // Of numbers that are all a half Xavier's weights are zero.
  const network = createNetwork({ network: 'lapsrn', channels: 1, depth: 1, levels: 1 }, () => 0.5);
  const edge = createImage(
    4,
    4,
    1,
    Float32Array.from({ length: 16 }, (_, i) => Number(i % 4 > 1)),
  );
  const { data } = await restoreImage(network, referenceBackend(), edge);
  // A row in the middle; beyond the border there is nothing.
  assert.equal([...data.subarray(3 * 8, 4 * 8)], [0, 0, 0, 0.25, 0.75, 1, 1, 0.75]);
});

const path = join(temporaryFolder(), 'w.safetensors');
const filled = (value: number, ...shape: number[]): StoredTensor => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
});

test('a stack is a VDSR where its source says so, and lacks no biases', () => {
  const stack = new Map([
    ['conv0.weight', filled(1, 2, 1, 3, 3)],
    ['conv1.weight', filled(1, 1, 2, 3, 3)],
  ]);
  writeSafetensors(path, stack, { source: 'VDSR/epoch_50' });
  const { config, network } = loadWeights(path);
  assert.equal(config, { network: 'vdsr', channels: 2, depth: 2 });
  assert.equal([...network.params[1]!.initial], [0, 0]);
});

test('a file that does not say for which scale is refused by name where that must be known', () => {
  const layers = ['conv0', 'conv1', 'conv2', 'conv3'].map((name, k) => [
    `${name}.weight`,
    [filled(1, 3, 1, 5, 5), filled(1, 2, 3, 1, 1), filled(1, 2, 2, 3, 3), filled(1, 3, 2, 1, 1)][k]!,
  ]) as [string, StoredTensor][];
  const slopes = layers.map((_, k) => [`prelu${k}.weight`, filled(0.5, 1)]) as [string, StoredTensor][];
  const tensors = new Map([...layers, ...slopes, ['deconv.weight', filled(1, 3, 1, 9, 9)]]);
  writeSafetensors(path, tensors, { source: 'FSRCNN_x3.mat' });
  assert.equal(loadWeights(path).config, {
    network: 'fsrcnn',
    channels: 3,
    shrunk: 2,
    mappings: 1,
    scale: 3,
  });
  writeSafetensors(path, tensors, { source: 'FSRCNN' });
  assert.throws(() => loadWeights(path), /w\.safetensors: is no FSRCNN: scale: /);
});

test.run();
