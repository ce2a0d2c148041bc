import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../lib/statistics.ts';
import { runWith, TINY_EXPERIMENT } from './tiny.ts';

test('mean and standard deviation over seeds, and the difference to the full model', () => {
  const runs = [
    runWith('full', 1, 30, 0.9),
    runWith('dot', 1, 24, 0.5),
    runWith('dot', 2, 26, 0.6),
    runWith('dot', 3, 31, 0.7),
  ];
  const [dot, full] = rowsOf(TINY_EXPERIMENT, { runs });
  // (24 + 26 + 31) / 3 = 27; deviations -3, -1, 4: variance (9 + 1 + 16) / 2 = 13.
  assert.is(dot!.psnr, 27);
  assert.is(dot!.psnrSd, Math.sqrt(13));
  assert.ok(Math.abs(dot!.ssim - 0.6) < 1e-12);
  assert.is(dot!.difference, -3);
  assert.equal([dot!.seeds, dot!.parameters, dot!.noisyPsnr], [3, 123, 20]);
  assert.equal([full!.seeds, full!.psnr, full!.psnrSd, full!.difference], [1, 30, null, 0]);
});

test('rows come in the order of the experiment, for what has been run; without the full model no difference', () => {
  const names = (runs: Parameters<typeof rowsOf>[1]['runs']) =>
    rowsOf(TINY_EXPERIMENT, { runs }).map(({ variant }) => variant.name);
  assert.equal(names([runWith('full', 1, 30), runWith('dot', 1, 29)]), ['dot', 'full']);
  assert.equal(names([]), []);
  assert.is(rowsOf(TINY_EXPERIMENT, { runs: [runWith('dot', 1, 29)] })[0]!.difference, null);
});

test.run();
