// Slow: starts processes.

import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const FOLDER = join(import.meta.dirname, '..');

/** What the examples print; none of the digits depends on the processor. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  'denoise.ts': ['trained for sigma 25: noisy 20.3 dB, restored 26.3 dB'],
  'leastSquares.ts': [
    'step 1: loss 50.000000',
    'step 11: loss 0.244908',
    'step 21: loss 0.029562',
    'step 31: loss 0.003594',
    'step 41: loss 0.000437',
    'w = 1.01, 2.00, 2.99',
  ],
  'ownOperations.ts': [
    'the gradient of charbonnier is right: true',
    'the gradient of runningSum is right: true',
    'the gradient of softplus is right: true',
    '∂x = mul(broadcastTo(reshape(1, shape=[1]), shape=[3]), div(x, charbonnier(x, epsilon=4)))  [3]',
    '5.00 4.00 5.66',
    '0.60 0.00 -0.71',
  ],
  'train.ts': [
    'step 10 of 40: 5.4 dB',
    'step 20 of 40: 14.0 dB',
    'step 30 of 40: 16.4 dB',
    'step 40 of 40: 16.8 dB',
    '1555 parameters',
  ],
};

test('every example prints what it should', async () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
  assert.equal(names.sort(), Object.keys(OUTPUTS));
  const printed = await Promise.all(
    names.map((name) => promisify(execFile)(process.execPath, [...process.execArgv, join(FOLDER, name)])),
  );
  assert.equal(
    printed.map(({ stdout, stderr }) => [stdout.trimEnd().split('\n'), stderr]),
    names.map((name) => [OUTPUTS[name], '']),
  );
});

test('a project elsewhere that links to the packages runs with Node alone', async () => {
  const project = temporaryFolder();
  mkdirSync(join(project, 'node_modules', '@nlrn'), { recursive: true });
  for (const name of ['autograd', 'tensor'])
    symlinkSync(join(FOLDER, '../packages', name), join(project, 'node_modules', '@nlrn', name), 'junction');
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  copyFileSync(join(FOLDER, 'leastSquares.ts'), join(project, 'leastSquares.ts'));
  const { stdout } = await promisify(execFile)(process.execPath, [join(project, 'leastSquares.ts')]);
  assert.equal(stdout.trimEnd().split('\n'), OUTPUTS['leastSquares.ts']);
});

test('the README shows one of them, its command, and what it prints', () => {
  const readme = readFileSync(join(FOLDER, '..', 'README.md'), 'utf8');
  const [, code, output] = /```ts\n(.*?)```\n.*?```text\n(.*?)```/s.exec(readme)!;
  assert.is(code, readFileSync(join(FOLDER, 'leastSquares.ts'), 'utf8'));
  assert.equal(output!.trimEnd().split('\n'), OUTPUTS['leastSquares.ts']);
  assert.match(readme, /pnpm example examples\/leastSquares\.ts/);
});

test.run();
