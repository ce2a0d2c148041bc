import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secondsOf } from '../lib/timeLeft.ts';
import { trainedPixels } from '../lib/trainedPixels.ts';

/** A training of 100 pixels a step. */
const long = (steps: number) => ({ config: { steps, settling: 0, batch: 4, patch: 5 } });

const run = (id: string, trainingSeconds: number, evaluationSeconds = 1) => ({
  id,
  trainingSeconds,
  evaluationSeconds,
  ...long(10),
});

const task = (id: string, steps = 10) => ({ id, ...long(steps) });

test('a network takes as long as it did with other seeds, a new one as long as runs do', () => {
  const runs = [run('small', 9), run('large', 99), run('large', 89), run('large', 4999)];
  assert.is(secondsOf([task('small')], runs), 10);
  assert.is(secondsOf([task('large'), task('large')], runs), 200);
  assert.is(secondsOf([task('small'), task('other')], runs), 10 + (90 + 100) / 2);
  assert.is(secondsOf([], runs), 0);
});

test('a new one that is trained longer takes longer, by its pixels', () => {
  assert.is(secondsOf([task('longer', 40)], [run('short', 9)]), 40);
  const { config } = long(10);
  assert.is(trainedPixels({ ...config, settling: 0.5, patch: 10 }), 15 * 4 * 100);
});

test('nothing is known before the first run', () => {
  assert.is(secondsOf([task('small')], []), undefined);
});

test.run();
