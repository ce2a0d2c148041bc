// Slow: starts processes.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createImage,
  generateImage,
  type Image,
  resizeTo,
  type SrScale,
  srPair,
  srQuality,
  toLuma8,
  toUint8Range,
} from '@nlrn/data';
import {
  type Picture,
  type PictureFormat,
  readPicture,
  readPng,
  spreadColors,
  writePicture,
  writePng,
} from '@nlrn/data/node';
import { sharedPath } from '@nlrn/data/test';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork, type NetworkConfig } from '@nlrn/networks';
import { createRestorer, enlargeWith, saveWeights } from '@nlrn/nn';
import { Random, referenceBackend, wasmBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Model } from '../src/models/installed.ts';
import { nlrnCli } from '../src/nlrnCli.ts';
import { checkSize } from '../src/upscale/checkSize.ts';
import { BICUBIC, modelFor, reachInSmall, type Upscaler } from '../src/upscale/methods.ts';
import { upscale } from '../src/upscale/upscale.ts';
import { isUserError } from '../src/userError.ts';
import { commandLine } from './commandLine.ts';
import { assertRefused, inFolder } from './inProcess.ts';

const folder = temporaryFolder();
const { run } = commandLine(join(import.meta.dirname, '../src/cli.ts'), folder);
const at = (name: string) => join(folder, name);
const fails = (args: string, message: RegExp) => assertRefused(nlrnCli, args, message);

const random = new Random('upscale');
const grey = generateImage('leaves', { width: 45, height: 37, seed: 1 });
const colour = createImage(
  45,
  37,
  3,
  Float32Array.from(
    { length: 3 * grey.data.length },
    (_, i) => grey.data[Math.floor(i / 3)]! * (1 - 0.3 * (i % 3)),
  ),
);
const plain = (image: Image): Picture => ({ image, bitDepth: 8, description: [] });

function largestDifference(a: Image, b: Image): number {
  assert.equal([a.width, a.height, a.channels], [b.width, b.height, b.channels]);
  return a.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b.data[i]!)), 0);
}

/** float32 */
const ROUNDING = 1e-5;

test('bicubic interpolation, tile by tile, is that of the whole', async () => {
  for (const scale of [2, 3, 4] as const) {
    for (const image of [grey, colour]) {
      const whole = resizeTo(image, scale * 45, scale * 37);
      const result = await upscale(plain(image), scale, BICUBIC, undefined, 12 * scale);
      assert.ok(largestDifference(result.image, whole) < ROUNDING);
    }
  }
});

const SMALL: readonly NetworkConfig[] = [
  { network: 'srcnn', filters: [5, 1, 3], channels: [2, 2] },
  { network: 'vdsr', channels: 2, depth: 4 },
  { network: 'fsrcnn', channels: 2, shrunk: 2, mappings: 1, scale: 3 },
  { network: 'lapsrn', channels: 2, depth: 1, levels: 2 },
];

for (const config of SMALL) {
  test(`${config.network}: no seams between tiles`, async () => {
    const backend = await wasmBackend({ threads: 1 });
    const network = createNetwork(config, () => random.uniform());
    const restore = createRestorer(network, backend);
    const upscaler: Upscaler = {
      describe: config.network,
      reach: reachInSmall(network, 3),
      luma: (small, onProgress) => enlargeWith(network, restore, small, { onProgress }),
    };
    const whole = await upscale(plain(colour), 3, upscaler, undefined, 3 * 64);
    const shares: number[] = [];
    const tiled = await upscale(plain(colour), 3, upscaler, (share) => shares.push(share), 1);
    assert.ok(largestDifference(tiled.image, whole.image) < ROUNDING);
    assert.equal(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.ok(shares.length > 2);
    restore.dispose();
    await backend.dispose();
  });
}

test('what nothing shows of does not reach what shows', async () => {
  const alpha = Float32Array.from(grey.data, (_, i) => (i % 45 < 20 ? 0 : 1));
  const image = { ...colour, data: colour.data.map((value, i) => (alpha[Math.floor(i / 3)] ? value : 1)) };
  const other = { ...colour, data: colour.data.map((value, i) => (alpha[Math.floor(i / 3)] ? value : 0)) };
  const [a, b] = [spreadColors({ ...plain(image), alpha }), spreadColors({ ...plain(other), alpha })];
  assert.equal(a, b);
  // The pixel at the edge of what shows, and its colour at the left of it.
  assert.equal(a.data.slice(0, 3), colour.data.slice(60, 63));
  const result = await upscale({ ...plain(image), alpha }, 2, BICUBIC);
  assert.equal(result, await upscale({ ...plain(other), alpha }, 2, BICUBIC));
  assert.is(result.alpha!.length, 90 * 74);
  assert.is(result.alpha![0], 0);
  assert.is(result.alpha![89], 1);
  assert.ok(result.alpha!.every((value) => value >= 0 && value <= 1));
});

test('a folder of grey, colour, 16 bits and alpha: each stays what it is', async () => {
  mkdirSync(at('photos'));
  const alpha = new Float32Array(45 * 37).fill(0.5);
  const resolution = { type: 'pHYs', data: Uint8Array.of(0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1) };
  writePng(at('photos/grey.png'), grey);
  writePicture(at('photos/colour.jpg'), plain(colour));
  writePicture(at('photos/deep.png'), { image: colour, alpha, bitDepth: 16, description: [resolution] });
  const { code, out, err } = await run('upscale', 'photos', 'big', '--scale', '2', '--method', 'bicubic');
  assert.is(code, 0, err);
  assert.not.match(out, /no network/);
  assert.match(out, /\ngrey\.png: wrote \S+grey\.png, 90 x 74, enlarged by bicubic interpolation\n$/);
  assert.equal(readdirSync(at('big')), ['colour.jpg', 'deep.png', 'grey.png']);
  assert.equal(readPng(at('big/grey.png')), toUint8Range(resizeTo(readPng(at('photos/grey.png')), 90, 74)));
  const deep = readPicture(at('big/deep.png'));
  assert.is(deep.bitDepth, 16);
  assert.is(deep.image.channels, 3);
  assert.equal(
    deep.description.map(({ type, data }) => [type, ...data]),
    [[resolution.type, ...resolution.data]],
  );
  assert.ok(deep.alpha!.every((value) => Math.abs(value - 0.5) < 1 / 65535));
  assert.is(readPicture(at('big/colour.jpg')).image.width, 90);
});

test('what cannot be is told before any work', () =>
  inFolder(folder, async () => {
    writePng(at('small.png'), grey);
    for (const scale of ['0', '1.5', '5'])
      await fails(`upscale small.png o.png --scale ${scale}`, /^--scale [015.]+: the scales are 2, 3, 4$/);
    await fails('upscale small.png o.png', /^--scale: is missing/);
    await fails('upscale small.png o.png --scale 2 --method magic', /^--method magic: unknown; there are /);
    // Its weights are not published.
    await fails('upscale small.png o.png --scale 2 --method memnet', /^--method memnet: unknown; there are /);
    for (const option of ['weights w', 'backend wasm', 'threads 2'])
      await fails(
        `upscale small.png o.png --scale 2 --method bicubic --${option}`,
        new RegExp(`^--method bicubic: takes no --${option.split(' ')[0]}; leave one of them out$`),
      );
    await fails(
      'upscale small.png o.png --scale 2 --weights nothere.safetensors',
      /nothere\.safetensors: no such file; check the path$/,
    );
    await fails('upscale small.png small.png --scale 2', /small\.png: is the input; .*--force/);
    const backend = referenceBackend();
    const save = async (name: string, config: NetworkConfig, texts = {}) =>
      saveWeights(at(name), { network: createNetwork(config, () => 0.5), config, backend }, texts);
    await save('double.safetensors', { ...SMALL[2]!, scale: 2 } as NetworkConfig);
    await save('noise.safetensors', { network: 'dncnn', channels: 2, depth: 2 }, { sigma: '25' });
    const withWeights = (name: string, more: string) =>
      `upscale small.png o.png --weights ${name}.safetensors ${more}`;
    await fails(withWeights('double', '--scale 3'), /^--scale 3: --weights \S+ enlarge by 2; name others/);
    for (const method of ['vdsr', 'nlrn'])
      await fails(
        withWeights('double', `--scale 2 --method ${method}`),
        new RegExp(
          `^--method ${method}: \\S+double\\.safetensors holds a network of kind fsrcnn; leave --method out, or name other weights by --weights$`,
        ),
      );
    await fails(withWeights('noise', '--scale 2'), /were trained to remove noise/);
    writeFileSync(at('empty.png'), '');
    await fails('upscale empty.png o.png --scale 2', /empty\.png: the file is empty/);
    assert.not.ok(readdirSync(folder).includes('o.png'));
  }));

/** As `modelOf` gives them. */
const modelNamed = (name: string, scales: number[]): Model => ({
  ...{ name, path: `/${name}.safetensors`, network: 'nlrn', bytes: 1, parameters: 1 },
  ...{ noise: undefined, scales, figures: {} },
});

test('without a method the network of the packages for the scale is taken, or none', () => {
  const models = [modelNamed('double', [2]), modelNamed('fourfold', [4])];
  const taken = (scale: SrScale, method?: 'nlrn' | 'bicubic') => modelFor({ scale, method }, models)?.name;
  assert.equal([taken(2), taken(3), taken(4)], ['double', undefined, 'fourfold']);
  assert.equal([taken(2, 'nlrn'), taken(2, 'bicubic')], ['double', undefined]);
  assert.throws(() => taken(3, 'nlrn'), /^--method nlrn: no weights for --scale 3 in .*; name a file of /);
});

test('a result that its file or the memory cannot hold is refused', () => {
  const picture = (width: number, height: number): Picture => ({
    image: { width, height, channels: 3, data: new Float32Array() },
    bitDepth: 8,
    description: [],
  });
  const check = (width: number, height: number, format: PictureFormat, free: number) =>
    checkSize('x.png', picture(width, height), { scale: 4, format, free });
  const refused = (message: RegExp, ...args: Parameters<typeof check>) =>
    assert.throws(
      () => check(...args),
      (error: unknown) => isUserError(error) && message.test(error.message),
    );
  // Twelve megapixels, four times as long: 192 megapixels of 3 x (4 + 3) bytes, and 1 GB.
  check(4000, 3000, 'png', 5.2e9);
  check(4000, 3000, 'jpeg', 5.2e9);
  refused(
    /^x\.png: would have 16000 x 12000 pixels, for which 5\.1 GB of memory are needed, and 5\.0 GB are free; take a smaller --scale/,
    4000,
    3000,
    'png',
    5e9,
  );
  refused(/a JPEG has 65535 on a side at the most; write a PNG$/, 17_000, 10, 'jpg', 1e12);
  refused(
    /would have 20000 x 16000 pixels, too many for the encoder of JPEG; write a PNG$/,
    5000,
    4000,
    'jpg',
    1e12,
  );
  refused(/would have 68000 x 68000 pixels/, 17_000, 17_000, 'png', 1e12);
});

const weights = sharedPath('weights/srcnn-955-x2.safetensors');
const set5 = sharedPath('set5');
(weights && set5 ? test : test.skip)('a published network enlarges a colour picture better', async () => {
  const truth = readPng(join(set5!, 'img_003_SRF_2_HR.png'));
  writePng(at('butterfly.png'), srPair(truth, 2).low);
  const { code, err, out } = await run(
    ...['upscale', 'butterfly.png', 'large.png', '--scale', '2', '--method', 'srcnn'],
  );
  assert.is(code, 0, err);
  assert.match(
    out,
    /^wrote \S+large\.png, 256 x 256, enlarged by srcnn-955-x2, weights trained to enlarge by 2\n$/,
  );
  await run('upscale', 'butterfly.png', 'bicubic.png', '--scale', '2', '--method', 'bicubic');
  const decibels = (name: string) => srQuality(toLuma8(truth), toLuma8(readPng(at(name))), 2).psnr;
  // From 8 bits a little less than the 32.20 and 27.43 dB of the protocol.
  assert.ok(decibels('large.png') > decibels('bicubic.png') + 4, `${decibels('large.png')}`);
  const refused = await run('denoise', 'butterfly.png', 'no.png', '--weights', weights!);
  assert.match(refused.err, /were trained to enlarge pictures; use "pnpm nlrn upscale"/);
});

test('a network trained for it: the same command goes on, and its weights enlarge', async () => {
  mkdirSync(at('train'));
  writePng(at('train/a.png'), colour);
  const size = '--channels 2 --embedding 2 --states 1 --neighborhood 3 --patch 9 --batch 2 --steps 3';
  const command = `train --task super-resolution --train train --validate train ${size} --out runs/sr.safetensors`;
  const first = await run(...command.split(' '));
  assert.is(first.code, 0, first.err);
  assert.match(first.out.replaceAll('\n', ' '), /, enlarging by 2, 3, 4, /);
  assert.match(first.out, /next:\n {2}pnpm nlrn upscale PICTURE LARGER --scale 2 --weights /);
  const again = await run(...command.split(' '));
  assert.match(again.out, /finished before:/);
  const { code, out, err } = await run(
    ...['upscale', 'small.png', 'enlarged.png', '--scale', '3', '--weights', 'runs/sr.safetensors'],
  );
  assert.is(code, 0, err);
  assert.match(out, /135 x 111, enlarged by sr, weights trained to enlarge by 2, 3, 4\n$/);
  assert.not.match(err, /trained for/);
  await inFolder(folder, async () => {
    const train = 'train --task super-resolution --out runs/no.safetensors';
    await fails(`${train} --sigma 25`, /^--sigma 25: --task super-resolution has no noise/);
    for (const [side, need] of [
      [16, 'x3 needs at least 18 x 18'],
      [18, 'x4 needs at least 20 x 20'],
    ] as const) {
      mkdirSync(at(`side${side}`));
      writePng(at(`side${side}/s.png`), createImage(side, side));
      await fails(
        `${train} --train train --validate side${side}`,
        new RegExp(
          `^--validate side${side}: side${side}/s\\.png: ${side} x ${side} pixels are too few, ${need}; leave it out$`,
        ),
      );
    }
    await fails(
      'train --task magic --out o.safetensors',
      /^--task magic: unknown; there are denoising, super-/,
    );
    await fails('evaluate train --weights runs/sr.safetensors', /were trained to enlarge pictures/);
  });
});

test.run();
