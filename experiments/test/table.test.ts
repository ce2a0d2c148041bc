import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../lib/statistics.ts';
import { formatCsv, formatTable, paperDifference } from '../lib/table.ts';
import { runWith, TINY_EXPERIMENT } from './tiny.ts';

const rows = rowsOf(TINY_EXPERIMENT, {
  runs: [runWith('dot', 1, 24), runWith('dot', 2, 26), runWith('full', 1, 30.25)],
});

test('the table has the noisy input and a row a variant, in columns', () => {
  assert.is(
    formatTable(rows),
    [
      '                     PSNR (dB)    SSIM  to full model  parameters  seeds  paper, Set12 (dB)',
      'noisy input              20.00',
      'Dot product       25.00 ± 1.41  0.8000          −5.25         123      2                  -',
      'Full, "embedded"         30.25  0.8000          +0.00         123      1              30.50',
    ].join('\n'),
  );
});

test('the CSV has a row a variant; quotes are doubled, what is not known is empty', () => {
  assert.equal(formatCsv(TINY_EXPERIMENT, rows).split('\n'), [
    'variant,label,seeds,parameters,noisy_psnr_db,psnr_db,psnr_sd_db,ssim,difference_to_full_model_db,paper_psnr_db,paper_difference_to_full_model_db',
    'dot,Dot product,2,123,20.0000,25.0000,1.4142,0.80000,-5.2500,,',
    'full,"Full, ""embedded""",1,123,20.0000,30.2500,,0.80000,0.0000,30.50,0.00',
    '',
  ]);
});

test('the difference in the paper needs both numbers', () => {
  const experiment = {
    ...TINY_EXPERIMENT,
    variants: TINY_EXPERIMENT.variants.map((variant) =>
      variant.name === 'dot' ? { ...variant, paper: 30.25 } : variant,
    ),
  };
  const [dot] = rowsOf(experiment, { runs: [runWith('dot', 1, 24)] });
  assert.is(paperDifference(experiment, dot!), -0.25);
  assert.is(paperDifference(TINY_EXPERIMENT, rows[0]!), null);
});

test.run();
