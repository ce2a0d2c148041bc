import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPERIMENTS } from '../catalogue.ts';
import { networkId, scaleOf, variantsAt } from '../lib/experiment.ts';
import type { Row } from '../lib/results.ts';
import { rowsOf, sideBySide } from '../lib/statistics.ts';
import { formatCsv, formatTable } from '../lib/table.ts';
import { runWith, TINY_EXPERIMENT, TINY_SCALE } from './tiny.ts';

const measured = rowsOf(TINY_EXPERIMENT, TINY_SCALE, [
  ...[1, 3].flatMap((seed) => [runWith('dot', seed, [24, 23.5]), runWith('full', seed, [30.25, 30.25])]),
  ...[2, 4].flatMap((seed) => [runWith('dot', seed, [26, 25.5]), runWith('full', seed, [32, 32])]),
]);

/** Beside eleven others: what one row alone shows may then be chance. */
const [dot, full] = measured as [Row, Row];
const [rows] = sideBySide(Array.from({ length: 12 }, (_, i) => [{ ...dot, id: `dot${i}` }, full])) as [Row[]];

const UNITS = 'in dB; "above": the full model; "paper": on Set12, its full model with q = 45, T = 12';

test('the table has the noisy input and a row a variant, in columns, and says the units', () => {
  assert.is(
    formatTable({ rows }),
    [
      '                   PSNR    SSIM  above   95 % interval  Holm’s p  params  seeds  paper  verdict',
      'noisy input       20.00',
      'Dot product       24.75  0.8000  −6.38  −8.73 to −4.02      0.19     123      4  lower  agrees',
      'Full, "embedded"  31.13  0.8000  +0.00               -         -     123      4  30.50  full model',
      UNITS,
    ].join('\n'),
  );
});

test('on a narrow terminal the columns that matter less follow in tables below', () => {
  assert.is(
    formatTable({ rows }, 70),
    [
      '                   PSNR  above   95 % interval  paper  verdict',
      'noisy input       20.00',
      'Dot product       24.75  −6.38  −8.73 to −4.02  lower  agrees',
      'Full, "embedded"  31.13  +0.00               -  30.50  full model',
      '',
      '                    SSIM  Holm’s p  params  seeds',
      'Dot product       0.8000      0.19     123      4',
      'Full, "embedded"  0.8000         -     123      4',
      'in dB; "above": the full model; "paper": on Set12, its full model with',
      'q = 45, T = 12',
    ].join('\n'),
  );
  assert.is(
    formatTable({ rows }, 50),
    [
      '                   PSNR  above  verdict',
      'noisy input       20.00',
      'Dot product       24.75  −6.38  agrees',
      'Full, "embedded"  31.13  +0.00  full model',
      '',
      '                   95 % interval  Holm’s p  paper',
      'Dot product       −8.73 to −4.02      0.19  lower',
      'Full, "embedded"               -         -  30.50',
      '',
      '                    SSIM  params  seeds',
      'Dot product       0.8000     123      4',
      'Full, "embedded"  0.8000     123      4',
      'in dB; "above": the full model; "paper": on Set12,',
      'its full model with q = 45, T = 12',
    ].join('\n'),
  );
  assert.is(formatTable({ rows }, 200), formatTable({ rows }));
});

test('the tables of every experiment fit terminals of 60, 80 and 200 columns', () => {
  const scale = scaleOf('laptop');
  for (const experiment of EXPERIMENTS) {
    const runs = variantsAt(scale, experiment).flatMap((variant) =>
      [1, 2].map((seed) => ({
        ...runWith('full', seed, [-30, -30 + 0.01 * seed]),
        id: networkId(scale, variant),
        parameters: 1_000_000,
      })),
    );
    const wide = rowsOf(experiment, scale, runs);
    for (const width of [60, 80, 200]) {
      for (const line of formatTable({ rows: wide }, width).split('\n')) {
        assert.ok(line.length <= width, `${width}: ${line}`);
      }
    }
    // On 80 columns the figures have all that their rows are judged by in one line, the others in two.
    const [first, second] = formatTable({ rows: wide }, 80)
      .split('\n')
      .filter((line) => line.startsWith('  '));
    if (experiment.axis) assert.match(first!, /95 % interval +Holm’s p +paper +verdict/);
    else
      for (const title of ['95 % interval', 'verdict', 'Holm’s p', 'paper'])
        assert.ok(`${first} ${second}`.includes(title), title);
  }
});

test('rows that have not been run are named below, and one without the full model is no missing one', () => {
  const none = rowsOf(TINY_EXPERIMENT, TINY_SCALE, []);
  assert.match(
    formatTable({ rows: none }),
    /\nnoisy input +-\nin dB.*\nnot run: Dot product, Full, "embedded"$/,
  );
  const dot = rowsOf(TINY_EXPERIMENT, TINY_SCALE, [runWith('dot', 1, 24)]);
  assert.match(
    formatTable({ rows: dot }),
    /\nDot product +24\.00 .* full model not run\nin dB.*\nnot run: Full, "embedded"$/,
  );
  assert.match(formatTable({ rows: dot }, 23), /\nnot run: Full,\n"embedded"$/);
});

test('the CSV has a row a variant; quotes are doubled, what is not known is empty', () => {
  const [dot, full] = rowsOf(TINY_EXPERIMENT, TINY_SCALE, [runWith('dot', 1, 24), runWith('full', 1, 30.25)]);
  assert.equal(formatCsv({ rows: [dot!, full!] }).split('\n'), [
    'variant,label,against,x,seeds,parameters,training_core_seconds,core_seconds_per_megapixel,noisy_psnr_db,psnr_db,psnr_sd_db,ssim,common_seeds,difference_db,difference_low_db,difference_high_db,p,p_holm,seeds_needed,paper_psnr_db,paper_difference_db,paper_claim,verdict,verdict_holm',
    'dot,Dot product,full,,1,123,,,20.0000,24.0000,,0.80000,1,-6.2500,,,,,,,,lower,not tested,not tested',
    'full,"Full, ""embedded""",full,,1,123,,,20.0000,30.2500,,0.80000,1,0.0000,,,,,,30.50,0.00,equal,full model,full model',
    '',
  ]);
});

test.run();
