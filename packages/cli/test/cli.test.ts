// Slow: starts processes.

import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createImage, generateImage } from '@nlrn/data';
import { type Picture, readPicture, readPng, writePicture, writePng } from '@nlrn/data/node';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork, RECIPES } from '@nlrn/networks';
import { METRICS } from '@nlrn/nlrn';
import { saveWeights } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nlrnCli } from '../src/nlrnCli.ts';
import { commandLine } from './commandLine.ts';
import { assertRefused, inFolder } from './inProcess.ts';

const folder = temporaryFolder();
const TINY =
  '--channels 3 --embedding 2 --states 1 --neighborhood 3 --patch 3 --batch 2 --backend reference'.split(' ');

const { start, run } = commandLine(join(import.meta.dirname, '../src/cli.ts'), folder);

const fails = (args: string, message: RegExp) => assertRefused(nlrnCli, args, message);

mkdirSync(join(folder, 'images'));
for (const i of [1, 2]) {
  writePng(join(folder, 'images', `${i}.png`), generateImage('leaves', { width: 20, height: 16, seed: i }));
}

test('what a user can mend ends with code 1 and its message alone, without a trace', async () => {
  const { code, out, err } = await run('train', '--out', 'w.txt');
  assert.equal([code, out], [1, '']);
  assert.match(err, /^--out \S+w\.txt: its name must end in \.safetensors\n$/);
});

test('wrong options are told with what is known', () =>
  inFolder(folder, async () => {
    writeFileSync(join(folder, 'text.png'), 'no image');
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'small'));
    writePng(join(folder, 'small', '1.png'), createImage(10, 12));
    await Promise.all([
      fails(
        'tain',
        /^tain: there is no such command; the commands are train, denoise, upscale, evaluate, models, program, devices; /,
      ),
      fails('tain a b', /^tain: there is no such command; /),
      fails(
        'program --stepz 3',
        /^--stepz: there is no such option; there are --network, --preset, --channels, .*--steps.*; "pnpm nlrn program --help" shows how to use it$/,
      ),
      fails('program --neighborhood 4', /^--neighborhood 4: q must be odd/),
      fails('devices --fresh', /^--fresh: there is no such option; it takes none; /),
    ]);
    await Promise.all([
      fails(
        'program --metric manhattan',
        new RegExp(`^--metric manhattan: unknown; there are ${METRICS.join(', ')}$`),
      ),
      fails(
        'program --network vgg',
        new RegExp(`^--network vgg: unknown; there are nlrn, ${Object.keys(RECIPES).join(', ')}$`),
      ),
      fails(
        'program --network tnrd --channels 3',
        /^--channels: is not of --network tnrd, which has one size$/,
      ),
      fails(
        'program --network red30 --states 3',
        /^--states: is not of --network red30, which has --channels, --depth$/,
      ),
      fails(
        'program --network red30 --blocks 3',
        /^--blocks: is not of --network red30, which has --channels, --depth$/,
      ),
      fails('program --depth 3', /^--depth: is not of --network nlrn, which has --channels, --embedding, /),
      fails(
        'program --network dncnn-b --preset paper',
        /^--preset paper: is one of --network nlrn; dncnn-b has its own paper's training$/,
      ),
      fails('program --preset huge', /^--preset huge: unknown; the presets are quick, laptop, paper/),
      fails(
        'train --out w.safetensors --backend cuda',
        /^--backend cuda: unknown; the backends are auto, gpu, wasm, reference, /,
      ),
      fails('program --module local', /^--module local: unknown; there are nonLocal, pointwise$/),
      fails('program --module-every 0', /^--module-every 0: needs to be >0$/m),
      fails('train --out w.txt', /^--out .*w\.txt: its name must end in \.safetensors/),
      fails(
        'train --out images/1.png/w.safetensors --patch 9 --train images',
        /1\.png: is a file, name a folder/,
      ),
      fails('train --out w.safetensors --train images', /^images\/1\.png: 20 x 16 pixels are too few/),
    ]);
    await Promise.all([
      fails('train --out w.safetensors --seed 1 --seed 2', /^--seed: is given 2 times; give it once$/),
      fails('train --out w.safetensors --sigmas 5', /^--sigmas 5: two numbers are wanted/),
      fails('train --out w.safetensors --sigmas 50,5', /^--sigmas 50,5: the lower level comes first/),
      fails('train --out w.safetensors --from images/1.png', /^\S*images\/1\.png: /),
      fails('train --out w.safetensors --steps many', /^--steps many: needs a number$/),
      fails('program --batch 1e9', /^--batch 1000000000: needs to be <=1024$/m),
      fails('train --out w.safetensors --steps 1.5', /^--steps 1\.5: needs a whole number$/m),
      fails('train --out', /^--out: its value is missing; /),
      fails('train', /^--out: is missing; /),
      fails('--out w.safetensors train --steps=x', /^--steps x: needs a number$/),
      fails('program --schedule step', /^--schedule step: unknown; there are halved, oneCycle$/),
      fails('program --sigma 1e400', /^--sigma Infinity: needs a number$/),
      fails('program -q 3', /^-q: there is no such option; /),
      fails('denoise', /^<input> <output>: is missing; "pnpm nlrn denoise --help" shows how to use it$/),
      fails('denoise images/1.png', /^<output>: is missing; /),
      fails(
        'denoise images/1.png out.png more',
        /^more: is one argument too many; "pnpm nlrn denoise --help"/,
      ),
      fails('evaluate -', /^-: standard input and output are not taken; name a file$/),
      fails(
        'denoise images/1.png out.png --seed 3',
        /^--seed 3: does nothing without --add-noise; give that too, or leave it out$/,
      ),
      fails(
        'train --out w.safetensors --validate-every 5',
        /^--validate-every 5: does nothing without --validate; /,
      ),
      fails(
        'evaluate images --backend reference --threads 2',
        /^--threads 2: backend reference has none; leave it out, or take --backend wasm$/,
      ),
    ]);
    await Promise.all([
      fails(
        'evaluate images --weights w.safetensors --seeds 1,x',
        /^--seeds 1,x: needs different whole numbers/,
      ),
      fails('denoise images/1.png none/o.png --weights w', /^output .*none does not exist, create it first/),
      fails(
        'train --out w.safetensors --train images --validate small',
        /^--validate small: small\/1\.png: 10 x 12 pixels are too few, SSIM needs at least 11 x 11; leave it out$/,
      ),
      fails('train --out w.safetensors --train empty', /empty: no PNG file in this folder/),
      fails(
        'denoise images/1.png none.png --threads 0 --weights w.safetensors',
        /^--threads 0: needs a whole number/,
      ),
      fails('denoise text.png out.png', /text\.png: /),
      // What Node makes of a byte 0xE9, which is no UTF-8.
      fails('denoise caf\ufffd.png out.png', /caf\ufffd\.png: its name is not in UTF-8; rename it$/m),
      fails('denoise images/1.png images/1.png --weights w.safetensors', /1\.png: is the input; .*--force/),
      fails('denoise images/1.png images/2.png --weights w.safetensors', /2\.png: exists already; .*--force/),
      fails(
        'denoise images/1.png out.png --weights text.png',
        /text\.png: is truncated or no safetensors file/,
      ),
    ]);
    assert.equal(readdirSync(folder).sort(), ['empty', 'images', 'small', 'text.png']);
  }));

(existsSync('/proc') ? test : test.skip)(
  'where nothing can be created, by whomever, it is told before any work',
  () =>
    inFolder(folder, () =>
      fails('denoise images/1.png /proc/out.png --weights w.safetensors', /^\/proc\/out\.png: cannot be/),
    ),
);

test('a number of threads is refused before anything is written: no heading, no checkpoint put aside', async () => {
  const out = `${join(folder, 'kept')}.safetensors`;
  const checkpoint = `${join(folder, 'kept')}.checkpoint.safetensors`;
  writeFileSync(checkpoint, 'of an earlier training');
  const refused = await Promise.all([
    run('evaluate', 'images', '--threads', '0'),
    run('evaluate', 'images', '--threads', '1e9'),
    run('train', '--train', 'images', ...TINY, '--out', out, '--fresh', '--threads', '0'),
  ]);
  for (const { code, out, err } of refused) {
    assert.equal([code, out], [1, '']);
    assert.match(err, /^--threads \d+: needs a whole number from 1 to \d+\n$/);
  }
  assert.is(readFileSync(checkpoint, 'utf8'), 'of an earlier training');
  rmSync(checkpoint);
});

/** 16 bits, transparency of all degrees, a profile and a resolution: what a photograph of an editor has. */
const DEEP: Picture = {
  image: createImage(
    13,
    11,
    3,
    Float32Array.from({ length: 13 * 11 * 3 }, (_, i) => ((i * 12345) % 65536) / 65535),
  ),
  alpha: Float32Array.from({ length: 13 * 11 }, (_, i) => Math.round((65535 * (i % 14)) / 13) / 65535),
  bitDepth: 16,
  description: [
    { type: 'iCCP', data: Buffer.from('a profile\0\0its bytes') },
    { type: 'pHYs', data: Buffer.from([0, 0, 11, 19, 0, 0, 11, 19, 1]) },
  ],
};

test('devices lists every backend, whatever this machine has', async () => {
  const { code, out, err } = await run('devices');
  assert.is(code, 0, err);
  assert.match(out, /^--backend auto is (gpu|wasm) here: .+$/m);
  for (const name of ['wasm', 'reference', 'gpu or webgpu', 'headlessgl', 'webasm', 'cpu']) {
    assert.match(out, new RegExp(`^${name} {2}`, 'm'));
  }
  assert.match(out, /^webasm +gpu\.js on this processor \(WebAssembly\)$/m);
});

test('train, Ctrl-C, go on, evaluate, denoise', async () => {
  const command = ['train', '--train', 'images', '--out', 'w.safetensors', '--steps', '4000', ...TINY];
  const { child, result } = start(...command);
  // It is at its first step, or beyond.
  await once(child.stderr, 'data');
  child.kill('SIGINT');
  const stopped = await result;
  assert.is(stopped.code, 130, stopped.err);
  assert.match(stopped.err, /finishing this step and writing a checkpoint/);
  assert.match(stopped.out, /stopped after step \d+; the checkpoint is .*w\.checkpoint\.safetensors/);
  assert.ok(stopped.out.includes(`go on with:\n  pnpm nlrn ${command.join(' ')}\n`), stopped.out);

  const short = ['train', '--train', 'images', '--out', 'new/w2.safetensors', '--steps', '20', ...TINY];
  const finished = await run(...short);
  assert.is(finished.code, 0, finished.err);
  assert.match(
    finished.out,
    /wrote .*w2\.safetensors: \d+ parameters.*\nnext:\n {2}pnpm nlrn evaluate DIR --weights \S+w2\.safetensors --sigma 25\n$/,
  );
  const weights = readFileSync(join(folder, 'new', 'w2.safetensors'));
  const repeated = await run(...short);
  assert.is(repeated.code, 0);
  assert.match(repeated.out, /\nfinished before: \S+w2\.safetensors: \d+ parameters.*\nnext:\n/);
  assert.equal(readFileSync(join(folder, 'new', 'w2.safetensors')), weights);
  rmSync(join(folder, 'new', 'w2.safetensors'));
  assert.match((await run(...short)).out, /\nwrote \S+w2\.safetensors: /);
  assert.equal(readFileSync(join(folder, 'new', 'w2.safetensors')), weights);
  const again = await run(...short, '--fresh');
  assert.match(
    again.out,
    /^\S+w2\.checkpoint\.safetensors: is kept as \S+\.before-fresh\.safetensors\n\S+w2\.safetensors: is kept as \S+w2\.before-fresh\.safetensors\n/,
  );
  for (const name of ['w2', 'w2.before-fresh'])
    assert.equal(readFileSync(join(folder, 'new', `${name}.safetensors`)), weights);

  mkdirSync(join(folder, 'more'));
  writePng(join(folder, 'more', '1.png'), generateImage('leaves', { width: 12, height: 12, seed: 3 }));
  const tested = '--train images,more --validate images --validate-every 8 --out both.safetensors --steps 20';
  const both = await run('train', ...tested.split(' '), ...TINY);
  assert.is(both.code, 0, both.err);
  assert.match(both.out, / on 3 images of images\+more, \d+ steps /);
  assert.match(both.err, /step \d+\/\d+ .*validation \d+\.\d\d dB/);

  const other =
    '--train images --network ffdnet --channels 8 --depth 3 --steps 5 --batch 2 --patch 12 --out ffdnet.safetensors';
  const ffdnet = await run('train', ...other.split(' '));
  assert.match(
    ffdnet.out,
    /^training a network of network ffdnet, channels 8, depth 3 on 2 images of images, 5 steps of 2 patches, sigma 0 to 75, /,
  );
  const byFfdnet = await run(
    'denoise',
    'images/1.png',
    'ffdnet.png',
    '--weights',
    'ffdnet.safetensors',
    '--sigma',
    '60',
  );
  assert.match(byFfdnet.out, /weights trained for sigma 0 to 75/);

  const mixed = '--train images --from new/w2.safetensors --sigmas 0,55 --out any.safetensors --steps 20';
  const any = await run('train', ...mixed.split(' '), ...TINY);
  assert.is(any.code, 0, any.err);
  assert.match(any.out.replaceAll('\n', ' '), / noiseLevel true on .* sigma 0 to 55, /);
  const told = await run(
    'evaluate',
    'images',
    '--sigma',
    '40',
    '--weights',
    'any.safetensors',
    '--backend',
    'reference',
  );
  assert.is(told.code, 0, told.err);
  assert.match(told.out, /^noise of sigma 40, one draw \(seed 0\); weights trained for sigma 0 to 55\n/);

  writePng(join(folder, 'photo.png'), createImage(13, 11, 3, new Float32Array(13 * 11 * 3).fill(0.5)));
  const use = ['--weights', 'new/w2.safetensors', '--backend', 'reference'];
  const [table, photo] = await Promise.all([
    run('evaluate', 'images', '--sigma', '25', '--seeds', '0,1', ...use),
    run('denoise', 'photo.png', 'restored.png', '--add-noise', '50', '--sigma', '50', ...use),
  ]);
  assert.is(table.code, 0, table.err);
  assert.match(
    table.out,
    /^noise of sigma 25, means of 2 draws \(seeds 0, 1\); weights trained for sigma 25\nimage .*\n1\.png +\d+\.\d\d +0\.\d{4} +\d+\.\d\d +0\.\d{4}\n2\.png .*\nmean .*\n$/,
  );
  assert.is(photo.code, 0, photo.err);
  assert.match(
    photo.out,
    /^noise: sigma 50, as given\nPSNR: noisy \d+\.\d\d dB, restored \d+\.\d\d dB\nwrote .*restored\.png, restored with w2, weights trained for sigma 25\n$/,
  );
  // Its luminance has less noise than its channels; a busy machine may tell of its progress.
  assert.match(
    photo.err,
    /^noise of the luminance, sigma 28\.9: the weights were trained for sigma 25; other noise is removed less well\n(restoring .*\n)*$/,
  );
  const restored = readPng(join(folder, 'restored.png'));
  assert.equal([restored.width, restored.height, restored.channels], [13, 11, 3]);

  // Over an existing file, over the input itself, and with names that begin with a dash.
  copyFileSync(join(folder, 'photo.png'), join(folder, '-x.png'));
  const forced = await run('denoise', ...use, '--sigma', '25', '--force', '--', '-x.png', 'restored.png');
  assert.is(forced.code, 0, forced.err);
  const inPlace = await run('denoise', ...use, '--sigma', '25', '--force', '--', '-x.png', '-x.png');
  assert.is(inPlace.code, 0, inPlace.err);
  assert.equal(readPng(join(folder, '-x.png')), readPng(join(folder, 'restored.png')));
  assert.not.equal(readPng(join(folder, '-x.png')), readPng(join(folder, 'photo.png')));

  writePicture(join(folder, 'deep.png'), DEEP);
  const kept = await run('denoise', 'deep.png', 'deep-restored.png', '--sigma', '25', ...use);
  assert.is(kept.code, 0, kept.err);
  const { image, ...others } = readPicture(join(folder, 'deep-restored.png'));
  const { image: noisy, ...given } = DEEP;
  assert.equal(others, given);
  const differs = [...image.data].map((value, i) => value !== noisy.data[i]);
  // What does not show stays as it is; all else is restored, between the levels of 8 bits.
  assert.equal(
    differs,
    [...noisy.data].map((_, i) => DEEP.alpha![Math.floor(i / 3)] !== 0),
  );
  assert.ok(image.data.some((value) => Math.abs(255 * value - Math.round(255 * value)) > 0.1));
});

test('train stops before it writes once another process has the lock, and leaves both to it', async () => {
  const { child, result } = start(
    ...'train --train images --out taken.safetensors --steps 1000 --checkpoint-every 1'.split(' '),
    ...TINY,
  );
  await once(child.stderr, 'data');
  const lock = join(folder, 'taken.safetensors.lock');
  const others = readFileSync(lock, 'utf8').replace(/(?<="token":")\w+/, '0123456789ab');
  writeFileSync(lock, others);
  const { code, err } = await result;
  assert.is(code, 1, err);
  assert.match(err, /taken\.safetensors: another process has taken it over, .*; this one has stopped\n$/);
  assert.is(readFileSync(lock, 'utf8'), others);
  assert.not.ok(existsSync(join(folder, 'taken.safetensors')));
});

test('train overwrites only what the same training has written, and --fresh nothing', () =>
  inFolder(folder, async () => {
    const to = (name: string) => `train --train images --out ${name}.safetensors --steps 2 ${TINY.join(' ')}`;
    const path = (name: string) => join(folder, `${name}.safetensors`);
    const foreign =
      /own\S*\.safetensors: exists already, and is not of this training; .* or --fresh to keep it/;
    writeFileSync(path('own'), 'mine');
    await fails(to('own'), foreign);
    assert.is(readFileSync(path('own'), 'utf8'), 'mine');
    assert.is((await run(...to('own').split(' '), '--fresh')).code, 0);
    assert.is(readFileSync(path('own.before-fresh'), 'utf8'), 'mine');

    const trained = readFileSync(path('own'));
    assert.is((await run(...to('own').split(' '))).code, 0);
    assert.equal(readFileSync(path('own')), trained);
    await fails(`${to('own')} --seed 5`, foreign);
    await fails(to('own').replace('images', 'more'), foreign);
    await fails(to('own.checkpoint'), foreign);
    copyFileSync(path('own.checkpoint'), path('stopped.checkpoint'));
    await fails(
      `${to('stopped')} --seed 5`,
      /stopped\.checkpoint\.safetensors: belongs to a run with seed = 0, this one has 5; use the same options, or another --out, or --fresh to keep it aside and start again$/,
    );
    rmSync(path('own.checkpoint'));
    await fails(
      to('own'),
      /own\.safetensors: exists already, and is of this training, whose checkpoint, \S+own\.checkpoint\.safetensors, is not there; .* or --fresh to keep it/,
    );
    await fails(`${to('own')} --seed 5`, foreign);
    assert.equal(readFileSync(path('own')), trained);
  }));

test('a network that restores images to NaN is no success', async () => {
  const config = { network: 'dncnn', channels: 2, depth: 3 } as const;
  const network = createNetwork(config, () => 1);
  const backend = referenceBackend();
  for (const variable of network.params) {
    // The last convolution takes infinity from infinity.
    const sign = (i: number) => (variable.name === 'conv2.weight' && i % 2 === 1 ? -1 : 1);
    backend.write(
      variable,
      variable.initial.map((_, i) => sign(i) * 3e38),
    );
  }
  await saveWeights(join(folder, 'huge.safetensors'), { network, config, backend });
  const { code, out, err } = await run(
    'evaluate',
    'images',
    '--weights',
    'huge.safetensors',
    '--backend',
    'wasm',
  );
  assert.is(code, 1);
  assert.match(out, /\nmean .* NaN +NaN\n$/);
  assert.match(err, /images are restored to pixels that are not numbers; train again with a lower rate\n$/);
});

test('the commands are run by Node itself: the command tsx kills what does not answer Ctrl-C within 60 ms', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  for (const name of ['exp', 'nlrn']) assert.match(scripts[name], / && node --import tsx \S+\/cli\.ts$/);
});

test('a picture of the program has the forward pass in one colour and all that follows in another', async () => {
  const picture = async (language: string) => run('program', ...TINY.slice(0, -2), '--graph', language);
  const { code, out } = await picture('mermaid');
  assert.is(code, 0);
  assert.match(out, /^flowchart TB\n/);
  assert.match(out, /subgraph state1\["state 1"\]\n(?: {4}.*\n)*? {4}n\d+\["s\^1 = /);
  const [, forward] = /class (\S+) forward\n/.exec(out)!;
  const [, backward] = /class (\S+) backward\n/.exec(out)!;
  const idOf = (label: string) => new RegExp(`(n\\d+)\\["${label}`).exec(out)![1]!;
  assert.ok(
    forward!.split(',').includes(idOf('loss = ')) && backward!.split(',').includes(idOf('∂conv2.weight = ')),
  );
  assert.match((await picture('dot')).out, /^digraph \{\n/);
});

test('the program of a training step is printed, forward, backward and Adam', async () => {
  const { code, out } = await run('program', ...TINY.slice(0, -2));
  assert.is(code, 0);
  for (const part of [
    'input noisy [2, 3, 3, 1]',
    '= conv2d(',
    'windowedAttentionGrad(',
    '= adam(',
    'output loss',
  ]) {
    assert.ok(out.includes(part), part);
  }
});

test('what a step asks of a GPU is said where there is none', async () => {
  const { code, out } = await run('program', ...TINY.slice(0, -2), '--backend', 'gpu');
  assert.is(code, 0);
  const [heading, all, ...lines] = out.split('\n');
  assert.match(
    heading!,
    /^a step on a GPU +kernels +copies +operands +at 3\.35 TB\/s +operations +at 67 TFLOP\/s$/,
  );
  const kernelsOf = (line: string) =>
    Number(/^\w+ +(\d+) +\d+ +[\d.]+ [kMG]?B +[\d.]+ ms +(-|[\d.]+ G) +(-|[\d.]+ ms)$/.exec(line)?.[1]);
  const each = lines.slice(0, lines.indexOf('')).map(kernelsOf);
  assert.is(
    kernelsOf(all!),
    each.reduce((a, b) => a + b),
  );
  assert.match(out, /^program: \d+ instructions/m);
});

test("the paper's step is at most 900 kernels, no copies and 60 GB of operands on a GPU", async () => {
  const { out } = await run('program', '--preset', 'paper', '--backend', 'gpu');
  const [, kernels, copies, gigabytes, , operations] =
    /^all +(\d+) +(\d+) +([\d.]+) GB +([\d.]+) ms +(\d+) G/m.exec(out)!.map(Number);
  assert.ok(kernels! <= 900, `${kernels} kernels`);
  assert.is(copies, 0);
  assert.ok(gigabytes! <= 60, `${gigabytes} GB`);
  // 1672 G, as in `bench/test/gpu.test.ts`; and 92 G for the logits of eleven states, which the way back computes anew.
  assert.is(operations, 1764);
});

test('a program that no machine has the memory for is printed with its size', async () => {
  const { code, out } = await run(
    'program',
    ...'--batch 1024 --channels 1024 --patch 99 --states 1'.split(' '),
  );
  assert.is(code, 0);
  assert.match(out, /^program: \d+ instructions, arena \d{3,}\.\d GB, /);
});

test.run();
