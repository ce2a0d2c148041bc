import { availableParallelism } from 'node:os';
import type { ModeReport } from '@nlrn/tensor/node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseBackend, describeChoice, openBackend } from '../src/backends.ts';
import { describeDevices } from '../src/commands/devices.ts';
import { isUserError } from '../src/userError.ts';

const limits = { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 27 };
const H200: ModeReport = {
  mode: 'webgpu',
  adapter: { name: 'nvidia-h200', driver: 'Vulkan, NVIDIA: 580.159.04', software: false },
  limits,
};
const LLVMPIPE: ModeReport = {
  mode: 'webgpu',
  adapter: { name: 'llvmpipe', driver: 'OpenGL version 4.5', software: true },
  limits,
};
const NONE: ModeReport = { mode: 'webgpu', fault: 'no GPU driver was found', remedy: 'install one' };

const autoOn = (report: ModeReport) => chooseBackend('auto', { findGpu: async () => report });

test('auto is a real GPU, and never a program that imitates one', async () => {
  assert.equal(await autoOn(H200), { name: 'gpu', why: 'a GPU was found', threads: undefined });
  assert.equal(await autoOn(LLVMPIPE), {
    name: 'wasm',
    why: 'the only GPU is llvmpipe, which is imitated on the processor',
    threads: undefined,
  });
  assert.equal(await autoOn(NONE), { name: 'wasm', why: 'no GPU driver was found', threads: undefined });
});

test('a number of threads is asked of wasm, without looking for a GPU', async () => {
  const findGpu = () => assert.unreachable('looked for a GPU') as never;
  assert.equal(await chooseBackend('auto', { threads: 2, findGpu }), {
    name: 'wasm',
    why: '--threads is given',
    threads: 2,
  });
});

test('a backend that is asked for by name is that backend', async () => {
  const choice = await chooseBackend('reference');
  assert.equal(choice, { name: 'reference', threads: undefined });
  assert.equal(describeChoice(choice, await openBackend(choice)), []);
});

test('mixed precision is one of a GPU, and is refused by name elsewhere', async () => {
  const precision = 'mixed';
  assert.equal(await chooseBackend('auto', { precision, findGpu: async () => H200 }), {
    name: 'gpu',
    why: 'a GPU was found',
    threads: undefined,
    precision,
  });
  for (const name of ['gpu', 'webgpu'])
    assert.equal(await chooseBackend(name, { precision }), { name, threads: undefined, precision });
  const refusal = (attempt: Promise<unknown>) =>
    attempt.then(
      () => '',
      ({ message }: Error) => message,
    );
  assert.is(
    await refusal(chooseBackend('auto', { precision, findGpu: async () => NONE })),
    '--precision mixed: is one of --backend gpu, this is wasm (no GPU driver was found); leave it out',
  );
  assert.is(
    await refusal(chooseBackend('reference', { precision })),
    '--precision mixed: is one of --backend gpu, this is reference; leave it out',
  );
});

test('one line says what auto has chosen, and why', async () => {
  const choice = await chooseBackend('auto', { threads: 1 });
  const backend = await openBackend(choice);
  assert.equal(describeChoice(choice, backend), ['backend: wasm (1 thread); --threads is given']);
  await backend.dispose();
});

test('more threads than cores are told to be of no use', async () => {
  const threads = availableParallelism() + 1;
  const backend = await openBackend({ name: 'wasm', threads: 1 });
  const [said, ...others] = describeChoice({ name: 'wasm', threads }, backend);
  assert.match(said!, /^--threads \d+: more than the \d+ cores that there are; nothing is done sooner$/);
  assert.equal(others, []);
  assert.equal(describeChoice({ name: 'wasm', threads: threads - 1 }, backend), []);
  await backend.dispose();
});

test('unknown backends and impossible numbers of threads are told, with what is known', async () => {
  const messageOf = async (name: string, threads?: number): Promise<string> => {
    try {
      await chooseBackend(name, { threads });
    } catch (error) {
      if (isUserError(error)) return error.message;
      throw error;
    }
    return 'no error';
  };
  assert.is(
    await messageOf('cuda'),
    '--backend cuda: unknown; the backends are auto, gpu, wasm, reference, webgpu, headlessgl, webasm, cpu',
  );
  assert.match(await messageOf('auto', 0), /^--threads 0: needs a whole number from 1 to \d+$/);
  assert.match(await messageOf('wasm', 1.5), /^--threads 1\.5: needs a whole number/);
});

test('devices lists every backend, with what it has found or how to have it', async () => {
  const processor = { name: 'this processor', driver: 'WebAssembly', software: true };
  const reports: ModeReport[] = [
    H200,
    { mode: 'headlessgl', fault: 'there is no screen', remedy: 'run under xvfb-run' },
    { mode: 'webasm', adapter: processor, limits: {} },
    { mode: 'cpu', adapter: { ...processor, driver: 'JavaScript' }, limits: {} },
  ];
  const lines = (await describeDevices(reports)).split('\n');
  assert.is(lines[0], '--backend auto is gpu here: a GPU was found');
  assert.match(lines[2]!, /^wasm {11}float32, SIMD$/);
  assert.equal(lines.slice(5), [
    'reference      float64, one thread: for comparisons, slow',
    'gpu or webgpu  gpu.js on nvidia-h200 (Vulkan, NVIDIA: 580.159.04)',
    '               buffers of up to 2.0 GB',
    '               of which a kernel sees up to 128.0 MB at once',
    'headlessgl     missing: there is no screen',
    '               to have it: run under xvfb-run',
    'webasm         gpu.js on this processor (WebAssembly)',
    '               for comparison: its kernels are compiled by gpu.js, and slower than those of wasm',
    'cpu            gpu.js on this processor (JavaScript)',
    '               for comparison: plain JavaScript, slow',
  ]);
});

test.run();
