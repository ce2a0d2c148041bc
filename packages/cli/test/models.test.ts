import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { describeModels } from '../src/commands/models.ts';
import { type Figures, figuresIn, gainOverBm3d } from '../src/models/figures.ts';
import {
  betterThanBm3d,
  defaultWeights,
  installedModels,
  type Model,
  WEIGHTS,
} from '../src/models/installed.ts';

const figure = (sigma: number, psnr: number, bm3d?: number) => ({ sigma, images: 12, psnr, ssim: 0.8, bm3d });

function model(name: string, noise: Model['noise'], figures: Figures): Model {
  return { name, path: `/${name}.safetensors`, network: 'nlrn', bytes: 1, parameters: 1, noise, figures };
}

const s25 = model(
  's25',
  { low: 25, high: 25 },
  {
    'set12, sigma 15': figure(15, 32, 32.4),
    set12: figure(25, 30.4, 30),
    'set12, sigma 40': figure(40, 27, 27.6),
    bsd68: figure(25, 29),
  },
);
const blind = model(
  'blind',
  { low: 0, high: 55 },
  {
    'set12, sigma 5': figure(5, 38, 38.2),
    'set12, sigma 15': figure(15, 32.6, 32.4),
    'set12, sigma 25': figure(25, 30.2, 30),
    'set12, sigma 50': figure(50, 27, 26.7),
  },
);
const unknown = model('unknown', { low: 25, high: 25 }, { set12: figure(25, 29.3) });

test('a gain lies between those of the levels that were measured', () => {
  const gain = (of: Model, sigma: number) => gainOverBm3d(of.figures, sigma, of.noise)?.toFixed(2);
  assert.is(gain(s25, 25), '0.40');
  assert.is(gain(s25, 20), '0.00');
  assert.is(gain(s25, 31), '-0.00');
  assert.is(gain(s25, 14), undefined);
  assert.is(gain(s25, 41), undefined);
  // Beyond the last level, but trained for it.
  assert.is(gain(blind, 55), '0.30');
  assert.is(gain(blind, 2), '-0.20');
  assert.is(gain(blind, 56), undefined);
  assert.is(gain(unknown, 25), undefined);
});

test('the best network is taken where it is better than BM3D, and none where BM3D is', () => {
  const at = (sigma: number, models = [unknown, s25, blind]) => betterThanBm3d(models, sigma)?.name;
  assert.equal(
    [3, 12, 25, 27, 45, 55, 60].map((sigma) => at(sigma)),
    [undefined, 'blind', 's25', 's25', 'blind', 'blind', undefined],
  );
  assert.is(at(25, [unknown]), undefined);
  assert.is(at(25, []), undefined);
});

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

test('figures in the metadata are read, and what is none is left out', () => {
  const evaluation = JSON.stringify({ set12: figure(25, 30) });
  assert.equal(figuresIn({ evaluation }), { set12: { sigma: 25, images: 12, psnr: 30, ssim: 0.8 } });
  for (const wrong of ['{', '{"set12":{"sigma":25}}']) assert.equal(figuresIn({ evaluation: wrong }), {});
  assert.equal(figuresIn({}), {});
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
  assert.match(lines[2]!, /^ {2}set12, sigma 25: 29\.33 dB, SSIM 0\.8265, 12 images$/);
  assert.match(lines[4]!, /^blind: 7 parameters, .*; weights trained for sigma 0 to 55$/);
  assert.match(lines[5]!, /^ {2}set12, sigma 5: 38\.00 dB, SSIM 0\.8000, BM3D 38\.20 dB, 12 images$/);
  assert.match(lines.join('\n'), /\nbm3d: BM3D; .*\nbm3d-fast: .*\nwnnm: .*\nnlm: .*\nbilateral: /);
  assert.match(describeModels([]).join('\n'), /^networks, in .*:\nnone\n/);
});

test.run();
