import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceClock } from '../gpu/deviceClock.ts';
import { measure } from '../gpu/measure.ts';
import { workloadsOf } from '../gpu/workloads.ts';

test("the workloads are those of the paper's width and batch", () => {
  const flops = Object.fromEntries(workloadsOf('full').map((workload) => [workload.name, workload.flops]));
  const pixels = 16 * 45 * 45;
  assert.is(flops['matmul 2048'], 2 * 2048 ** 3);
  assert.is(flops['conv 3x3 128, 1 of 512 x 512, forward'], 2 * 512 * 512 * 9 * 128 * 128);
  assert.is(flops['conv 3x3 128, 16 of 45 x 45, forward'], 2 * pixels * 9 * 128 * 128);
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
  const run = async () => {
    const milliseconds = times.shift()!;
    return { milliseconds, whole: milliseconds + 10 };
  };
  const steady = { name: 'by hand' as const, prepare: async () => {}, run };
  const faulty = {
    name: 'torch' as const,
    prepare: async () => {},
    run: () => Promise.reject(new Error('no memory left')),
  };
  const timings = await measure({ name: 'product', spec, flops: 1e9 }, [steady, faulty], 3);
  assert.equal(timings, [
    { name: 'by hand', milliseconds: 200, whole: 210, rate: 5e9 },
    { name: 'torch', fault: 'no memory left' },
  ]);
});

test('without timestamps the clock is the host', async () => {
  const clock = new DeviceClock({ features: new Set() } as unknown as GPUDevice);
  assert.is(clock.isDevice, false);
  assert.is(await clock.eachSubmit(async () => {}, 1), undefined);
  const { device: host, whole } = await clock.time(async () => {}, 1);
  assert.ok(host === whole && host >= 0 && host < 1000);
});

test.run();
