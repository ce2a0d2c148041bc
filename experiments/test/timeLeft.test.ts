import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secondsOf } from '../lib/timeLeft.ts';

const run = (id: string, trainingSeconds: number, evaluationSeconds = 1) => ({
  id,
  trainingSeconds,
  evaluationSeconds,
});

test('a network takes as long as it did with other seeds, a new one as long as runs do', () => {
  const runs = [run('small', 9), run('large', 99), run('large', 89), run('large', 4999)];
  assert.is(secondsOf([{ id: 'small' }], runs), 10);
  assert.is(secondsOf([{ id: 'large' }, { id: 'large' }], runs), 200);
  assert.is(secondsOf([{ id: 'small' }, { id: 'other' }], runs), 10 + (90 + 100) / 2);
  assert.is(secondsOf([], runs), 0);
});

test('nothing is known before the first run', () => {
  assert.is(secondsOf([{ id: 'small' }], []), undefined);
});

test.run();
