import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createImage, generateImage, hashImages, toLuma8 } from '@nlrn/data';
import { readPng, writePng } from '@nlrn/data/node';
import { claim, readSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork } from '@nlrn/networks';
import { readProgress, saveWeights } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { validated } from '../src/commands/train.ts';
import { nlrnCli } from '../src/nlrnCli.ts';
import { assertRefused, inFolder, linesOf } from './inProcess.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
mkdirSync(at('images'));
writePng(at('images/1.png'), generateImage('leaves', { width: 14, height: 13, seed: 1 }));

const TRAIN =
  'train --train images --network dncnn-s --channels 2 --depth 3 --patch 6 --batch 1 --settling 0';
const TINY = `${TRAIN} --backend reference`;
/** Its first step makes weights that are finite in float32, as is all that is kept, but whose products are not. */
const FAR_TOO_FAST = `${TRAIN} --backend wasm --threads 1 --schedule halved --rate 1e30 --steps 9`;

test('the steps between two tests are those that are asked for, and the last one ends with one', () =>
  inFolder(folder, async () => {
    await linesOf(nlrnCli, `${TINY} --steps 7 --out tested.safetensors --validate images --validate-every 3`);
    const { validation } = readProgress(at('tested.checkpoint.safetensors'));
    assert.equal(
      validation.map(({ step }) => step),
      [3, 6, 7],
    );
    const { metadata } = readSafetensors(at('tested.safetensors'));
    assert.match(metadata.trainedBy!, /^reference/);
    assert.is(JSON.parse(metadata.training!).steps, 7);
  }));

test('tests on other images than before are told, left out, and made anew', () =>
  inFolder(folder, async () => {
    mkdirSync(at('others'));
    writePng(at('others/1.png'), generateImage('facade', { width: 14, height: 13, seed: 1 }));
    const train = `${TINY} --steps 4 --out moved.safetensors --validate-every 2 --validate`;
    const validationOf = (lines: readonly string[]) => /validation (\S+) dB/.exec(lines.join('\n'))![1]!;
    const first = await linesOf(nlrnCli, `${train} images`);
    assert.equal(validationOf(await linesOf(nlrnCli, `${train} images`)), validationOf(first));
    const second = await linesOf(nlrnCli, `${train} others`);
    assert.match(
      second.join('\n'),
      /moved\.checkpoint\.safetensors: its tests were on other images than those of others; they are left out/,
    );
    assert.not.equal(validationOf(second), validationOf(first));
    assert.equal(
      readProgress(at('moved.checkpoint.safetensors')).validation.map(({ step }) => step),
      [4],
    );
  }));

test('the steps between two checkpoints are those that are asked for: what broke down is left at the last of them', () =>
  inFolder(folder, async () => {
    const broken = /^step 2: the loss is (NaN|Infinity), at learning rate \S+ /;
    await assertRefused(nlrnCli, `${FAR_TOO_FAST} --out rare.safetensors`, broken);
    assert.not.ok(existsSync(at('rare.checkpoint.safetensors')));
    const often = `${FAR_TOO_FAST} --out often.safetensors --checkpoint-every 1`;
    await assertRefused(nlrnCli, often, broken);
    assert.is(readProgress(at('often.checkpoint.safetensors')).losses.length, 1);
    assert.not.ok(existsSync(at('often.safetensors')));
  }));

test('what another process takes over in mid-run gets no checkpoint more', () =>
  inFolder(folder, async () => {
    const out = at('taken.safetensors');
    const { write } = process.stderr;
    // What is told first is told before the first step.
    process.stderr.write = () => {
      process.stderr.write = write;
      rmSync(`${out}.lock`);
      claim(out);
      return true;
    };
    await assertRefused(
      nlrnCli,
      `${TINY} --steps 2 --checkpoint-every 1 --out taken.safetensors`,
      /taken\.safetensors: another process has taken it over, /,
    );
    assert.not.ok(existsSync(at('taken.checkpoint.safetensors')));
  }));

test('super-resolution is trained on the luma of colour images, in 8 bits', () =>
  inFolder(folder, async () => {
    mkdirSync(at('colours'));
    const data = Float32Array.from({ length: 3 * 14 * 13 }, (_, i) => ((7 * i) % 256) / 255);
    writePng(at('colours/1.png'), createImage(14, 13, 3, data));
    const onColours = TINY.replace('images', 'colours');
    await linesOf(nlrnCli, `${onColours} --task super-resolution --steps 1 --out luma.safetensors`);
    const luma = toLuma8(readPng(at('colours/1.png')));
    const { metadata } = readSafetensors(at('luma.safetensors'));
    assert.is(metadata.trainingImages, hashImages([{ name: '1.png', image: luma }]));
  }));

test('--from: training begins with these weights', () =>
  inFolder(folder, async () => {
    const rate = 1e-12;
    const still = `--schedule halved --rate ${rate} --steps 1`;
    const parametersOf = (name: string) =>
      [...readSafetensors(at(name)).tensors]
        .filter(([tensor]) => !tensor.includes('running'))
        .flatMap(([, { data }]) => [...data]);
    await linesOf(nlrnCli, `${TINY} ${still} --seed 1 --out one.safetensors`);
    await linesOf(nlrnCli, `${TINY} ${still} --seed 2 --out other.safetensors`);
    await linesOf(nlrnCli, `${TINY} ${still} --seed 2 --from one.safetensors --out on.safetensors`);
    const [one, other, on] = ['one', 'other', 'on'].map((name) => parametersOf(`${name}.safetensors`));
    const farthest = (from: readonly number[]) =>
      Math.max(...from.map((value, i) => Math.abs(value - one![i]!)));
    // Each step of Adam is as long as the rate.
    assert.ok(farthest(on!) < 3 * rate, `${farthest(on!)}`);
    assert.ok(farthest(other!) > 0.01);
  }));

test('--from: weights of another network are refused, with the options that make it theirs', () =>
  inFolder(folder, async () => {
    const refused = (options: string, message: RegExp) =>
      assertRefused(nlrnCli, `train --train images --out not.safetensors ${options}`, message);
    await linesOf(nlrnCli, `${TINY} --steps 1 --out dncnn.safetensors`);
    const dncnn = '--from dncnn.safetensors';
    await refused(dncnn, /^--from \S+dncnn\.safetensors: .*; give --network dncnn-s or --network dncnn-b$/);
    await refused(
      `${dncnn} --network dncnn-b`,
      /: is of a network with channels 2, depth 3, where .*; give --channels 2 --depth 3$/,
    );
    const nlrn = 'train --train images --channels 2 --embedding 1 --states 1 --neighborhood 3 --patch 5';
    const untied = '--no-tied --metric gaussian --sigmas 0,50 --steps 1 --batch 2 --settling 0';
    await linesOf(nlrnCli, `${nlrn} ${untied} --out nlrn.safetensors --backend reference`);
    const same = '--channels 2 --embedding 1 --states 1 --from nlrn.safetensors';
    await refused(same, /; give --metric gaussian --no-tied --noise-level --sigmas LOW,HIGH$/);
    const vdsr = { network: 'vdsr', channels: 2, depth: 2 } as const;
    const backend = referenceBackend();
    const network = createNetwork(vdsr, () => 0.5);
    await saveWeights(at('vdsr.safetensors'), { network, config: vdsr, backend });
    await refused('--from vdsr.safetensors', /; no options make such a network, name other weights$/);
  }));

test('a network that nothing could use is refused before images are read', () =>
  inFolder(folder, async () => {
    const message = /^--task super-resolution: ffdnet must be told/;
    await assertRefused(
      nlrnCli,
      'train --train nowhere --network ffdnet --task super-resolution --out f.safetensors',
      message,
    );
    await assertRefused(nlrnCli, 'program --network ffdnet --task super-resolution', message);
  }));

test('a fraction of a step between two checkpoints or tests is refused', () =>
  inFolder(folder, async () => {
    for (const option of ['checkpoint-every', 'validate-every'])
      await assertRefused(
        nlrnCli,
        `${TINY} --out f.safetensors --validate images --${option} 1.5`,
        new RegExp(`^--${option} 1\\.5: needs a whole number$`),
      );
  }));

test('the PSNR that is told in the end is that of the last step, or none', () => {
  const [first, last] = [
    { step: 2, psnr: 20 },
    { step: 4, psnr: 30.125 },
  ];
  const losses = [4, 3, 2, 1];
  assert.is(validated({ losses, validation: [first, last] }), ', validation 30.13 dB');
  assert.is(validated({ losses, validation: [first] }), '');
  assert.is(validated({ losses, validation: [] }), '');
});

test.run();
