// Slow: starts processes.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(import.meta.dirname, '..');

function run(file: string, ...given: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, join(ROOT, file), ...given],
    { encoding: 'utf8', env: { ...process.env, INIT_CWD: join(ROOT, 'results') } },
  );
  return { status, stdout, stderr };
}

test('programs without options do nothing but help when they are asked to, and refuse all else', () => {
  for (const [file, name] of [
    ['packaging/buildGl.ts', 'pnpm build:gl'],
    ['bench/installPeers.ts', 'pnpm bench:peers'],
    ['packaging/build.ts', 'pnpm build:packages'],
    ['packaging/kernels/cli.ts', 'pnpm build'],
    ['test/check.ts', 'pnpm check'],
    ['test/format.ts', 'pnpm format'],
    ['examples/lib/run.ts', 'pnpm example FILE'],
  ] as const) {
    const help = run(file, '--help');
    assert.equal([help.status, help.stderr], [0, '']);
    assert.is(help.stdout.split('\n\n')[0], name);
    const wrong = run(file, '--fast');
    assert.equal([wrong.status, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /^--fast: (there are no options but --help|no such file)\n\n/);
    assert.not.match(wrong.stderr, /\n {4}at /);
  }
});

test('an example is found from wherever the user is, and one that is not there is told with those that are', () => {
  for (const file of ['examples/leastSquares.ts', '../examples/leastSquares.ts'])
    assert.match(run('examples/lib/run.ts', file).stdout, /^step 1: loss 50\.000000\n/);
  assert.match(run('examples/lib/run.ts').stderr, /^no file is given\n\n.*examples\/leastSquares\.ts/s);
  assert.match(run('examples/lib/run.ts', 'a.ts', 'b').stderr, /^b: is one argument too many\n/);
});

test.run();
