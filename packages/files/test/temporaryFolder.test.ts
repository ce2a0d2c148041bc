import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('what a test has made leaves with its process, even if it fails', () => {
  const args = [...process.execArgv, join(import.meta.dirname, 'leavingProcess.ts')];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.is(status, 1);
  const [, folder] = /^folder: (.*)$/m.exec(stdout)!;
  assert.not.ok(existsSync(folder!));
  // It has the same output, whose end is waited for.
  assert.not.match(stdout, /lives on/);
});

test.run();
