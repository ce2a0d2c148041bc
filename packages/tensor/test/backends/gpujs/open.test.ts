// Slow: opens modes of gpu.js.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adapterOf,
  describeAdapter,
  hasMatrixUnits,
  requestDevice,
} from '../../../src/backends/gpujs/adapter.ts';
import { gpujsBackend } from '../../../src/backends/gpujs/index.ts';
import { held } from '../../../src/backends/gpujs/node/held.ts';
import { openMode } from '../../../src/backends/gpujs/open.ts';
import { faultOf } from '../../testedBackends.ts';

const GPU_INFO = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false };

const FEATURES = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix', 'timestamp-query'];
const CONFIG = { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 };
/** A card with matrix units. */
const CARD = {
  features: new Set(FEATURES),
  info: { ...GPU_INFO, subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [CONFIG] },
  limits: { maxComputeWorkgroupStorageSize: 49_152 },
};

test('matrix units are those that the kernels are written for', () => {
  const has = (other: object) => {
    const all = { ...CARD, ...other };
    return hasMatrixUnits(all as unknown as GPUAdapter, all as unknown as GPUDevice);
  };
  assert.is(has({}), true);
  // Without timestamps, by which only a bench measures.
  assert.is(has({ features: new Set(FEATURES.filter((name) => name !== 'timestamp-query')) }), true);
  for (const name of FEATURES.filter((name) => name !== 'timestamp-query'))
    assert.is(has({ features: new Set(FEATURES.filter((other) => other !== name)) }), false, name);
  assert.is(has({ info: { ...CARD.info, subgroupMinSize: 8 } }), false);
  assert.is(
    has({ info: { ...CARD.info, subgroupMatrixConfigs: [{ ...CONFIG, resultComponentType: 'f16' }] } }),
    false,
  );
  assert.is(has({ limits: { maxComputeWorkgroupStorageSize: 16_384 } }), false);
});

test('a driver that refuses matrix units gives a device without them; one that refuses all is told of', async () => {
  const asked: (readonly string[])[] = [];
  const adapterThat = (refuses: (features: readonly string[]) => boolean) =>
    ({
      ...CARD,
      requestDevice: async ({ requiredFeatures }: { requiredFeatures: readonly string[] }) => {
        asked.push(requiredFeatures);
        if (refuses(requiredFeatures)) throw new Error('vkCreateDevice failed');
        return { features: new Set(requiredFeatures), limits: CARD.limits };
      },
    }) as unknown as GPUAdapter;
  const willing = adapterThat(() => false);
  assert.is(adapterOf(willing, await requestDevice(willing), 'Vulkan').matrixUnits, true);
  const wary = adapterThat((given) => given.length === 4);
  assert.is(adapterOf(wary, await requestDevice(wary), 'Vulkan').matrixUnits, false);
  assert.equal(asked, [FEATURES, FEATURES, FEATURES.toSpliced(2, 1)]);
  const error = await requestDevice(adapterThat(() => true)).catch((error: Error) => error);
  assert.match((error as Error).message, /the driver gives no device \(vkCreateDevice failed\); update/);
});

test('mixed precision is refused where there are no matrix units', async () => {
  const error = await gpujsBackend({ mode: 'cpu', precision: 'mixed' }).then(
    () => undefined,
    (error: Error) => error,
  );
  assert.match(
    error!.message,
    /^gpu\.js mode cpu: this processor offers no matrix units for precision mixed; take float32/,
  );
});

test('a graphics card is told from the programs that imitate one', () => {
  const card = {
    vendor: 'nvidia',
    architecture: 'hopper',
    device: 'nvidia-h200',
    description: 'NVIDIA: 580.159.04',
  };
  assert.equal(describeAdapter({ ...GPU_INFO, ...card }, 'Vulkan'), {
    name: 'nvidia-h200',
    driver: 'Vulkan, NVIDIA: 580.159.04',
    software: false,
  });
  const apple = { vendor: 'apple', architecture: 'metal-3', description: 'Apple M3' };
  assert.equal(describeAdapter({ ...GPU_INFO, ...apple }, 'Metal'), {
    name: 'apple metal-3',
    driver: 'Metal, Apple M3',
    software: false,
  });
  const mesa = {
    device: 'llvmpipe-llvm-15-0-6-256-bits-',
    description: 'OpenGL version 4.5 (Core Profile) Mesa 22.3.6',
  };
  assert.equal(describeAdapter({ ...GPU_INFO, ...mesa }, 'OpenGL'), {
    name: 'llvmpipe-llvm-15-0-6-256-bits',
    driver: 'OpenGL version 4.5 (Core Profile) Mesa 22.3.6',
    software: true,
  });
  const inChromium = { vendor: 'google', architecture: 'swiftshader' };
  assert.equal(describeAdapter({ ...GPU_INFO, ...inChromium }, 'the browser'), {
    name: 'google swiftshader',
    driver: 'the browser',
    software: true,
  });
  const imitations = [
    { vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true },
    { vendor: 'mesa', device: 'llvmpipe', description: 'Mesa 25.0.7 (LLVM 15)' },
    { vendor: 'microsoft', device: 'Microsoft Basic Render Driver' },
  ];
  for (const info of imitations) assert.ok(describeAdapter({ ...GPU_INFO, ...info }, 'Vulkan').software);
});

for (const mode of ['webasm', 'cpu'] as const) {
  test(`mode ${mode} is there on every machine, and computes`, async () => {
    const { gpu, adapter, device } = await openMode(mode);
    assert.is(adapter.software, true);
    assert.is(device, undefined);
    const double = gpu.createKernel('function(a) { return 2 * a[this.thread.x]; }', { output: [3] });
    assert.equal(double(new Float32Array([1, 2, 4.5])), new Float32Array([2, 4, 9]));
  });
}

const testOnGpu = (await faultOf('webgpu')) ? test.skip : test;

testOnGpu('all of mode webgpu shares one device, whose limits are raised', async () => {
  const [first, second] = await Promise.all([openMode('webgpu'), openMode('webgpu')]);
  assert.is(first.device, second.device);
  // The specification's default is 8.
  assert.ok(first.limits.maxStorageBuffersPerShaderStage! > 8);
});

test('a device that could not be opened is not kept: it is tried anew', async () => {
  const before = held();
  const shared = globalThis as { nlrnHeld?: unknown };
  const push = (...dawns: unknown[]) => {
    before.kept.push(...dawns);
    throw new Error('no device this time');
  };
  shared.nlrnHeld = { kept: { push } };
  try {
    const fault = await openMode('webgpu').then(
      () => undefined,
      (error: Error) => error.message,
    );
    assert.ok(fault);
    assert.is(held().dawn, undefined);
  } finally {
    shared.nlrnHeld = before;
  }
});

test.run();
