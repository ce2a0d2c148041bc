import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Figures, figuresIn, gainOverBm3d } from '../../src/trained/figures.ts';
import { bestEnlarger, bestModel, betterThanBm3d, type TrainedModel } from '../../src/trained/model.ts';

const figure = (sigma: number, psnr: number, bm3d?: number) => ({ sigma, images: 12, psnr, ssim: 0.8, bm3d });

function model(name: string, noise: TrainedModel['noise'], figures: Figures): TrainedModel {
  return { name, network: 'nlrn', parameters: 1, noise, figures };
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
  const gain = (of: TrainedModel, sigma: number) => gainOverBm3d(of.figures, sigma, of.noise)?.toFixed(2);
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
  // In whatever order: two fifths of the way from 0.20 at 25 to 0.30 at 50.
  const turned = model('turned', blind.noise, Object.fromEntries(Object.entries(blind.figures).reverse()));
  for (const either of [blind, turned]) assert.is(gain(either, 35), '0.24');
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

test('figures in the metadata are read, and what is none is left out', () => {
  const evaluation = JSON.stringify({ set12: figure(25, 30) });
  assert.equal(figuresIn({ evaluation }), { set12: { sigma: 25, images: 12, psnr: 30, ssim: 0.8 } });
  for (const wrong of ['{', '{"set12":{"sigma":25}}']) assert.equal(figuresIn({ evaluation: wrong }), {});
  assert.equal(figuresIn({}), {});
  const enlarged = { 'set5, x3': { scale: 3, images: 5, psnr: 33, ssim: 0.9, bicubic: 30.4 } };
  assert.equal(figuresIn({ evaluation: JSON.stringify(enlarged) }), enlarged);
});

/** A network that enlarges, by figures of x2 on the first folder. */
const enlarger = (name: string, scales: number[], psnr?: number): TrainedModel => ({
  ...model(name, undefined, {
    ...(psnr !== undefined && {
      'set5, x2': { scale: 2, images: 5, psnr, ssim: 0.95, bicubic: 33.66 },
      'set14, x2': { scale: 2, images: 14, psnr: 20, ssim: 0.95, bicubic: 30.24 },
    }),
  }),
  scales,
});

test('a network that enlarges is the best by its gain, and none of those that remove noise', () => {
  const [unmeasured, good, better] = [
    enlarger('unmeasured', [2, 3]),
    enlarger('good', [2], 36.5),
    enlarger('better', [2, 4], 37),
  ];
  const all = [s25, unmeasured, good, better, blind];
  const at = (scale: number, models = all) => bestEnlarger(models, scale)?.name;
  assert.equal(
    [2, 3, 4].map((scale) => at(scale)),
    ['better', 'unmeasured', 'better'],
  );
  assert.is(at(3, [s25, good]), undefined);
  assert.is(bestModel(all, 25), s25);
  assert.is(betterThanBm3d([enlarger('x', [2], 99)], 25), undefined);
  assert.is(gainOverBm3d(better.figures, 25, undefined), undefined);
});

test.run();
