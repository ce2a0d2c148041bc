// Slow: starts and stops threads.

import { syncBuiltinESMExports } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import workerThreads, { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CONTROL_WORDS, HANDED_OVER } from '../../../src/backends/wasm/control.ts';
import { ALONE } from '../../../src/backends/wasm/kernels/constants.ts';
import { KERNELS } from '../../../src/backends/wasm/kernelTable.ts';
import { KernelMemory } from '../../../src/backends/wasm/memory.ts';
import { loadKernels } from '../../../src/backends/wasm/module.ts';
import { Threads } from '../../../src/backends/wasm/node/threads.ts';
import { BackendError, input, mul, wasmBackend } from '../../../src/index.ts';

/** Milliseconds in which a worker falls asleep, and in which one that is awake runs a small program. */
const LONG_ENOUGH = 50;

/** Long enough for a machine with other work to do; what is tested would otherwise wait for ever. */
const AT_ONCE = 5000;

const module = await loadKernels({ relaxed: true, shared: true });

/** Starts threads whose workers end so as soon as they are handed a program. */
function startEnding(memory: KernelMemory, count: number, how: string): Promise<Threads> {
  // Workers begin with a copy of the environment.
  process.env.WORKER_ENDS_BY = how;
  return Threads.start(memory, module, count, new URL('./endingWorker.ts', import.meta.url));
}

/** The program that fills n numbers from an address on. */
function filling(memory: KernelMemory, address: number, n: number): number {
  const program = memory.reserve(4 * 6);
  memory.words(program, 6).set([KERNELS.indexOf('fill'), 3, address, n, 0, -1]);
  return program;
}

/** What a run of a program on three threads fails with; it must not take long. */
async function failureOf(threads: Threads, program: number): Promise<string> {
  const start = performance.now();
  assert.is(threads.run(program), false);
  const error = await threads.failure();
  assert.instance(error, BackendError);
  assert.ok(performance.now() - start < AT_ONCE, 'it took too long');
  assert.is(threads.run(program), false, 'the next run');
  return error.message;
}

for (const [how, message] of [
  ['exit', /failed: it has ended with exit code 3; go on from what was saved last$/],
  ['throw', /failed: the worker is unwell; go on/],
] as const) {
  test(`a worker that ends in the middle of a run is told at once: ${how}`, async () => {
    const memory = new KernelMemory(true);
    const program = filling(memory, memory.reserve(4e5), 1e5);
    const threads = await startEnding(memory, 3, how);
    assert.match(await failureOf(threads, program), message);
    await threads.stop();
  });
}

test("a kernel that fails in a worker is told with the worker's message, not the barrier's", async () => {
  const memory = new KernelMemory(true);
  const threads = await Threads.start(memory, module, 2);
  // The memory ends before the worker's half of the numbers does.
  const n = 1e6;
  const program = filling(memory, memory.memory.buffer.byteLength - 3e6, n);
  assert.match(await failureOf(threads, program), /failed: memory access out of bounds; go on/);
  await threads.stop();
});

test('a kernel that fails in the main thread is told with its own message', async () => {
  const memory = new KernelMemory(true);
  const threads = await Threads.start(memory, module, 2);
  const program = memory.reserve(4 * 3);
  memory.words(program, 3).set([ALONE + 99, 0, -1]);
  assert.match(await failureOf(threads, program), /failed: unreachable; go on/);
  await threads.stop();
});

test('a worker that is woken without a program goes to sleep again', async () => {
  const memory = new KernelMemory(true);
  const words = memory.words(memory.arena, CONTROL_WORDS);
  const threads = await Threads.start(memory, module, 2);
  const [address, n] = [memory.reserve(4e5), 1e5];
  const program = filling(memory, address, n);
  assert.is(threads.run(program), true);
  memory.floats(address, n).fill(7);
  await setTimeout(LONG_ENOUGH);
  // As when who hands a program over is stopped between storing and notifying, until the program is done.
  Atomics.notify(words, HANDED_OVER);
  await setTimeout(LONG_ENOUGH);
  assert.ok(memory.floats(address, n).every((value) => value === 7));
  await threads.stop();
});

test('a number of threads that there cannot be is refused', async () => {
  for (const threads of [0, 1.5, 1025, 1e6]) {
    const message = await wasmBackend({ threads }).then(
      () => assert.unreachable('it started') as never,
      (error: Error) => error.message,
    );
    assert.is(message, `threads must be a whole number from 1 to 1024, is ${threads}`);
  }
});

test('workers that do not start are told with their message', async () => {
  const error = await startEnding(new KernelMemory(true), 2, 'not starting').then(
    () => assert.unreachable('it started') as never,
    (error: Error) => error,
  );
  assert.instance(error, BackendError);
  assert.match(error.message, /has not started: the worker does not start; ask for fewer threads$/);
});

test('a worker that is killed between two runs: the second rejects', async () => {
  const started: Worker[] = [];
  class Caught extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  }
  workerThreads.Worker = Caught;
  syncBuiltinESMExports();
  const backend = await wasmBackend({ threads: 2 });
  workerThreads.Worker = Worker;
  syncBuiltinESMExports();
  const program = backend.compile({ outputs: { y: mul(input('x', [100, 100]), 2) } });
  const feeds = { x: new Float32Array(1e4).fill(3) };
  assert.equal([...(await program.run(feeds)).y!], new Array(1e4).fill(6));
  await started[0]!.terminate();
  for (const outcome of await Promise.allSettled([program.run(feeds), program.profile!(feeds)])) {
    if (outcome.status === 'fulfilled') return assert.unreachable('it ran');
    assert.instance(outcome.reason, BackendError);
    // Node says 1 or 0, by whether the thread was waiting.
    const message = /^a thread of the wasm backend has failed: it has ended with exit code [01]; /;
    assert.match(outcome.reason.message, message);
  }
  await backend.dispose();
});

test.run();
