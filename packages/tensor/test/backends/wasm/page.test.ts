// Slow: starts processes.

/** The wasm backend as a page has it, in a process of Node's that stands for one. */
import { availableParallelism } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type WasmOptions, wasmBackend } from '../../../src/index.ts';
import { printed } from './printed.ts';
import { smallTraining } from './smallTraining.ts';

function inPage(isolated: boolean | undefined, options: WasmOptions = {}): Promise<string> {
  return printed('pageProcess.ts', JSON.stringify({ isolated, options }));
}

async function inNode(options: WasmOptions): Promise<string> {
  const backend = await wasmBackend(options);
  const result = await smallTraining(backend);
  await backend.dispose();
  return result;
}

test('a page that is isolated has as many workers as cores, and the bits of Node', async () => {
  const cores = availableParallelism();
  const threads = cores === 1 ? '1 thread' : `${cores} threads`;
  const bits = await inNode({ threads: 2 });
  assert.is(await inPage(true), `wasm (${threads}) ${bits}`);
  assert.is(await inPage(true, { threads: 3 }), `wasm (3 threads) ${bits}`);
});

test('a page that is not isolated has one thread and a memory of its own, and the same bits', async () => {
  assert.is(await inPage(false), `wasm (1 thread) ${await inNode({ threads: 1 })}`);
  assert.match(await inPage(false, { threads: 2 }), /^2 threads need a page that is cross-origin isolated: /);
});

test('what takes the modules of a page and is none has one thread, and the same bits', async () => {
  assert.is(await inPage(undefined), `wasm (1 thread) ${await inNode({ threads: 1 })}`);
});

test('a worker that fails ends the run, and the next one, with its message', async () => {
  const outcome =
    'false: a thread of the wasm backend has failed: unreachable; go on from what was saved last';
  assert.equal((await printed('failingPageProcess.ts')).split('\n'), [outcome, outcome]);
});

test('without relaxed SIMD the bits are others, and the same for any number of threads', async () => {
  const bits = await inNode({ threads: 1, relaxed: false });
  assert.is.not(bits, await inNode({ threads: 1 }));
  assert.is(await inNode({ threads: 3, relaxed: false }), bits);
  assert.is(await inPage(false, { relaxed: false }), `wasm (1 thread) ${bits}`);
});

test.run();
