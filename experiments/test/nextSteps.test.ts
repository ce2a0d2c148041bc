import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Finished, nextSteps } from '../lib/nextSteps.ts';
import { RESULTS } from '../lib/results.ts';

const stepsOf = (command: string, generated: Finished['generated']) =>
  nextSteps({ command, generated, out: RESULTS, scale: 'none', seed: 1 });

const REPORT = 'next:\n  pnpm exp report\n      one page of all results';

test('images of one’s own are suggested where they were generated, by the options that were not given', () => {
  const own = (command: string) => `${REPORT}\n  ${command}\n      on PNG images of your own`;
  assert.is(stepsOf('pnpm exp all', ['train', 'test']), own('pnpm exp all --train DIR --test DIR'));
  assert.is(stepsOf('pnpm exp all --test set12', ['train']), own('pnpm exp all --test set12 --train DIR'));
  assert.is(stepsOf('pnpm exp all --train a --test b', []), REPORT);
});

test.run();
