import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { optionsFrom } from './testOptions.ts';

test('without arguments all files are meant, and a pattern knows no case', () => {
  const { help, quick, pattern } = optionsFrom([]);
  assert.equal({ help, quick }, { help: false, quick: false });
  assert.ok(pattern.test('packages/nn/test/train.test.ts'));
  assert.ok(optionsFrom(['LOSS']).pattern.test('experiments/test/lossCurve.test.ts'));
  assert.not.ok(optionsFrom(['loss$']).pattern.test('experiments/test/lossCurve.test.ts'));
});

test('options and a pattern come in any order', () => {
  for (const given of [
    ['--quick', 'a'],
    ['a', '--quick'],
  ]) {
    const { quick, pattern } = optionsFrom(given);
    assert.equal([quick, pattern.source], [true, 'a']);
  }
  assert.ok(optionsFrom(['--help']).help);
});

test('what is no option is refused, with what there is', () => {
  for (const [given, message] of [
    [['--quik'], /--quik/],
    [['--quick=yes'], /--quick/],
    [['--no-quick'], /--no-quick/],
    [['-q'], /-q/],
    [['a', 'b'], /^"b": one pattern is enough/],
    [[''], /^the pattern is empty/],
    [['('], /unterminated group/i],
  ] as const) {
    assert.throws(
      () => optionsFrom([...given]),
      (error: Error) => message.test(error.message) && error.message.includes('\n\npnpm test [PATTERN]\n'),
    );
  }
});

test('--help is no pattern, and what is no option ends with code 1 without a trace', () => {
  const run = (...given: string[]) =>
    spawnSync(process.execPath, [...process.execArgv, join(import.meta.dirname, 'run.ts'), ...given], {
      encoding: 'utf8',
    });
  const help = run('--help');
  assert.equal([help.status, help.stderr], [0, '']);
  assert.match(help.stdout, /^pnpm test \[PATTERN\]\n/);
  const wrong = run('--only', 'x');
  assert.equal([wrong.status, wrong.stdout], [1, '']);
  assert.match(wrong.stderr, /'--only'/);
  assert.not.match(wrong.stderr, /\n {4}at /);
});

test.run();
