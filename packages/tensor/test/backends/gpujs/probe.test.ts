// Slow: starts processes.

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GpuMode } from '../../../src/backends/gpujs/modes.ts';
import { mayHaveGpu, probeMode } from '../../../src/backends/gpujs/node/probe.ts';

const UPDATE = 'update the graphics driver, or do without this mode';

/** Calls `use` with a folder that is deleted afterwards. */
async function withFolder(use: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nlrn-probe-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What is reported when the probing process runs this program. */
async function reportOf(program: string, timeoutMs?: number) {
  let report: Awaited<ReturnType<typeof probeMode>> | undefined;
  await withFolder(async (folder) => {
    const file = join(folder, 'process.cjs');
    writeFileSync(file, program);
    report = await probeMode('webgpu', { file, ...(timeoutMs ? { timeoutMs } : {}) });
  });
  return report;
}

test('a mode of the processor reports itself', async () => {
  const adapter = { name: 'this processor', driver: 'WebAssembly', software: true };
  assert.equal(await probeMode('webasm'), { mode: 'webasm', adapter, limits: {} });
});

test('a driver that crashes, or is stuck, is a report and no crash', async () => {
  assert.equal(await reportOf("process.kill(process.pid, 'SIGSEGV')"), {
    mode: 'webgpu',
    fault: 'its driver ended its process: SIGSEGV',
    remedy: UPDATE,
  });
  assert.equal(await reportOf("console.error('Warning: no display'); process.exitCode = 3"), {
    mode: 'webgpu',
    fault: 'its driver ended its process: code 3 (no display)',
    remedy: UPDATE,
  });
  assert.equal(await reportOf('setInterval(() => {}, 1000)', 200), {
    mode: 'webgpu',
    fault: 'its driver did not answer within 0.2 s',
    remedy: UPDATE,
  });
});

/** What is reported by the sources where no package is installed but these. */
async function reportAmong(packages: readonly string[], mode: GpuMode) {
  let report: Awaited<ReturnType<typeof probeMode>> | undefined;
  await withFolder(async (folder) => {
    const sources = fileURLToPath(new URL('../../../', import.meta.url));
    for (const part of ['src', 'package.json'])
      cpSync(join(sources, part), join(folder, part), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    const require = createRequire(import.meta.url);
    for (const name of packages) {
      const installed = dirname(require.resolve(`${name}/package.json`));
      symlinkSync(realpathSync(installed), join(folder, 'node_modules', name), 'junction');
    }
    report = await probeMode(mode, { file: join(folder, 'src/backends/gpujs/node/probeProcess.ts') });
  });
  return report;
}

test('an optional package that is not installed is called by its name', async () => {
  const missing = (name: string) => ({
    fault: `the npm package ${name} is not installed`,
    remedy: 'install it',
  });
  assert.equal(await reportAmong([], 'cpu'), { mode: 'cpu', ...missing('gpu.js') });
  assert.equal(await reportAmong(['gpu.js'], 'webgpu'), { mode: 'webgpu', ...missing('webgpu') });
});

test("a fault comes with the driver's warnings", async () => {
  const program =
    "console.error('Warning: no libvulkan.so.1\\n    at Vulkan.cpp:368'); process.send({ mode: 'webgpu', fault: 'none', remedy: 'buy' })";
  assert.equal(await reportOf(`${program}; process.disconnect()`), {
    mode: 'webgpu',
    fault: 'none (no libvulkan.so.1)',
    remedy: 'buy',
  });
});

test('a Linux without device files of a graphics card has no GPU; elsewhere the driver must say', () =>
  withFolder((folder) => {
    writeFileSync(join(folder, 'nvidiactl'), '');
    assert.is(mayHaveGpu(folder, 'linux'), false);
    assert.is(mayHaveGpu(join(folder, 'missing'), 'linux'), false);
    assert.is(mayHaveGpu(folder, 'darwin'), true);
    writeFileSync(join(folder, 'nvidia0'), '');
    assert.is(mayHaveGpu(folder, 'linux'), true);
    rmSync(join(folder, 'nvidia0'));
    mkdirSync(join(folder, 'dri'));
    assert.is(mayHaveGpu(folder, 'linux'), true);
  }));

test.run();
