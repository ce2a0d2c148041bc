import { PRESETS } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countVerdicts, openQuestion } from '../report/agreement.ts';
import { findingsOf, findingsSentences } from '../report/findings.ts';
import { shareOfPaper, trainedPixels } from '../report/scale.ts';
import { MADE_UP_FIGURE, MADE_UP_TABLE } from './madeUp.ts';

const names = (rows: readonly { variant: string }[]) => rows.map(({ variant }) => variant);

test('rows are lower or higher where their interval leaves zero out', () => {
  const { lower, higher, chance, single, missing } = findingsOf(MADE_UP_TABLE);
  assert.equal(names(lower), ['dot', 'unknown']);
  assert.equal(names(higher), ['gaussian']);
  assert.equal(names(chance), ['near']);
  assert.equal(names(single), ['once']);
  assert.equal(names(missing), ['never']);
});

test('an interval that ends at zero holds it', () => {
  const [first] = MADE_UP_TABLE.rows;
  const row = { ...first!, difference: { mean: -0.1, low: -0.2, high: 0 } };
  assert.equal(names(findingsOf({ ...MADE_UP_TABLE, rows: [row] }).chance), ['dot']);
});

test('what was found is said in words, the largest difference first', () => {
  assert.equal(findingsSentences(MADE_UP_TABLE), [
    'Full model: 29.00 ± 0.02 dB; the noisy images have 20.33 dB.',
    'Lower: Dot product (−0.30), Paper <unknown> (−0.20).',
    'Higher: Symmetric embedded Gaussian (+0.12).',
    'May be chance: Within the noise (−0.02).',
    'One seed alone, so that chance cannot be told: One seed (−0.10).',
    'Missing: Never run.',
  ]);
  assert.equal(findingsSentences({ ...MADE_UP_FIGURE, rows: [] }), [
    'The full model has not been run, so that nothing can be compared with it.',
  ]);
});

test('verdicts are counted, without the full model’s', () => {
  assert.equal(countVerdicts(MADE_UP_TABLE.rows), [
    ['agrees', 1],
    ['opposite', 1],
    ['inside the noise', 1],
    ['not tested', 1],
    ['paper unknown', 1],
    ['missing', 1],
  ]);
});

const settleOf = (variant: string, changes = {}) => {
  const row = MADE_UP_TABLE.rows.find((row) => row.variant === variant)!;
  return openQuestion({ ...row, ...changes }, MADE_UP_TABLE)?.settle;
};

test('what would settle a row: nothing where it agrees, else seeds, training, or the command', () => {
  assert.is(settleOf('dot'), undefined);
  assert.is(settleOf('full'), undefined);
  assert.match(settleOf('gaussian')!, /^More training/);
  assert.is(settleOf('once'), 'pnpm exp made-up-table --preset quick --only once --seeds 1,2,3');
  assert.is(settleOf('never'), 'pnpm exp made-up-table --preset quick --only never');
  // Three seeds give 0.06 around 0.02: nine times as many, and one more.
  assert.match(settleOf('near')!, /^More seeds: about 28 seeds /);
  assert.match(settleOf('near', { difference: { mean: 0, low: -0.1, high: 0.1 } })!, /more than 40 seeds/);
});

test('the share of the paper’s training is that of the pixels, to two figures', () => {
  const config = { ...PRESETS.quick, steps: 700, batch: 16, patch: 17 };
  assert.is(trainedPixels(config), 3_236_800);
  // 450,000 steps of 16 patches of 45 x 45 pixels are 14.58e9.
  assert.is(shareOfPaper(config), 'about 1/4,500');
  assert.is(shareOfPaper(PRESETS.paper), 'all');
});

test.run();
