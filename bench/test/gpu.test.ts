import { openMode } from '@nlrn/tensor/gpujs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceClock } from '../gpu/deviceClock.ts';
import { measure } from '../gpu/measure.ts';
import { TiledProduct } from '../gpu/tiled.ts';
import { workloadsOf } from '../gpu/workloads.ts';

/** As `GPUMapMode` and `GPUBufferUsage`. */
const MAP_READ = 0x01;
const COPY_DST = 0x08;

test("the workloads are those of the paper's width and batch", () => {
  const flops = Object.fromEntries(workloadsOf('full').map((workload) => [workload.name, workload.flops]));
  const pixels = 16 * 45 * 45;
  assert.is(flops['matmul 2048'], 2 * 2048 ** 3);
  assert.is(flops['conv 3x3 128 to 128, forward'], 2 * pixels * 9 * 128 * 128);
  assert.is(flops['dense attention, forward'], 2 * pixels * 45 * 45 * (64 + 128));
  assert.is(flops['dense attention, backward'], 2 * flops['dense attention, forward']!);
  // Twelve states of two 3 x 3 and three 1 x 1 convolutions and attention; the first and last convolution.
  const state = 2 * 9 * 128 * 128 + 2 * 128 * 64 + 128 * 128 + 45 * 45 * (64 + 128);
  assert.is(flops['training step, batch 16'], 3 * 2 * pixels * (12 * state + 2 * 9 * 128));
});

test('times are medians over the rounds; one that fails leaves its fault, and the other goes on', async () => {
  const spec = { kind: 'matmul', M: 2, K: 2, N: 2 } as const;
  // Two runs to warm up, then three rounds.
  const times = [9000, 500, 300, 100, 200];
  const steady = { name: 'ours' as const, prepare: async () => {}, run: async () => times.shift()! };
  const faulty = {
    name: 'torch' as const,
    prepare: async () => {},
    run: () => Promise.reject(new Error('no memory left')),
  };
  const timings = await measure({ name: 'product', spec, flops: 1e9 }, [steady, faulty], 3);
  assert.equal(timings, [
    { name: 'ours', milliseconds: 200, rate: 5e9 },
    { name: 'torch', fault: 'no memory left' },
  ]);
});

test('without timestamps the clock is the host', async () => {
  const clock = new DeviceClock({ features: new Set() } as unknown as GPUDevice);
  assert.is(clock.isDevice, false);
  assert.is((await clock.eachSubmit(async () => {}, 1)).length, 1);
});

test('the hand-written product is right', async () => {
  const { device } = await openMode('webgpu').catch(() => ({ device: undefined }));
  if (!device) return console.log('SKIP the hand-written product: mode webgpu is missing');
  const [M, K, N] = [128, 48, 64];
  const numbers = (n: number) => Float32Array.from({ length: n }, (_, i) => ((i * 7) % 13) - 6);
  const [a, b] = [numbers(M * K), numbers(K * N)];
  const tiled = new TiledProduct(device, new DeviceClock(device));
  const product = await tiled.load({ M, K, N }, a, b);
  await tiled.run(1, 0);
  const mapped = device.createBuffer({ size: product.size, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(product, 0, mapped, 0, product.size);
  device.queue.submit([encoder.finish()]);
  await mapped.mapAsync(MAP_READ);
  const result = new Float32Array(mapped.getMappedRange());
  // Sums of small whole numbers: exact in float32, whatever their order.
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[i * K + k]! * b[k * N + j]!;
      assert.is(result[i * N + j], sum, `row ${i}, column ${j}`);
    }
  }
});

test.run();
