import { PRESETS } from '@nlrn/nlrn';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trainedPixels } from '../lib/trainedPixels.ts';
import { countHolmVerdicts, countVerdicts, openQuestions } from '../report/agreement.ts';
import { findingOf, findingsInWords, fullModelSentence, remainingInWords } from '../report/findings.ts';
import { shareOfPaper } from '../report/scale.ts';
import { MADE_UP_FIGURE, MADE_UP_TABLE } from './madeUp.ts';

test('a row is lower or higher where its interval leaves zero out', () => {
  assert.equal(
    MADE_UP_TABLE.rows.map((row) => [row.variant, findingOf(row, MADE_UP_TABLE)]),
    [
      ['dot', 'lower'],
      ['gaussian', 'higher'],
      ['near', 'chance'],
      ['once', 'single'],
      ['curve', 'lower'],
      ['never', 'missing'],
      ['full', 'chance'],
    ],
  );
});

const NONE = { seeds: [1, 2, 3], p: null, holm: null, seedsNeeded: null };

test('an interval that ends at zero holds it', () => {
  const [first] = MADE_UP_TABLE.rows;
  const found = (interval: { mean: number; low: number; high: number }) =>
    findingOf({ ...first!, difference: { ...NONE, ...interval } }, MADE_UP_TABLE);
  assert.is(found({ mean: -0.1, low: -0.2, high: 0 }), 'chance');
  assert.is(found({ mean: 0.1, low: 0, high: 0.2 }), 'chance');
});

test('what was found is said in words, the largest difference first', () => {
  assert.equal(findingsInWords([MADE_UP_TABLE]), [
    { finding: 'Lower', rows: 'Dot product (−0.30), Paper <a curve> (−0.20)', isBeyondChance: true },
    { finding: 'Higher', rows: 'Symmetric embedded Gaussian (+0.12)', isBeyondChance: true },
    { finding: 'May be chance', rows: 'Within the noise (−0.02)', isBeyondChance: false },
    { finding: 'One seed in common, chance unknown', rows: 'One seed (−0.10)', isBeyondChance: false },
    { finding: 'Missing', rows: 'Never run', isBeyondChance: false },
  ]);
  assert.is(
    fullModelSentence(MADE_UP_FIGURE),
    'The full model has 29.00 dB, the noisy images 20.33 dB, BM3D 29.30 dB, DnCNN 35.00 dB.',
  );
  assert.match(fullModelSentence({ ...MADE_UP_FIGURE, rows: [] }), /^The full model has not been run/);
});

test('what remains when all rows are tested side by side', () => {
  assert.is(remainingInWords([MADE_UP_TABLE]), 'none');
  const rows = MADE_UP_TABLE.rows.map((row) =>
    row.variant === 'dot' ? { ...row, difference: { ...row.difference!, holm: 0.05 } } : row,
  );
  assert.is(remainingInWords([{ ...MADE_UP_TABLE, rows }, MADE_UP_FIGURE]), 'Dot product (−0.30)');
  assert.is(remainingInWords([{ ...MADE_UP_TABLE, rows: [] }]), null);
});

test('verdicts are counted, without the full model’s', () => {
  assert.equal(countHolmVerdicts([MADE_UP_TABLE]).slice(0, 2), [
    ['opposite', 1],
    ['inside the noise', 3],
  ]);
  assert.equal(countVerdicts([MADE_UP_TABLE]), [
    ['agrees', 2],
    ['opposite', 1],
    ['inside the noise', 1],
    ['not tested', 1],
    ['missing', 1],
  ]);
});

const questionsOf = (variant: string, changes = {}) =>
  openQuestions([
    {
      ...MADE_UP_TABLE,
      rows: MADE_UP_TABLE.rows
        .filter((row) => row.variant === variant)
        .map((row) => ({ ...row, ...changes })),
    },
  ]);

test('what would settle a row: nothing where it agrees, else seeds, training, or a command', () => {
  assert.equal([...questionsOf('dot'), ...questionsOf('full')], []);
  assert.match(questionsOf('gaussian')[0]!.settle, /^More training/);
  const [ofPaper] = openQuestions([{ ...MADE_UP_TABLE, config: PRESETS.paper }]);
  assert.match(ofPaper!.why, /^The training is as long as the paper’s/);
  assert.not.match(ofPaper!.settle, /preset paper/);
  const command = 'pnpm exp made-up-table --preset quick --train DIR/train400 --test DIR/set12';
  assert.is(questionsOf('once')[0]!.command, `${command} --seeds 1,2,3,4 --keep-old`);
  assert.is(questionsOf('never')[0]!.command, `${command} --only never --keep-old`);
  assert.is(questionsOf('near')[0]!.command, null);
  assert.match(questionsOf('near')[0]!.settle, /^More seeds, /);
  assert.equal(questionsOf('near')[0]!.rows, [{ label: 'Within the noise', note: '27 seeds' }]);
  const [hopeless] = questionsOf('near', { difference: { ...NONE, mean: 0, low: -0.1, high: 0.1 } });
  assert.match(hopeless!.settle, /^More training, or more test images: .* 100 seeds would not do/);
});

test('why there is no interval is said as it is: one test image, or a PSNR that is not finite', () => {
  const [row] = MADE_UP_TABLE.rows.filter(({ variant }) => variant === 'once');
  const onOne = {
    ...MADE_UP_TABLE,
    test: { ...MADE_UP_TABLE.test!, images: 1 },
    rows: [{ ...row!, id: 'of-one-image' }],
  };
  assert.equal(findingsInWords([onOne]), [
    { finding: 'One test image, chance unknown', rows: 'One seed (−0.10)', isBeyondChance: false },
  ]);
  const none = { low: null, high: null, ...NONE };
  const infinite = {
    ...MADE_UP_TABLE,
    rows: [Number.NaN, Number.POSITIVE_INFINITY].map((mean) => ({
      ...row!,
      difference: { mean, ...none },
    })),
  };
  assert.equal(
    findingsInWords([infinite]).map(({ finding }) => finding),
    ['Not finite, chance unknown'],
  );
  const answers = openQuestions([onOne, infinite]).map(({ why, settle, command }) => [why, settle, command]);
  assert.equal(answers, [
    ['There is one test image.', 'More test images.', null],
    [
      'A PSNR is not finite: an image is restored without any error, or to pixels that are not numbers.',
      'Other test images, or another training.',
      null,
    ],
  ]);
});

test('a name from a results file is quoted in a command that is to be repeated', () => {
  const train = { ...MADE_UP_TABLE.train!, name: 'x; rm -rf $HOME' };
  const [once] = openQuestions([{ ...MADE_UP_TABLE, train }]).filter(
    ({ verdict }) => verdict === 'not tested',
  );
  assert.match(once!.command!, / --train 'DIR\/x; rm -rf \$HOME' --test DIR\/set12 --seeds/);
});

test('a command has the sizes that the scale’s name tells, and the images that are not generated', () => {
  const preset = 'quick-states4-neighborhood7-steps100-generated';
  const train = { ...MADE_UP_TABLE.train!, source: 'generated' as const };
  const results = { ...MADE_UP_TABLE, preset, train };
  const [once] = openQuestions([results]).filter(({ verdict }) => verdict === 'not tested');
  assert.is(
    once!.command,
    'pnpm exp made-up-table --preset quick --states 4 --neighborhood 7 --steps 100 --test DIR/set12 --seeds 1,2,3,4 --keep-old',
  );
});

test('rows to which the same applies are one question', () => {
  const [never] = MADE_UP_TABLE.rows.filter(({ variant }) => variant === 'never');
  const rows = [...MADE_UP_TABLE.rows, { ...never!, variant: 'neither', id: 'neither', label: 'Neither' }];
  const open = openQuestions([{ ...MADE_UP_TABLE, rows }, MADE_UP_FIGURE]);
  const labels = open.map(({ verdict, rows }) => [verdict, ...rows.map(({ label }) => label)]);
  // The table's missing rows, and the full model that they are compared with, which the figure calls otherwise.
  const commands = open.filter(({ verdict }) => verdict === 'missing').map(({ command }) => command!);
  assert.equal(
    commands.map((command) => command.replace(/.* --only/, '--only')),
    ['--only never,full,neither --keep-old', '--only q7,q9 --keep-old'],
  );
  assert.equal(labels, [
    ['opposite', 'Symmetric embedded Gaussian'],
    ['inside the noise', 'Within the noise', 'Whole image'],
    ['not tested', 'One seed'],
    ['missing', 'Never run', 'Neither'],
    ['missing', 'q = 7'],
  ]);
});

test('the same two networks in two tables are one row, and what others are compared with is none', () => {
  const again = {
    ...MADE_UP_TABLE,
    experiment: 'again',
    rows: MADE_UP_TABLE.rows.map((row) => ({ ...row, label: `${row.label} again` })),
  };
  const apart = {
    ...MADE_UP_TABLE.rows.at(-1)!,
    variant: 'apart',
    id: 'apart',
    against: 'apart',
    difference: null,
    verdict: 'missing' as const,
  };
  const both = [MADE_UP_TABLE, { ...again, rows: [...again.rows, apart] }];
  assert.equal(countVerdicts(both), countVerdicts([MADE_UP_TABLE]));
  assert.equal(findingsInWords(both), findingsInWords([MADE_UP_TABLE]));
  assert.equal(openQuestions(both), openQuestions([MADE_UP_TABLE]));
});

test('an opposite row that stands among pairs, too, is answered by their differences', () => {
  const [opposite, full] = ['gaussian', 'full'].map(
    (name) => MADE_UP_TABLE.rows.find(({ variant }) => variant === name)!,
  );
  const pair = (length: string, mean: number, id = `${length} long`) => [
    {
      ...opposite!,
      id,
      label: `${length} steps`,
      against: `full ${length}`,
      difference: { ...opposite!.difference!, mean },
    },
    { ...full!, id: `full ${length}`, variant: `full ${length}`, against: `full ${length}` },
  ];
  const lengths = {
    ...MADE_UP_TABLE,
    title: 'By length',
    rows: [...pair('100', 0.42), ...pair('200', 0.12, opposite!.id)],
  };
  const settles = (experiments: readonly (typeof MADE_UP_TABLE)[]) =>
    openQuestions(experiments).find(({ verdict }) => verdict === 'opposite')!.settle;
  assert.is(
    settles([MADE_UP_TABLE, lengths]),
    'More training: the difference in “By length” is (dB) 100 steps: +0.42; 200 steps: +0.12.',
  );
  assert.is(settles([MADE_UP_TABLE]), 'More training: a longer run of both rows, then the preset paper.');
});

test('one seed that rows have, or have in common, is said, and the preset’s own seeds are advised where there are several', () => {
  const laptop = { ...MADE_UP_TABLE, preset: 'laptop' };
  const [once] = openQuestions([laptop]).filter(({ verdict }) => verdict === 'not tested');
  assert.is(
    once!.command,
    'pnpm exp made-up-table --preset laptop --train DIR/train400 --test DIR/set12 --keep-old',
  );
  assert.is(once!.why, 'They have one seed in common.');
  const rows = laptop.rows.map((row) => ({ ...row, seeds: [1] }));
  const [both] = openQuestions([{ ...laptop, rows }]).filter(({ verdict }) => verdict === 'not tested');
  assert.is(both!.why, 'Both have one seed.');
});

test('the share of the paper’s training is that of the pixels, to two figures', () => {
  const config = { ...PRESETS.quick, steps: 700, settling: 0, batch: 16, patch: 17 };
  assert.is(trainedPixels(config), 3_236_800);
  assert.is(trainedPixels({ ...config, settling: 0.1 }), 3_560_480);
  // 450,000 steps of 16 patches of 45 x 45 pixels are 14.58e9.
  assert.is(shareOfPaper(config), 'about 1/4,500');
  assert.is(shareOfPaper(PRESETS.paper), 'all');
});

test.run();
