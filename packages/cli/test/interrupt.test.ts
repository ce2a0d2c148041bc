import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { onInterrupt, repeatCommand } from '../src/interrupt.ts';

const ARGV = process.argv;

test.after.each(() => {
  process.argv = ARGV;
});

const repeated = (...args: string[]) => {
  process.argv = [...ARGV.slice(0, 2), ...args];
  return repeatCommand('pnpm nlrn', ['--fresh']);
};

test('a flag is left out in every way of giving it, with its value', () => {
  for (const flag of [['--fresh'], ['--fresh', 'true'], ['--fresh', 'false'], ['--fresh=true']])
    assert.is(repeated('train', ...flag, '--steps', '9'), 'pnpm nlrn train --steps 9');
  assert.is(repeated('train', '--fresh'), 'pnpm nlrn train');
});

test('all else stays: other flags and their values, names that begin alike, what needs quotes', () => {
  assert.is(
    repeated('train', '--tied', 'false', '--fresher', '--fresh', '--out', 'true', '--train', 'my photos'),
    "pnpm nlrn train --tied false --fresher --out true --train 'my photos'",
  );
});

test('the first signal aborts, and the second finds what was there before', () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listeners = () => signals.map((name) => process.listenerCount(name));
  const before = listeners();
  const interrupt = onInterrupt('finishing');
  assert.equal(
    listeners(),
    before.map((count) => count + 1),
  );
  process.emit('SIGTERM', 'SIGTERM');
  assert.equal([interrupt.signal.aborted, interrupt.exitCode(), listeners()], [true, 143, before]);
});

test.run();
