import { PAPER_CONFIG, type PresetName } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPERIMENTS } from '../catalogue.ts';
import { scaleOf } from '../lib/experiment.ts';
import { rowsOf } from '../lib/statistics.ts';
import { alongFigure5, alongFigure6, FULL, NOT_IN_PAPER, paperTable, printed } from '../paper.ts';

const rowsIn = (name: string, preset: PresetName = 'laptop') => {
  const experiment = EXPERIMENTS.find((experiment) => experiment.name === name)!;
  return rowsOf(experiment, scaleOf(preset), []);
};

const networkOf = (neighborhood: number, states: number) => ({ ...PAPER_CONFIG, neighborhood, states });

test('every row of the ablation tables has the paper’s PSNR and its difference to the full model', () => {
  for (const [name, number] of [
    ['ablation-metrics', 1],
    ['ablation-variants', 2],
  ] as const) {
    const rows = rowsIn(name).filter(({ paper }) => paper.claim !== null);
    assert.equal(
      rows.map(({ paper }) => paper.psnr),
      paperTable(number).map(({ psnr }) => Number(psnr)),
    );
    for (const { paper, variant } of rows) {
      const isFull = variant === 'embeddedGaussian' || variant === 'nlrn';
      assert.ok(isFull ? paper.difference === 0 : paper.difference! < 0, variant);
      assert.is(paper.claim, isFull ? 'equal' : 'lower');
      assert.is(paper.words === FULL.words, isFull);
    }
  }
  const [, dot] = rowsIn('ablation-metrics');
  assert.is(dot!.paper.difference!.toFixed(2), '-0.12');
});

test('the differences that the paper’s words name are those of its numbers', () => {
  for (const { paper } of rowsIn('ablation-variants').filter(({ paper }) => paper.words !== FULL.words)) {
    const named = [...paper.words!.matchAll(/[-+]0\.\d\d/g)].map(([text]) =>
      Math.abs(Number(text)).toFixed(2),
    );
    assert.ok(named.includes(Math.abs(paper.difference!).toFixed(2)), paper.words!);
  }
});

test('figures: every row has a direction and words; q is nearer to the peak at 45 or farther', () => {
  for (const { paper, verdict } of [...rowsIn('neighborhood-size'), ...rowsIn('unrolling-length')]) {
    assert.is(paper.words === null, paper.claim === 'equal', verdict);
  }
  const claims = ([3, 9, 13, 45, 'image'] as const).map((q) => alongFigure5(q, networkOf(9, 3)).claim);
  // Of the whole image the paper says that it is worse than q = 45, not than q = 9.
  assert.equal(claims, ['lower', 'equal', 'higher', 'higher', null]);
  const large = networkOf(45, 12);
  assert.equal(
    ([65, 35, 'image'] as const).map((q) => alongFigure5(q, large).claim),
    ['lower', 'lower', 'lower'],
  );
  const beside = [alongFigure6(2, networkOf(9, 3)), alongFigure6(4, networkOf(9, 3))];
  assert.equal(
    [...beside, alongFigure6(15, large), alongFigure6(9, large)].map(({ claim }) => claim),
    ['lower', 'higher', 'equal', 'lower'],
  );
  // Above T = 12 the curve is flat, on both sides of a full model that stands there.
  assert.equal(
    [12, 15, 20, 9].map((T) => alongFigure6(T, networkOf(45, 16)).claim),
    ['equal', 'equal', 'equal', 'lower'],
  );
});

test('figures: the paper has a number at q = 45, T = 12 alone', () => {
  for (const name of ['neighborhood-size', 'unrolling-length']) {
    const psnrs = (preset: PresetName) =>
      rowsIn(name, preset).map(({ paper }) => [paper.psnr, paper.difference]);
    for (const preset of ['quick', 'laptop'] as const)
      assert.ok(
        psnrs(preset)
          .flat()
          .every((value) => value === null),
        name,
      );
    const numbers = rowsIn(name, 'paper').filter(({ paper }) => paper.psnr !== null);
    assert.equal(
      numbers.map(({ variant, paper }) => [variant, paper.psnr]),
      [['full', 30.8]],
    );
  }
  assert.is(alongFigure5(45, networkOf(45, 9)).psnr, null);
});

test('all six tables are there, whole', () => {
  const shapes = ([1, 2, 3, 4, 5, 6] as const).map((number) => {
    const table = paperTable(number);
    for (const row of table) assert.ok(Object.values(row).every((cell) => cell !== undefined));
    return [table.length, Object.keys(table[0]!).length];
  });
  assert.equal(shapes, [
    [6, 3],
    [6, 2],
    [6, 7],
    [54, 5],
    [54, 5],
    [84, 5],
  ]);
  assert.equal(printed(1, 'NLRN', 'words'), NOT_IN_PAPER);
});

test.run();
