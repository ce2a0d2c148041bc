import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { describeModels } from '../src/commands/models.ts';
import { defaultWeights, installedModels, type Model, WEIGHTS } from '../src/models/installed.ts';

/** A model with figures of levels: PSNR by itself, and by BM3D where that is known. */
function model(name: string, noise: Model['noise'], levels: Record<number, [number, number?]>): Model {
  const figures = Object.entries(levels).map(([sigma, [psnr, bm3d]]) => {
    return [`set12, sigma ${sigma}`, { sigma: Number(sigma), images: 12, psnr, ssim: 0.8, bm3d }];
  });
  const path = `/${name}.safetensors`;
  return {
    name,
    path,
    network: 'nlrn',
    bytes: 1,
    parameters: 1,
    noise,
    figures: Object.fromEntries(figures),
  };
}

const s25 = model('s25', { low: 25, high: 25 }, { 25: [30.4, 30] });
const blind = model('blind', { low: 0, high: 55 }, { 5: [38, 38.2], 25: [30.2, 30] });
const unknown = model('unknown', { low: 25, high: 25 }, { 25: [29.3] });

test('weights that nobody names: the best by figures, else those for the nearest level', () => {
  const at = (sigma: number, models: Model[]) => defaultWeights(sigma, models);
  assert.is(at(25, [unknown, s25, blind]), '/s25.safetensors');
  assert.is(at(60, [unknown, blind]), '/blind.safetensors');
  assert.is(at(60, [unknown]), '/unknown.safetensors');
  assert.throws(
    () => at(25, []),
    /^--weights is not given, and there are none in .*; name a file of "pnpm nlrn train", or make them: .*exp keep-weights/,
  );
});

test('the models of a folder are listed with sizes and figures, and the methods without training', () => {
  const folder = join(temporaryFolder(), 'weights');
  assert.equal(installedModels(folder), []);
  mkdirSync(folder);
  copyFileSync(join(WEIGHTS, 'nlrn-laptop-s25.safetensors'), join(folder, 'small.safetensors'));
  writeFileSync(join(folder, 'small.md'), 'a card');
  const [small, ...others] = installedModels(folder);
  assert.is(others.length, 0);
  assert.equal([small!.name, small!.parameters, small!.noise], ['small', 21859, { low: 25, high: 25 }]);
  const lines = describeModels([small!, { ...blind, parameters: 7, bytes: 3000 }]);
  assert.match(lines[1]!, /^small: 21859 parameters, .*; weights trained for sigma 25$/);
  assert.match(lines[5]!, /^ {2}set12, sigma 25: 29\.56 dB, SSIM 0\.8350, BM3D 29\.92 dB, 12 images$/);
  assert.match(lines[9]!, /^blind: 7 parameters, .*; weights trained for sigma 0 to 55$/);
  assert.match(lines[10]!, /^ {2}set12, sigma 5: 38\.00 dB, SSIM 0\.8000, BM3D 38\.20 dB, 12 images$/);
  assert.match(lines.join('\n'), /\nbm3d: BM3D; .*\nbm3d-fast: .*\nwnnm: .*\nnlm: .*\nbilateral: /);
  const enlarger: Model = {
    ...model('sr', undefined, {}),
    scales: [2, 3, 4],
    figures: { 'set5, x2': { scale: 2, images: 5, psnr: 37, ssim: 0.95, bicubic: 33.66 } },
  };
  const [, first, line] = describeModels([enlarger]);
  assert.match(first!, /^sr: 1 parameters, .*; weights trained to enlarge by 2, 3, 4$/);
  assert.is(line, '  set5, x2: 37.00 dB, SSIM 0.9500, bicubic 33.66 dB, 5 images');
  assert.match(describeModels([]).join('\n'), /^networks, in .*:\nnone\n/);
});

test('the published networks are listed with the weights that are there', () => {
  const folder = temporaryFolder();
  for (const name of [
    'dncnn-s25.safetensors',
    'dncnn-b.safetensors',
    'vdsr-official.safetensors',
    'tnrd-s25.mat',
  ])
    writeFileSync(join(folder, name), '');
  const lines = describeModels([], folder);
  const from = lines.indexOf(`published networks, whose weights are looked for in ${folder}`);
  assert.equal(lines.slice(from + 1, from + 7), [
    'to remove noise (denoise --method):',
    'dncnn: dncnn-b, dncnn-s25',
    'ffdnet: no ffdnet-*.safetensors there; name a file by --weights',
    'tnrd: no tnrd-*.safetensors there; name a file by --weights',
    'nlnet: no nlnet-*.safetensors there; name a file by --weights',
    'to enlarge (upscale --method):',
  ]);
  assert.ok(lines.includes('vdsr: vdsr-official'));
  // No folder is as one without weights.
  assert.ok(
    describeModels([], join(folder, 'none')).includes(
      'vdsr: no vdsr-*.safetensors there; name a file by --weights',
    ),
  );
});

test.run();
