import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commitOf, cpuKind, describeProcessor } from '../src/machine.ts';

test('processors of one name are told apart by their kind', () => {
  const cpuInfo = (model: number) =>
    [0, 1]
      .map((processor) => [
        `processor\t: ${processor}`,
        'vendor_id\t: AuthenticAMD',
        'cpu family\t: 25',
        `model\t\t: ${model}`,
        'model name\t: AMD EPYC',
      ])
      .map((lines) => `${lines.join('\n')}\n`)
      .join('\n');
  assert.is(cpuKind(cpuInfo(17)), 'family 25 model 17');
  assert.is(cpuKind(cpuInfo(1)), 'family 25 model 1');
  assert.is(
    describeProcessor({ cpu: 'AMD EPYC', cpuKind: 'family 25 model 17' }),
    'AMD EPYC (family 25 model 17)',
  );
  assert.is(describeProcessor({ cpu: 'Apple M1' }), 'Apple M1');
});

test('an ARM processor is numbered by its implementer and part; what has no numbers has no kind', () => {
  const arm = 'processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0c\n';
  assert.is(cpuKind(arm), 'implementer 0x41 part 0xd0c');
  assert.is(cpuKind(''), undefined);
});

test('the commit is that of the repository, `+` where sources were changed, or what an archive says', () => {
  const folder = temporaryFolder();
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  git('init', '-q');
  assert.is(commitOf(folder), 'unknown');
  git('-c', 'user.name=n', '-c', 'user.email=e', 'commit', '-q', '--allow-empty', '-m', 'first');
  const commit = git('rev-parse', 'HEAD');
  assert.is(commitOf(folder), commit);
  mkdirSync(join(folder, 'results'));
  writeFileSync(join(folder, 'results/a.json'), '');
  assert.is(commitOf(folder), commit);
  writeFileSync(join(folder, 'source.ts'), '');
  assert.is(commitOf(folder), `${commit}+`);
  writeFileSync(join(folder, 'COMMIT'), 'abc\n');
  assert.is(commitOf(folder), 'abc');
});

test.run();
