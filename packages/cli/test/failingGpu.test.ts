// Slow: starts processes.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@nlrn/files/test';
import { TINY_IMAGES, TINY_RUN, tinyNetwork } from '@nlrn/nlrn/test';
import { train } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { probeMode } from '@nlrn/tensor/node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** Losses after eight steps in float32 against float64; the golden tests have the exact bounds. */
const TOLERANCE = 1e-3;

const PROCESS = join(import.meta.dirname, 'failingGpuProcess.ts');
const folder = temporaryFolder();
const webgpu = await probeMode('webgpu');

if ('fault' in webgpu) console.log(`SKIP failing GPU: ${webgpu.fault}`);
const testOnGpu = 'fault' in webgpu ? test.skip : test;

testOnGpu(
  'what a GPU cannot hold, and its loss, are told; the checkpoint is good on a new device',
  async () => {
    const args = [...process.execArgv, PROCESS, join(folder, 'checkpoint.safetensors')];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { tooLarge, lost, steps, resumed } = JSON.parse(stdout);
    assert.match(
      tooLarge,
      /^BackendError: \S+ needs \S+ GB in one buffer, this GPU's driver allows \S+ [MG]B: take a smaller batch, /,
    );
    // When the device is lost, step 5 has been handed over: it may have been computed.
    assert.match(
      lost,
      /^TrainingError: step [56]: gpujs webgpu: the device was lost .*the backend wasm \(checkpoints/,
    );
    assert.equal(steps, [4, 5, 6, 7, 8]);
    const reference = await train(tinyNetwork(), TINY_IMAGES, {
      config: TINY_RUN,
      backend: referenceBackend(),
    });
    assert.is(resumed.losses.length, reference.losses.length);
    for (const [i, loss] of reference.losses.entries()) {
      assert.ok(
        Math.abs(resumed.losses[i] / loss - 1) < TOLERANCE,
        `step ${i + 1}: ${resumed.losses[i]}, not ${loss}`,
      );
    }
  },
);

test.run();
