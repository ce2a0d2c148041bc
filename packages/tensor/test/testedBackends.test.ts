// Slow: opens gpu.js's modes.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ModeError } from '../src/backends/gpujs/modes.ts';
import { faultOf } from './testedBackends.ts';

test('a mode that the machine lacks is skipped with the reason; a fault of ours is none', async () => {
  const failing = (error: Error) => () => Promise.reject(error);
  const missing = new ModeError('webgpu', 'no GPU driver was found', 'install one');
  assert.is(await faultOf('webgpu', failing(missing)), missing.message);
  const fault = new TypeError('of ours');
  await faultOf('webgpu', failing(fault)).then(
    () => assert.unreachable(),
    (error) => assert.is(error, fault),
  );
});

test('a name that fits no backend is an error', () => {
  for (const variable of ['NLRN_TESTED_BACKENDS', 'NLRN_DEMANDED_BACKEND']) {
    const args = [...process.execArgv, join(import.meta.dirname, 'testedBackends.ts')];
    const env = { ...process.env, NLRN_QUICK_TESTS: '1', [variable]: 'wasn' };
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    assert.is(status, 1);
    assert.match(stderr, new RegExp(`${variable}=wasn: that is in the name of none .*; wasm, 2 threads`));
  }
});

test.run();
